"""Which points lie close to each other, without comparing each with each."""

from collections.abc import Generator
from itertools import product

import numpy as np
from numpy.typing import NDArray

GRID_AXES = 5  # more axes, more cells to look into and fewer points in each
MOST_PAIRS = 200_000
"""More than so many are not kept: a film of one scene is close to itself everywhere."""
_CANDIDATES = 2**19  # compared at a time

Pairs = NDArray[np.int64]
"""(pairs, 2), each with the smaller index first, sorted."""


def close_pairs(points: NDArray[np.float32], radius: float) -> tuple[Pairs, bool]:
    """Find every two points that are no farther apart than `radius`.

    Space is cut into cells as wide as the radius along the first axes, so that neighbours lie in
    the same cell or in one beside it. Nothing is missed: the answer is that of comparing all.

    Args:
        points: (points, axes); quickest where the first axes vary most.
        radius: above 0.

    Returns:
        The pairs, and whether these are all: False where there are more than `MOST_PAIRS`.

    Example:
        >>> close_pairs(np.array([[0.0], [5.0], [0.5]], np.float32), 1.0)
        (array([[0, 2]]), True)
    """
    kept: list[Pairs] = [np.empty((0, 2), np.int64)]
    count = 0
    head = np.ascontiguousarray(points[:, :GRID_AXES])
    for first, second in _candidates(points, radius):
        for some in (head, points):  # most are told apart by the first axes alone
            apart = ((some[first] - some[second]) ** 2).sum(axis=1)
            near = apart <= np.float32(radius) ** 2
            first, second = first[near], second[near]
        pairs = np.sort(np.stack([first, second], axis=1), axis=1)
        count += len(pairs)
        if count > MOST_PAIRS:
            break
        kept.append(pairs)
    pairs = np.concatenate(kept)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))], count <= MOST_PAIRS


def _candidates(
    points: NDArray[np.float32], radius: float
) -> Generator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the points of neighbouring cells, each two once."""
    if not len(points):
        return
    cells = np.floor(points[:, :GRID_AXES] / np.float32(radius)).astype(np.int64)
    cells -= cells.min(axis=0) - 1
    steps = np.append(np.cumprod((cells.max(axis=0) + 2)[:0:-1])[::-1], 1).astype(np.int64)
    keys = cells @ steps
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    after = np.arange(1, len(keys) + 1)
    for offset in product((-1, 0, 1), repeat=cells.shape[1] - 1):
        if offset < (0,) * len(offset):
            continue  # the other half is these pairs seen from the other point
        shift = int(np.dot(offset, steps[:-1]))
        begin = np.searchsorted(keys, keys + shift - 1) if any(offset) else after
        end = np.searchsorted(keys, keys + shift + 1, side="right")
        yield from _spelt_out(order, begin, end)


def _spelt_out(
    order: NDArray[np.int64], begin: NDArray[np.int64], end: NDArray[np.int64]
) -> Generator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield each point with every point of its range, a bounded number at a time."""
    counts = np.maximum(end - begin, 0)
    total = np.cumsum(counts)
    for lowest in range(0, int(total[-1]), _CANDIDATES):
        wanted = np.arange(lowest, min(lowest + _CANDIDATES, int(total[-1])))
        first = np.searchsorted(total, wanted, side="right")
        second = begin[first] + wanted - (total[first] - counts[first])
        yield order[first], order[second]
