"""Numbers on the cells of a grid, and boxes around some of them."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from convscope.errors import ShapeError, account
from convscope.figures.sheet import FAINT

Grid: TypeAlias = NDArray[np.floating[Any]]

WINDOWS = ("#dd6b20", "#2b6cb0", "#2f855a")  # boxes that must be told apart
SIGNED, TIMES = "RdBu_r", "\N{MULTIPLICATION SIGN}"
MOST_CELLS = 32  # a side, with a number in each that one can still read


def draw_cells(
    axes: Axes,
    values: Grid,
    *,
    cmap: str = "Greys",
    limits: tuple[float, float] | None = None,
    size: float = 8,
) -> AxesImage:
    """Draw a grid with the number of each cell on it, counted from 0 along both sides.

    Args:
        axes: to draw into.
        values: (rows, columns); NaN leaves a cell white and without a number.
        cmap: from low to high; `SIGNED` is made symmetrical around 0.
        limits: lowest and highest value of the colours; by default those of the grid.
        size: of the numbers, in points; 0 for none.

    Returns:
        The coloured cells.
    """
    low, high = limits or span(values, signed=cmap == SIGNED)
    shown = axes.imshow(values, cmap=cmap, norm=Normalize(low, high), interpolation="nearest")
    rows, columns = values.shape
    axes.set_xticks(ticks(columns), minor=False)
    axes.set_yticks(ticks(rows), minor=False)
    axes.tick_params(length=0, labelsize=7, colors="#718096")
    axes.spines[:].set_color(FAINT)
    if max(rows, columns) <= MOST_CELLS:
        rule(axes, rows, columns, color=FAINT, linewidth=0.4)
    if size:
        _write(axes, shown, values, size)
    return shown


def outline(
    axes: Axes,
    rows: Sequence[int],
    columns: Sequence[int],
    color: str = WINDOWS[0],
    **line: Any,  # noqa: ANN401 (matplotlib's own keywords)
) -> None:
    """Draw a box around the cells from the first to the last row and column."""
    corner = columns[0] - 0.5, rows[0] - 0.5
    width, height = columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1
    style: dict[str, Any] = {"linewidth": 2.2, "fill": False, "zorder": 4, **line}
    axes.add_patch(Rectangle(corner, width, height, edgecolor=color, **style))


def rule(axes: Axes, rows: int, columns: int, *, color: str, linewidth: float) -> None:
    """Draw the lines between cells."""
    right, below = columns - 0.5, rows - 0.5
    axes.vlines(np.arange(columns + 1) - 0.5, -0.5, below, color=color, linewidth=linewidth)
    axes.hlines(np.arange(rows + 1) - 0.5, -0.5, right, color=color, linewidth=linewidth)
    axes.set(xlim=(-0.5, right), ylim=(below, -0.5))


def dots(axes: Axes, rows: Sequence[int], columns: Sequence[int], color: str = WINDOWS[0]) -> None:
    """Mark each cell where one of `rows` meets one of `columns`."""
    across, down = np.meshgrid(columns, rows)
    axes.plot(across.ravel(), down.ravel(), ".", color=color, markersize=3, zorder=4)


def number(value: float) -> str:
    """Write a number short enough for a cell."""
    value += 0.0  # -0 is 0
    return f"{value:.0f}" if value == round(value) or abs(value) >= 1000 else f"{value:.3g}"


def span(values: Grid, *, signed: bool) -> tuple[float, float]:
    """Give the lowest and highest value; signed ones as far below 0 as above."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if signed:
        high = max(-low, high) or 1.0
        low = -high
    return (low, high) if low < high else (low, low + 1)


def ticks(length: int) -> list[int]:
    """Give the cells to number along a side: all of a few, some of many."""
    steps = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000)
    return list(range(0, length, next(step for step in steps if length <= 16 * step)))


def check_readable(values: Grid, what: str) -> None:
    """Refuse a grid whose numbers nobody could read.

    Raises:
        ShapeError: it is no grid, or has too many cells.
    """
    if values.ndim != 2 or max(values.shape) > MOST_CELLS:
        message = account(
            f"the {what} cannot be drawn with its numbers",
            facts={"shape": values.shape},
            because=f"up to {MOST_CELLS} rows and columns can be read",
            fix="a part of it, such as picture[4:14, 4:24]",
        )
        raise ShapeError(message)


def _write(axes: Axes, shown: AxesImage, values: Grid, size: float) -> None:
    for (row, column), value in np.ndenumerate(values):
        if not np.isfinite(value):
            continue
        red, green, blue, _ = shown.to_rgba(float(value))  # pyright: ignore[reportGeneralTypeIssues, reportArgumentType]
        dark = 0.3 * red + 0.59 * green + 0.11 * blue < 0.5
        color = "white" if dark else "black"
        axes.text(
            column, row, number(float(value)), ha="center", va="center", fontsize=size, color=color
        )
