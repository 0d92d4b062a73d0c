"""A grid made fit for paper: few enough columns, and an axis of values on which a bin is 1 long."""

from dataclasses import replace

import numpy as np
from matplotlib.ticker import MaxNLocator

from convscope.runs import HistogramGrid

_MOST_COLUMNS = 600  # fewer than a panel has pixels, so that none falls between two
_APART = 0.07  # of the axis, between two names
_POWERS = range(30, -4, -1)


def narrowed(grid: HistogramGrid) -> HistogramGrid:
    """Add neighbouring columns up until all of them can be seen.

    Returns:
        A grid of at most 600 columns, with the same values in it.

    Example:
        >>> none = np.zeros(900)
        >>> counts = np.ones((900, 2))
        >>> wide = HistogramGrid("0", np.arange(3.0), np.arange(901), counts, *[none] * 4, False)
        >>> narrowed(wide).steps[:3].tolist(), float(narrowed(wide).counts.sum())
        ([0, 2, 4], 1800.0)
    """
    each = -(-len(grid.counts) // _MOST_COLUMNS)
    if each <= 1:
        return grid
    starts = np.arange(0, len(grid.counts), each)
    names = ("counts", "below", "above", "nan_counts", "inf_counts")
    parts = {name: np.add.reduceat(getattr(grid, name), starts, axis=0) for name in names}
    return replace(grid, steps=np.append(grid.steps[starts], grid.steps[-1]), **parts)


def place_of(grid: HistogramGrid, value: float) -> float:
    """Say where a value stands among the bins.

    Returns:
        0 at the window's low end, the number of bins at its high end; ends serve what is outside.

    Example:
        >>> none = np.zeros(1)
        >>> edges, borders = np.array([-1.0, 0, 1]), np.arange(2)
        >>> seen = HistogramGrid("0", edges, borders, np.ones((1, 2)), *[none] * 4, False)
        >>> place_of(seen, -0.5), place_of(seen, 7.0)
        (0.5, 2.0)
    """
    return float(np.interp(value, grid.edges, np.arange(len(grid.edges))))


def ticks(grid: HistogramGrid) -> list[float]:
    """Choose values to name.

    Returns:
        Round numbers inside the window, rising: evenly spread, or 0 and powers of ten.
    """
    low, high = (float(value) for value in grid.edges[[0, -1]])
    if not grid.is_symlog:
        chosen = [
            float(value) for value in MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(low, high)
        ]
        return [value for value in chosen if low <= value <= high]
    apart = _APART * (len(grid.edges) - 1)
    kept: dict[float, float] = {}
    for value in [0.0, *(sign * 10.0**power for power in _POWERS for sign in (1, -1))]:
        place = place_of(grid, value)
        if low <= value <= high and all(abs(place - other) >= apart for other in kept.values()):
            kept[value] = place
    return sorted(kept)
