"""From histograms of single steps to columns on a page."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from convscope.runs.histograms import borders, shares_of_bins, unpacked

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

NEAR_ZERO = 0.05  # a symmetric-logarithmic axis is straight up to about here
_OUTLIERS = 0.001  # share of values on each side that a linear window may leave out


def linear_edges(shift: int, counts: Counts, bins: int) -> Floats:
    """Choose a linear window that all but a thousandth of the values on each side fall into.

    Args:
        shift: of the histogram.
        counts: all values together, of shape (4096 >> shift,).
        bins: how many.

    Returns:
        Borders of shape (bins + 1,).
    """
    ends, total = borders(shift), counts.sum()
    below = np.concatenate([[0], np.cumsum(counts)])
    low = ends[np.searchsorted(below, _OUTLIERS * total, "right") - 1] if total else -1.0
    high = ends[np.searchsorted(below, (1 - _OUTLIERS) * total, "left")] if total else 1.0
    if not high - low > 1e-30:  # nothing but zeros
        low, high = low - 1.0, high + 1.0
    return np.linspace(low, high, bins + 1)


def symlog_edges(low: float, high: float, bins: int) -> Floats:
    """Space borders as asinh does: straight near zero, by equal factors far from it.

    Returns:
        Borders of shape (bins + 1,).
    """
    ends = np.arcsinh(np.array([low, high]) / NEAR_ZERO)
    if not ends[1] > ends[0]:
        ends = ends + np.array([-1.0, 1.0])
    return np.sinh(np.linspace(ends[0], ends[1], bins + 1)) * NEAR_ZERO


def total_counts(rows: Iterable[tuple[int, bytes]]) -> tuple[int, Counts]:
    """Add up histograms at the coarsest resolution among them.

    Args:
        rows: (shift, packed histogram).

    Returns:
        The shift, and counts of shape (4096 >> shift,).
    """
    found = list(rows)
    coarsest = max((shift for shift, _ in found), default=0)
    total = np.zeros(4096 >> coarsest, np.int64)
    for shift, contents in _by_shift(found):
        counts = unpacked(contents, shift).sum(axis=0)
        total += counts.reshape(len(total), -1).sum(axis=1)
    return coarsest, total


class Binning:
    """Sort histograms into the bins of a window, and into columns.

    Args:
        edges: rising, of shape (bins + 1,).
        columns: how many.

    Attributes:
        counts: of shape (columns, bins + 2): below the window, its bins, above it.
    """

    def __init__(self, edges: Floats, columns: int) -> None:
        self.counts = np.zeros((columns, len(edges) + 1))
        self._edges = edges
        self._shares: dict[int, Floats] = {}

    def add(self, places: Counts, rows: list[tuple[int, bytes]]) -> None:
        """Add histograms; neighbours of one column are added up before they are sorted.

        Args:
            places: the column of each.
            rows: (shift, packed histogram).
        """
        shifts = np.array([shift for shift, _ in rows])
        for shift, contents in _by_shift(rows):
            if shift not in self._shares:
                self._shares[shift] = shares_of_bins(shift, self._edges)
            at = places[shifts == shift]
            starts = np.flatnonzero(np.diff(at, prepend=-1))
            parts = np.split(unpacked(contents, shift), starts[1:])  # reduceat is 10 times slower
            together = np.stack([part.sum(axis=0) for part in parts])
            np.add.at(self.counts, at[starts], together @ self._shares[shift])


def _by_shift(rows: list[tuple[int, bytes]]) -> Iterable[tuple[int, list[bytes]]]:
    for shift in sorted({shift for shift, _ in rows}):
        yield shift, [content for one, content in rows if one == shift]
