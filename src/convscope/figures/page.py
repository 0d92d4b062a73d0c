"""All layers on one page, and how one column of them is made."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from convscope.figures.colour import brightest, count_bar, draw_grid
from convscope.figures.epochs import epoch_ends, mark_epochs
from convscope.figures.fitting import fitted
from convscope.figures.sheet import METRIC, TRAIN, caption
from convscope.figures.thinning import finite, smoothed, thinned
from convscope.figures.valueaxis import place_of, ticks
from convscope.runs import HistogramGrid, Steps
from convscope.words import label

_TALLEST = 26.0  # inches for all layers together
_PANEL = 1.15  # inches a layer, where there are few


def all_layers(
    grids: Sequence[HistogramGrid], *, steps: Steps | None = None, figure: Figure | None = None
) -> Figure:
    """Draw the colourful dimension of every layer, and loss and rate under them, on one step axis.

    Args:
        grids: histograms of each layer, the first layer first; at least one.
        steps: every step of the training, for loss, rate and the ends of the epochs.
        figure: to draw into; by default a fresh one, 11 inches wide, and as tall as needed.

    Returns:
        The figure: a panel a layer, then loss and rate if steps are known, then the colour bar.

    Example:
        >>> none, edges = np.zeros(2), np.array([-1.0, 0, 1])
        >>> seen = [
        ...     HistogramGrid(name, edges, np.arange(3), np.ones((2, 2)), *[none] * 4, False)
        ...     for name in ("0", "2")
        ... ]
        >>> steps = Steps([0, 1], [0, 0], [2.0, 1.0], [0.1, 0.1], [0.9, 0.9])
        >>> [axes.get_ylabel() for axes in all_layers(seen, steps=steps).axes]
        ['0', '2', 'loss', 'learning rate', 'outputs (logarithmic: log(1 + n))']
    """
    height = min(_PANEL, _TALLEST / len(grids))
    lines = [height] * len(grids) + ([0.9, 0.7] if steps else [])
    figure = fitted(figure, (11, sum(lines) + 1.3))
    panels: list[Axes] = list(
        figure.subplots(len(lines), 1, sharex=True, squeeze=False, height_ratios=lines)[:, 0]
    )
    layers = panels[: len(grids)]
    top = brightest(grids)
    images = [draw_grid(*pair, top=top, small=True) for pair in zip(layers, grids, strict=True)]
    names = [grid.name for grid in grids]
    if steps:
        _draw_training(panels[-2:], steps)
        names += [label("loss"), label("lr")]
    for axes, name in zip(panels, names, strict=True):
        axes.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=8, parse_math=False)
        mark_epochs(axes, epoch_ends(steps), color="white" if axes in layers else "gray")
    panels[-1].set_xlabel(label("step"))
    panels[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    count_bar(figure, images[0], layers)
    figure.suptitle(f"{label('title_all_layers')}: {label('output_value')}")
    caption(figure, "read_all_layers")
    return figure


def column_made(grid: HistogramGrid, column: int = -1, *, figure: Figure | None = None) -> Figure:
    """Draw how one column of the colourful dimension is made of one batch's histogram.

    Args:
        grid: histograms of a layer.
        column: which of them, -1 is the last.
        figure: to draw into; by default a fresh one of 11 by 5 inches.

    Returns:
        The figure: counts, log counts beside them, their colours, and these on their side.

    Example:
        >>> none, edges = np.zeros(1), np.array([-1.0, 0, 1])
        >>> counts = np.array([[3.0, 9.0]])
        >>> drawn = column_made(HistogramGrid("0", edges, np.arange(2), counts, *[none] * 4, False))
        >>> [float(bar.get_height()) for bar in drawn.axes[0].patches]
        [3.0, 9.0]
    """
    figure = fitted(figure, (11, 5))
    parts = figure.subplot_mosaic(
        [["counts", "logs", "side"], ["counts", "colours", "side"]],
        width_ratios=[4, 4, 1],
        height_ratios=[4, 1],
    )
    counts = np.asarray(grid.counts[column], dtype=np.float64)
    logs = np.log1p(counts)
    places = np.arange(len(counts)) + 0.5
    colours = mpl.colormaps["viridis"](logs / max(logs.max(), 1e-9))
    parts["counts"].bar(places, counts, width=1.0, color=TRAIN)
    parts["logs"].bar(places, logs, width=1.0, color=colours)
    parts["colours"].pcolormesh(logs[None], cmap="viridis", vmin=0)
    parts["side"].pcolormesh(logs[:, None], cmap="viridis", vmin=0)
    titles = ["title_counts", "title_log_counts", "title_colours", "title_column"]
    for name, key in zip(["counts", "logs", "colours", "side"], titles, strict=True):
        parts[name].set_title(label(key), fontsize=10)
    parts["counts"].set_ylabel(label("outputs_linear"))
    parts["logs"].set_ylabel(label("outputs_log"))
    _name_values(grid, parts)
    figure.suptitle(grid.name, parse_math=False)
    caption(figure, "read_column")
    return figure


def _name_values(grid: HistogramGrid, parts: dict[str, Axes]) -> None:
    values = ticks(grid)
    places, names = [place_of(grid, value) for value in values], [f"{value:g}" for value in values]
    for name in ("counts", "logs", "colours"):
        parts[name].set_xticks(places, labels=names)
        parts[name].set_xlim(0, len(grid.edges) - 1)
    for name in ("counts", "colours"):
        parts[name].set_xlabel(label("output_value"))
    parts["side"].set_yticks(places, labels=names)
    parts["side"].set_ylabel(label("output_value"))
    parts["side"].set_xticks([])
    parts["colours"].set_yticks([])


def _draw_training(panels: Sequence[Axes], steps: Steps) -> None:
    xs, losses = finite(steps.steps), finite(steps.losses)
    panels[0].plot(*thinned(xs, losses), color=TRAIN, linewidth=0.5, alpha=0.4)
    panels[0].plot(*thinned(xs, smoothed(losses)), color=TRAIN)
    panels[1].plot(*thinned(xs, finite(steps.lrs)), color=METRIC)
