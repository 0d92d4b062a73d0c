"""Lines of any length, made drawable."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Line = NDArray[np.float64]

_MOST = 4_000  # points; a screen has fewer columns, and matplotlib gives up on very long noise


def finite(values: Sequence[float] | Line) -> Line:
    """Put a gap where a value cannot be drawn.

    Returns:
        The values, NaN for infinities.
    """
    line = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(line), line, np.nan)


def thinned(xs: Line, ys: Line) -> tuple[Line, Line]:
    """Keep the lowest and the highest point of every stretch: no peak is lost.

    Args:
        xs: positions, rising.
        ys: values, NaN for gaps.

    Returns:
        At most 4,000 points, in order.

    Example:
        >>> xs = np.arange(100_000.0)
        >>> ys = np.zeros(100_000)
        >>> ys[54_321] = 7.0
        >>> less_xs, less_ys = thinned(xs, ys)
        >>> len(less_xs) <= 4_000, float(less_xs[less_ys.argmax()])
        (True, 54321.0)
    """
    if len(xs) <= _MOST:
        return xs, ys
    stretch = -(-len(xs) * 2 // _MOST)
    cut = np.append(ys, np.full(-len(ys) % stretch, np.nan)).reshape(-1, stretch)
    starts = np.arange(len(cut)) * stretch
    low = np.where(np.isnan(cut), np.inf, cut).argmin(axis=1) + starts
    high = np.where(np.isnan(cut), -np.inf, cut).argmax(axis=1) + starts
    kept = np.unique(np.concatenate([low, high]))
    kept = kept[kept < len(xs)]
    return xs[kept], ys[kept]


def averaged(xs: Line, ys: Line, pieces: int = 300) -> tuple[Line, Line]:
    """Average every stretch, so that the course shows through the noise.

    Args:
        xs: positions, rising.
        ys: values, NaN for gaps; a stretch without any value is a gap.
        pieces: the most stretches.

    Returns:
        A point for each stretch, at its middle.

    Example:
        >>> _, means = averaged(np.arange(4.0), np.array([1.0, 3.0, np.nan, 5.0]), pieces=2)
        >>> means.tolist()
        [2.0, 5.0]
    """
    cuts = np.unique(np.linspace(0, len(xs), min(pieces, len(xs)) + 1).astype(int))[:-1]
    known = ~np.isnan(ys)
    sums = np.add.reduceat(np.where(known, ys, 0.0), cuts)
    numbers = np.add.reduceat(known.astype(np.float64), cuts)
    means = np.divide(sums, numbers, out=np.full(len(cuts), np.nan), where=numbers > 0)
    return np.add.reduceat(xs, cuts) / np.diff([*cuts, len(xs)]), means


def smoothed(ys: Line, keep: float = 0.98) -> Line:
    """Average exponentially and debias, as the recorder does for train_loss; gaps are passed over.

    Args:
        ys: values, NaN for gaps.
        keep: share of the average that a step keeps, 0..1.

    Returns:
        As many values.

    Example:
        >>> smoothed(np.array([1.0, 3.0]), keep=0.5).round(3).tolist()
        [1.0, 2.333]
    """
    average, weight = 0.0, 0.0
    line = np.empty_like(ys)
    for place, value in enumerate(ys.tolist()):
        if value == value:  # not NaN
            average = keep * average + (1 - keep) * value
            weight = keep * weight + 1 - keep
        line[place] = average / weight if weight else np.nan
    return line
