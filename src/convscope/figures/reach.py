"""What a cell depends on, drawn on every map back to the picture."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from convscope.conv import Cells
from convscope.errors import ShapeError, account
from convscope.figures.cells import SIGNED, WINDOWS, dots, draw_cells, outline
from convscope.figures.sheet import caption, sheet
from convscope.words import label


def precedent_boxes(
    maps: Sequence[NDArray[Any]], trail: Sequence[Cells], *, figure: Figure | None = None
) -> Figure:
    r"""Draw a box around the precedents of a cell on the picture and on each map.

    Args:
        maps: the picture (height, width), then one map for each layer.
        trail: the cells of each, from `trace_back`; from `trace_forward` it shows dependents.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Raises:
        ShapeError: there are not as many maps as steps of the trail.

    Example:
        >>> from convscope.conv import Window, kernel_map, trace_back
        >>> picture = np.eye(9)
        >>> maps = [picture, kernel_map(picture, np.ones((3, 3)), stride=2)]
        >>> drawn = precedent_boxes(maps, trace_back((1, 1), (9, 9), [Window(3, stride=2)]))
        >>> drawn.axes[0].get_title()
        'picture: 9 x 9\nrows 2 to 4, columns 2 to 4: 9 cells'
    """
    if len(maps) != len(trail):
        message = account(
            "the maps do not fit the trail",
            facts={"maps": len(maps), "steps of the trail": len(trail)},
            because="each step is drawn on a map of its own",
            fix="the picture, then one map for each layer",
        )
        raise ShapeError(message)
    figure = sheet(figure, (4.2 * len(maps), 5.2))
    panels: list[Axes] = list(figure.subplots(1, len(maps), squeeze=False)[0])
    for depth, (axes, values, cells) in enumerate(zip(panels, maps, trail, strict=True)):
        grid = np.asarray(values, np.float64)
        draw_cells(axes, grid, cmap=SIGNED if depth else "Greys", size=_size(grid))
        name = label("map_of").format(layer=depth) if depth else label("picture")
        title = f"{name}: {grid.shape[0]} x {grid.shape[1]}\n{_told(cells)}"
        axes.set_title(title, fontsize=10)
        axes.set(xlabel=label("column"), ylabel=label("row"))
        if cells:
            outline(axes, cells.rows, cells.columns, WINDOWS[0])
        if cells.has_holes:
            dots(axes, cells.rows, cells.columns)
    forwards = len(trail[-1]) != 1  # one pixel, and what it reaches
    caption(figure, "read_dependents" if forwards else "read_precedents")
    return figure


def _told(cells: Cells) -> str:
    if cells.box is None:
        return label("no_cells")
    top, bottom, left, right = cells.box
    if len(cells) == 1:
        return label("one_cell").format(row=top, column=left)
    key = "cells_with_holes" if cells.has_holes else "cells"
    return label(key).format(
        top=top, bottom=bottom, left=left, right=right, count=f"{len(cells):,}"
    )


def _size(grid: NDArray[np.float64]) -> float:
    longest = max(grid.shape)
    return 8 if longest <= 6 else 5.5 if longest <= 10 else 0
