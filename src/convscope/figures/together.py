"""All layers of a net in one figure: a line each."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from convscope.figures.epochs import epoch_ends, mark_epochs
from convscope.figures.fitting import fitted
from convscope.figures.sheet import caption
from convscope.figures.thinning import averaged, finite, thinned
from convscope.runs import LayerHistory, Steps
from convscope.words import label

_MANY = 300  # steps; with several lines a panel, more would be a wall
_NAMED = 12  # layers in the legend; more would hide the lines
_WILD = 100.0  # times the median: what is that far out would flatten the rest


def layers_together(
    histories: Sequence[LayerHistory], *, steps: Steps | None = None, figure: Figure | None = None
) -> Figure:
    """Draw mean, deviation and share near zero of the outputs of every layer.

    Args:
        histories: of the layers, the first layer first; at least one.
        steps: every step of the training, if known: the ends of the epochs are marked.
        figure: to draw into; by default a fresh one of 12 by 4 inches.

    Returns:
        The figure: three panels, in each a line a layer, dark for the first and light for the last.

    Example:
        >>> line, count, none = np.array([0.5, 0.25]), np.array([8, 8]), np.zeros(2, int)
        >>> seen = LayerHistory("0", "Conv2d", np.arange(2), *[line] * 7, count, none, none)
        >>> [len(axes.lines) for axes in layers_together([seen, seen]).axes]
        [2, 2, 2]
    """
    figure = fitted(figure, (12, 4))
    panels: list[Axes] = list(figure.subplots(1, 3, sharex=True))
    colours = mpl.colormaps["viridis"](np.linspace(0, 0.9, len(histories)))
    named = {*np.linspace(0, len(histories) - 1, _NAMED).round().astype(int).tolist()}
    for axes, key in zip(panels, ("mean", "std", "near_zero"), strict=True):
        every: list[np.ndarray] = []
        for place, (history, colour) in enumerate(zip(histories, colours, strict=True)):
            ys = finite(_values(history, key))
            xs = history.steps.astype(np.float64)
            every.append(ys[~np.isnan(ys)])
            if len(xs) > _MANY:
                xs, ys = averaged(xs, ys)
            name = f"{history.name} {history.kind}" if place in named else "_"
            axes.plot(*thinned(xs, ys), color=colour, linewidth=1.2, label=name)
        _scaled(axes, key, np.concatenate(every))
        axes.set(
            title=label("near_zero" if key == "near_zero" else f"title_{key}"), xlabel=label("step")
        )
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        mark_epochs(axes, epoch_ends(steps))
    panels[0].legend(fontsize=7, loc="best")
    for text in panels[0].get_legend().get_texts():  # pyright: ignore[reportOptionalMemberAccess]
        text.set_parse_math(False)
    caption(figure, "read_layers_together")
    return figure


def _values(history: LayerHistory, key: str) -> np.ndarray:
    columns = {
        "mean": history.means,
        "std": history.stds,
        "near_zero": history.near_zero_shares,
    }
    return columns[key]


def _scaled(axes: Axes, key: str, values: np.ndarray) -> None:
    axes.set_ylabel(label("share_of_outputs" if key == "near_zero" else key))
    if key == "near_zero":
        axes.set_ylim(-0.03, 1.03)
        return
    usual = float(np.median(np.abs(values))) if len(values) else 0.0
    if usual > 0 and np.abs(values).max() > _WILD * usual:
        axes.set_yscale("symlog", linthresh=usual)
