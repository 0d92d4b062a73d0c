"""Which channels fire, and which are dead."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from convscope.figures.fitting import fitted
from convscope.figures.sheet import SICK, TRAIN, VALID, caption
from convscope.runs import SPARSE_SHARE, ChannelHistory
from convscope.words import label


def channels(
    histories: Sequence[ChannelHistory],
    *,
    sparse_share: float = SPARSE_SHARE,
    figure: Figure | None = None,
) -> Figure:
    """Draw for every layer the share of its channels that are dead, sparse, or fire.

    Args:
        histories: of each layer, the first layer first; the last epoch counts.
        sparse_share: a channel that fires in less than this share of pictures and places, 0..1,
            is sparse; one that never fires is dead, not sparse.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure, with a bar a layer.

    Example:
        >>> shares = np.array([[0.0, 0.001, 0.5, 0.5]])
        >>> seen = ChannelHistory("0", True, np.array([0]), shares, shares)
        >>> drawn = channels([seen])
        >>> [float(bar.get_width()) for bar in drawn.axes[0].patches]
        [0.25, 0.25, 0.5]
    """
    figure = fitted(figure, (8, 2.2 + 0.3 * len(histories)))
    axes: Axes = figure.subplots()
    last = [history.fired_shares[-1] for history in histories]
    dead = np.array([np.mean(shares == 0) for shares in last])
    sparse = np.array([np.mean(shares < sparse_share) for shares in last]) - dead
    rows = np.arange(len(histories))
    seldom = label("sparse").format(share=f"{sparse_share:g}")
    axes.barh(rows, dead, color=SICK, label=label("dead"))
    axes.barh(rows, sparse, left=dead, color=VALID, label=seldom)
    axes.barh(rows, 1 - dead - sparse, left=dead + sparse, color=TRAIN, label=label("busy"))
    axes.set_yticks(rows, labels=[_short(history) for history in histories])
    axes.invert_yaxis()  # the first layer above
    axes.set(xlim=(0, 1), xlabel=label("channels_share"), ylabel=label("layer"))
    axes.set_title(label("title_channels"))
    figure.legend(loc="outside upper right", ncols=3, frameon=False, fontsize=8)
    caption(figure, "read_channels")
    return figure


def channel_map(history: ChannelHistory, *, figure: Figure | None = None) -> Figure:
    """Draw how often each channel of a layer fired in each epoch, the dead ones in red.

    Args:
        history: of the layer.
        figure: to draw into; by default a fresh one of 8 by 5 inches.

    Returns:
        The figure, with its colour bar.

    Example:
        >>> shares = np.array([[0.5, 0.0], [0.25, 0.0]])
        >>> drawn = channel_map(ChannelHistory("0", True, np.arange(2), shares, shares))
        >>> drawn.axes[0].images[0].get_array().mask.tolist()
        [[False, False], [True, True]]
    """
    figure = fitted(figure, (8, 5))
    axes: Axes = figure.subplots()
    shares = history.fired_shares.T
    colours = mpl.colormaps["viridis"].with_extremes(bad=SICK)
    first, last = history.epochs[[0, -1]]
    count = len(shares)
    image = axes.imshow(
        np.ma.masked_equal(shares, 0),
        cmap=colours,
        vmin=0,
        vmax=max(float(shares.max(initial=0)), 1e-9),
        aspect="auto",
        interpolation="nearest",
        extent=(first - 0.5, last + 0.5, count - 0.5, -0.5),
    )
    axes.set(xlabel=label("epoch"), ylabel=label("channel"))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    axes.set_title(label("title_channel_map").format(layer=history.name), parse_math=False)
    figure.colorbar(image, ax=axes, label=label("fired_share"))
    caption(figure, "read_channel_map")
    return figure


def _short(history: ChannelHistory) -> str:
    return f"{history.name} → ReLU" if history.is_activated else history.name
