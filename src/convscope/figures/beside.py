"""Several runs in one figure: their courses on common axes, their insides side by side."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from convscope.figures.colour import brightest, count_bar, draw_grid
from convscope.figures.fitting import fitted
from convscope.figures.sheet import caption
from convscope.figures.thinning import finite
from convscope.runs import EpochRow, HistogramGrid
from convscope.words import label

_ACROSS = 3  # pictures in a row
_MOST_MARKS = 40  # epochs with a mark of their own
_STYLES = ("-", "--", ":", "-.")  # the ten colours come round again in another one


def curves_together(
    runs: Sequence[tuple[str, Sequence[EpochRow]]], *, figure: Figure | None = None
) -> Figure:
    """Draw losses and accuracy of several runs on common axes.

    Args:
        runs: a name and its epochs each; at least one.
        figure: to draw into; by default a fresh one, 13 inches wide.

    Returns:
        The figure: training loss, validation loss, accuracy; a line a run, of the same colour in
        each, and the names under them.

    Example:
        >>> row = EpochRow(0, 0.21, 0.08, {"accuracy": 0.9743}, 2.2)
        >>> drawn = curves_together([("first", [row]), ("second", [row, row])])
        >>> [len(axes.lines) for axes in drawn.axes]
        [2, 2, 2]
    """
    figure = fitted(figure, (13, 4.4 + 0.22 * -(-len(runs) // 2)))
    panels: list[Axes] = list(figure.subplots(1, 3, sharex=True))
    for place, (name, rows) in enumerate(runs):
        epochs = [row.epoch for row in rows]
        accuracies = [row.metrics.get("accuracy", np.nan) for row in rows]
        lines = [[row.train_loss for row in rows], [row.valid_loss for row in rows], accuracies]
        for axes, values in zip(panels, lines, strict=True):
            (line,) = axes.plot(epochs, finite(values), color=f"C{place % 10}", label=name)
            line.set_linestyle(_STYLES[place // 10 % len(_STYLES)])
            line.set(marker="o" if len(rows) <= _MOST_MARKS else "", markersize=4)
    losses = label("loss")
    for axes, key, unit in zip(
        panels,
        ("training", "validation", "accuracy"),
        (losses, losses, label("share")),
        strict=True,
    ):
        axes.set(title=label(key), xlabel=label("epoch"), ylabel=unit)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.ticklabel_format(axis="y", useOffset=False, style="plain")
        axes.grid(color="#edf2f7")
    _one_scale(panels[:2])
    handles, names = panels[0].get_legend_handles_labels()
    legend = figure.legend(handles, names, loc="outside upper center", ncols=2, frameon=False)
    for text in legend.get_texts():
        text.set_parse_math(False)
    caption(figure, "beside_read_curves")
    return figure


def color_dims(grids: Sequence[HistogramGrid], *, figure: Figure | None = None) -> Figure:
    """Draw the colourful dimension of one layer of several runs, side by side.

    Args:
        grids: histograms; at least one. Their names stand over them; where they have the same
            window of values, the pictures have the same axis.
        figure: to draw into; by default a fresh one, 13 inches wide and as tall as needed.

    Returns:
        The figure: a panel a grid, three in a row, with the same colours, then the colour bar.

    Example:
        >>> none, edges = np.zeros(2), np.array([-1.0, 0, 1])
        >>> seen = [
        ...     HistogramGrid(name, edges, np.arange(3), np.ones((2, 2)), *[none] * 4, False)
        ...     for name in ("first", "second")
        ... ]
        >>> [axes.get_title() for axes in color_dims(seen).axes[:2]]
        ['first', 'second']
    """
    across = min(len(grids), _ACROSS)
    lines = -(-len(grids) // across)
    figure = fitted(figure, (13, 3.6 * lines + 1))
    panels: list[Axes] = list(figure.subplots(lines, across, squeeze=False).ravel())
    top = brightest(grids)
    used = panels[: len(grids)]
    images = [draw_grid(axes, grid, top=top) for axes, grid in zip(used, grids, strict=True)]
    for axes, grid in zip(used, grids, strict=True):
        axes.set_title(grid.name, fontsize=9, parse_math=False)
        axes.set(xlabel=label("step"), ylabel=label("output_value"))
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    for axes in panels[len(grids) :]:
        axes.remove()
    count_bar(figure, images[0], used)
    caption(figure, "beside_read_colours")
    return figure


def _one_scale(panels: Sequence[Axes]) -> None:
    """Give both losses the same axis."""
    ends = [axes.get_ylim() for axes in panels]
    for axes in panels:
        axes.set_ylim(min(low for low, _ in ends), max(high for _, high in ends))
