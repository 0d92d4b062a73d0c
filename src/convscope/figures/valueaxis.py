"""The axis of output values, on which a bin is 1 long, whatever values it holds."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from convscope.runs import HistogramGrid

_MOST_DECADES = 4  # named on each side of zero


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
        Round numbers inside the window, rising: evenly spread, or powers of ten and 0.
    """
    low, high = (float(value) for value in grid.edges[[0, -1]])
    if not grid.is_symlog:
        chosen = [float(value) for value in MaxNLocator(6).tick_values(low, high)]
    else:
        least = float(np.abs(grid.edges[grid.edges != 0]).min())
        powers = np.arange(np.ceil(np.log10(least)), np.floor(np.log10(max(-low, high))) + 1)
        powers = powers[:: -1 * -(-len(powers) // _MOST_DECADES)][::-1]
        chosen = [*(-(10.0**powers))[::-1].tolist(), 0.0, *(10.0**powers).tolist()]
    return [value for value in chosen if low <= value <= high]
