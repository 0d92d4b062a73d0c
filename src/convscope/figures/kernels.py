"""A kernel at one place, over a grid, and many kernels on one picture."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from numpy.typing import NDArray

from convscope.conv import Kernel, Place, kernel_map
from convscope.errors import ShapeError, account
from convscope.figures.cells import (
    MOST_CELLS,
    SIGNED,
    TIMES,
    WINDOWS,
    draw_cells,
    number,
    outline,
    span,
)
from convscope.figures.sheet import caption, sheet
from convscope.words import label

_FEW = 12  # cells a side whose numbers fit into a small panel


def kernel_place(picture: NDArray[Any], place: Place, *, figure: Figure | None = None) -> Figure:
    """Draw a kernel at one place: what lies under it, the products, and their sum.

    Args:
        picture: (height, width), the one that `place` was made of.
        place: of one channel, from `place_at` or `centred_at`.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Raises:
        ShapeError: the place is of several channels.

    Example:
        >>> from convscope.conv import centred_at
        >>> image = np.arange(1.0, 50.0).reshape(7, 7)
        >>> place = centred_at(image, np.arange(1, 10).reshape(3, 3) / 10, (2, 3))
        >>> kernel_place(image, place).axes[-1].get_xlabel()
        'sum = 94.2'
    """
    if len(place.patch) != 1:
        message = account(
            "only a kernel of one channel fits into this figure",
            facts={"channels": len(place.patch)},
            because="each channel has pixels, weights and products of its own",
            fix="colour_convolution(picture, conv, row, column)",
        )
        raise ShapeError(message)
    figure = sheet(figure, (12.5, 4.6))
    panels: list[Axes] = list(figure.subplots(1, 4, width_ratios=[1.7, 1, 1, 1]))
    pixels = np.asarray(picture, np.float64)
    draw_cells(panels[0], pixels, size=7.5 if max(pixels.shape) <= _FEW else 0)
    outline(panels[0], place.rows, place.columns)
    panels[0].set(title=label("picture"), xlabel=label("column"), ylabel=label("row"))
    limits = span(pixels, signed=False)
    tables = (
        ("patch", place.patch[0], "Greys", limits),
        ("one_kernel", place.kernel[0], SIGNED, None),
        ("products", place.products[0], SIGNED, None),
    )
    for axes, (key, values, cmap, ends) in zip(panels[1:], tables, strict=True):
        draw_cells(axes, values, cmap=cmap, limits=ends, size=10)
        axes.set_title(label(key))
        axes.set(xticks=[], yticks=[])
    for axes, sign in zip(panels[1:], (TIMES, "=", ""), strict=True):
        axes.text(1.1, 0.5, sign, transform=axes.transAxes, fontsize=18, va="center", ha="center")
    bias = f" ({label('with_bias').format(bias=number(place.bias))})" if place.bias else ""
    total = f"{label('sum')} = {place.total:.6g}{bias}"
    panels[3].set_xlabel(total, color=WINDOWS[0], fontsize=14, labelpad=8)
    figure.suptitle(textwrap.fill(str(place), 130), fontsize=10)
    caption(figure, "read_place")
    return figure


def kernel_over(
    picture: NDArray[Any], kernel: Kernel | NDArray[Any], *, figure: Figure | None = None
) -> Figure:
    """Draw how a kernel goes over a whole picture: three of its places, and the map.

    Args:
        picture: (height, width).
        kernel: one by hand, or (rows, columns).
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Raises:
        ShapeError: the kernel does not fit.

    Example:
        >>> drawn = kernel_over(np.eye(6), np.ones((3, 3)))
        >>> [axes.get_title() for axes in drawn.axes]
        ['picture: 6 x 6', 'kernel: 3 x 3', 'map: 4 x 4']
    """
    maps = kernel_map(picture, kernel)
    figure = sheet(figure, (12, 5))
    panels: list[Axes] = list(figure.subplots(1, 3, width_ratios=[1.5, 0.6, 1.4]))
    matrix = np.asarray(kernel.matrix if isinstance(kernel, Kernel) else kernel, np.float64)
    grids = np.asarray(picture, np.float64), matrix, maps
    for axes, grid, key in zip(panels, grids, ("picture", "one_kernel", "map"), strict=True):
        cmap = "Greys" if key == "picture" else SIGNED
        draw_cells(axes, grid, cmap=cmap, size=_letters(grid))
        rows, columns = grid.shape
        axes.set_title(f"{label(key)}: {rows} x {columns}")
        axes.set(xlabel=label("column"), ylabel=label("row"))
    for color, (row, column) in zip(WINDOWS, _three(maps), strict=False):
        down = range(row, row + grids[1].shape[0])
        across = range(column, column + grids[1].shape[1])
        outline(panels[0], down, across, color)
        outline(panels[2], [row], [column], color)
    caption(figure, "read_over")
    return figure


def kernel_sheet(
    picture: NDArray[Any], kernels: Sequence[Kernel], *, figure: Figure | None = None
) -> Figure:
    """Draw a picture, kernels, and the map that each makes of it, side by side.

    Args:
        picture: (height, width), 0..255.
        kernels: at least one; each is shown with what it answers to.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Raises:
        ShapeError: a kernel does not fit.

    Example:
        >>> from convscope.conv import KERNELS
        >>> len(kernel_sheet(np.eye(9), [KERNELS["sobel_x"], KERNELS["outline"]]).axes)
        7
    """
    across = min(3, len(kernels))
    down = -(-len(kernels) // across)
    figure = sheet(figure, (2.6 + 4.3 * across, max(3.4, 2.75 * down) + 0.6))
    halves = figure.subfigures(1, 2, squeeze=False, width_ratios=[2.6, 4.3 * across])
    left, right = halves[0]
    axes: Axes = left.subplots()
    axes.imshow(picture, cmap="gray", vmin=0, vmax=255)
    height, width = picture.shape
    axes.set_title(f"{label('picture')}: {height} x {width}", fontsize=10)
    axes.set(xticks=[], yticks=[])
    axes.set_anchor("N")
    parts = right.subfigures(down, across, squeeze=False)
    for part, kernel in zip(parts.flat, kernels, strict=False):
        _draw_pair(part, picture, kernel)
    caption(figure, "read_kernels")
    return figure


def _draw_pair(part: SubFigure, picture: NDArray[Any], kernel: Kernel) -> None:
    panels: list[Axes] = list(part.subplots(1, 2, width_ratios=[1, 1.6]))
    small, large = panels
    matrix = np.array(kernel.matrix)
    draw_cells(small, matrix, cmap=SIGNED, size=8 if len(matrix) <= 3 else 4.5)
    small.set(xticks=[], yticks=[])
    small.set_title(kernel.name, fontsize=9)
    answer = kernel_map(picture, matrix)
    if abs(matrix.sum() - 1) < 1e-9:
        drawn = large.imshow(answer, cmap="gray", vmin=0, vmax=255)
    else:
        most = float(np.percentile(abs(answer), 99)) or 1.0
        drawn = large.imshow(answer, cmap=SIGNED, vmin=-most, vmax=most)
    large.set(xticks=[], yticks=[])
    bar = part.colorbar(drawn, ax=large, fraction=0.05, pad=0.02, extend="both")
    bar.ax.tick_params(labelsize=6)
    part.suptitle(textwrap.fill(kernel.answers_to, 52), fontsize=8.5)


def _letters(grid: NDArray[np.float64]) -> float:
    longest = max(grid.shape)
    if longest > MOST_CELLS:
        return 0
    return 9 if longest <= _FEW else 4.5


def _three(maps: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Give the first place, one in the middle and the last; where they differ."""
    rows, columns = maps.shape
    places = [(0, 0), (rows // 2, columns // 2), (rows - 1, columns - 1)]
    return list(dict.fromkeys(places))
