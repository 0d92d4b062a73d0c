"""BatchNorm: two sets of statistics, and what becomes of one picture in different batches."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from convscope.figures.epochs import epoch_ends, mark_epochs
from convscope.figures.fitting import fitted
from convscope.figures.sheet import FAINT, TRAIN, caption
from convscope.figures.thinning import Line, averaged, finite, thinned
from convscope.runs import NormHistory, PictureInBatches, Steps
from convscope.words import label

_PANELS = "ms;gb;dd"  # mean and standard deviation; gamma and beta; the distance
_MOST_CHANNELS = 5  # in colour; more would be a tangle
_MOST_MAPS = 6


def batch_norm(
    history: NormHistory, *, steps: Steps | None = None, figure: Figure | None = None
) -> Figure:
    """Draw a BatchNorm layer's batch statistics against its running ones, gamma and beta.

    Of many channels, those whose two modes lie farthest apart at the end are in colour.

    Args:
        history: of the layer.
        steps: every step of the training, if known: the ends of the epochs are marked.
        figure: to draw into; by default a fresh one of 12 by 7 inches.

    Returns:
        The figure: panels for mean, standard deviation, gamma and beta, and below them how far the
        outputs of training and eval mode lie apart.

    Example:
        >>> line = np.zeros((2, 3))
        >>> drawn = batch_norm(NormHistory("1", np.arange(2), *[line] * 6))
        >>> [axes.get_ylabel() for axes in drawn.axes]
        ['mean', 'standard deviation', 'gamma (factor)', 'beta (summand)', 'gap (own spreads)']
    """
    figure = fitted(figure, (12, 8))
    parts = figure.subplot_mosaic(_PANELS, sharex=True, height_ratios=[3, 3, 2])
    panels: list[Axes] = [parts[letter] for letter in "msgbd"]
    chosen = _farthest(history)
    xs = history.steps.astype(np.float64)
    for axes, batch, running in (
        (panels[0], history.batch_means, history.running_means),
        (panels[1], history.batch_stds, history.running_stds),
    ):
        for place, channel in enumerate(chosen):
            axes.plot(*thinned(xs, finite(batch[:, channel])), color=f"C{place}", lw=0.6, alpha=0.5)
            axes.plot(*thinned(xs, finite(running[:, channel])), color=f"C{place}", lw=2)
    for axes, values in ((panels[2], history.gammas), (panels[3], history.betas)):
        for channel in range(values.shape[1]):
            color = f"C{chosen.index(channel)}" if channel in chosen else FAINT
            axes.plot(*thinned(xs, finite(values[:, channel])), color=color, lw=1)
    _draw_gaps(panels[4], xs, history.gaps(), chosen)
    for key, axes in zip(("mean", "std", "gamma", "beta", "norm_gap"), panels, strict=True):
        axes.set_ylabel(label(key))
        mark_epochs(axes, epoch_ends(steps))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    panels[4].set_xlabel(label("step"))
    figure.legend(handles=_legend(chosen), loc="outside right upper", frameon=False, fontsize=8)
    figure.suptitle(label("title_batch_norm").format(layer=history.name), parse_math=False)
    caption(figure, "read_batch_norm")
    return figure


def picture_in_batches(record: PictureInBatches, *, figure: Figure | None = None) -> Figure:
    """Draw what one picture's map becomes in different batches, and in validation.

    Args:
        record: the maps.
        figure: to draw into; by default a fresh one of 11 by 5.5 inches.

    Returns:
        The figure: up to six maps and that of validation in common colours, and for every batch
        the root mean square difference from validation.

    Example:
        >>> maps = np.stack([np.ones((2, 2)), np.zeros((2, 2))])
        >>> drawn = picture_in_batches(PictureInBatches("1", 0, maps, np.zeros((2, 2))))
        >>> [float(bar.get_height()) for bar in drawn.axes[-2].patches]
        [1.0, 0.0]
    """
    figure = fitted(figure, (11, 5.5))
    shown = record.maps[:_MOST_MAPS]
    grid = figure.add_gridspec(2, len(shown) + 1, height_ratios=[2, 1])
    known = np.concatenate([record.alone[None], shown])
    farthest = max(float(np.abs(known[np.isfinite(known)]).max(initial=0)), 1e-9)
    names = [label("in_validation")]
    names += [label("in_batch").format(number=place) for place in range(len(shown))]
    tiles = [figure.add_subplot(grid[0, place]) for place in range(len(names))]
    scale = Normalize(-farthest, farthest)
    colours = ScalarMappable(scale, "RdBu_r")
    for axes, pixels, name in zip(tiles, known, names, strict=True):
        axes.imshow(pixels, cmap="RdBu_r", norm=scale)
        axes.set_title(name, fontsize=9)
        axes.set(xticks=[], yticks=[])
    bars = figure.add_subplot(grid[1, :])
    apart = np.sqrt(np.mean((record.maps - record.alone) ** 2, axis=(1, 2)))
    bars.bar(np.arange(len(apart)), apart, color=TRAIN)
    bars.set(xlabel=label("batch"), ylabel=label("difference"))
    bars.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.colorbar(colours, ax=tiles, label=label("output_value"), shrink=0.8)
    title = label("title_in_batches").format(layer=record.name, channel=record.channel)
    figure.suptitle(title, parse_math=False)
    caption(figure, "read_in_batches")
    return figure


def _draw_gaps(axes: Axes, xs: Line, gaps: Line, chosen: list[int]) -> None:
    for place, channel in enumerate(chosen):
        axes.plot(*thinned(xs, finite(gaps[:, channel])), color=f"C{place}", lw=0.8)
    axes.plot(*averaged(xs, finite(gaps).mean(axis=1)), color="black", lw=2)
    axes.set_ylim(bottom=0)


def _farthest(history: NormHistory) -> list[int]:
    """Choose channels: those where validation sees something else than training did, at the end."""
    tail = slice(-max(1, len(history.steps) // 10), None)
    apart = history.gaps()[tail].mean(axis=0)
    apart = np.nan_to_num(apart, nan=np.inf)
    return sorted(np.argsort(-apart, kind="stable")[:_MOST_CHANNELS].tolist())


def _legend(chosen: list[int]) -> list[Line2D]:
    kinds = [(0.6, "of_the_batch"), (2.0, "running_average")]
    colours = [
        Line2D([], [], color=f"C{place}", label=f"{label('channel')} {channel}")
        for place, channel in enumerate(chosen)
    ]
    return [Line2D([], [], color="black", lw=lw, label=label(key)) for lw, key in kinds] + colours
