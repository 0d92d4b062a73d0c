"""Which of many decoded pictures are the same, nearly the same, or show nothing.

Two pictures are *nearly* the same where, each with its mean taken off and brought to length one,
they lie close together: copies that were stored anew, sized or brightened. Copies that were
turned, mirrored, cut or drained of colour are not found. The numbers were measured
(docs/decisions/0017-checking.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convscope.pictures.cache import Pixels
from convscope.pictures.neighbours import Pairs, close_pairs
from convscope.pictures.streaming import Stream

BLANK_LEVELS = 2.0
"""Pictures whose pixels deviate by less, of 255, show nothing."""
SMALL_APART, FULL_APART = 0.07, 0.15
"""How far near copies may lie apart, as 16 x 16 px of grey and as decoded; unlike ones: 1.4."""
SIDE = 16

_AXES = 12  # of those along which small pictures vary most
_SAMPLE = 2000  # pictures from which these axes are found
_CHUNK_BYTES = 4 * 2**20

Groups = tuple[tuple[int, ...], ...]
Small = NDArray[np.float32]
Decoded = NDArray[np.uint8] | Stream


@dataclass(frozen=True, eq=False, slots=True)
class Alike:
    """Indices of pictures that are alike; no blank or unreadable one is in a group.

    Args:
        blank: pictures that show nothing.
        same: groups of pictures with the same pixels, as decoded.
        same_bytes: those of `same` whose files are equal byte for byte.
        near: groups of pictures that are nearly the same; of each group of `same`, the first.
        complete: False where there were too many near ones to compare all.
    """

    blank: tuple[int, ...]
    same: Groups
    same_bytes: frozenset[tuple[int, ...]]
    near: Groups
    complete: bool


def alike(pixels: Pixels) -> Alike:
    """Compare all pictures with all others, in bounded memory and without doing so one by one.

    Args:
        pixels: as decoded.

    Returns:
        What is alike.

    Example:
        >>> from convscope.pictures import Reading, cached_pixels
        >>> alike(cached_pixels([], Reading(28, 28, 1))).same
        ()
    """
    array = pixels.array
    sound = np.setdiff1d(np.arange(len(array)), list(pixels.bad))
    if not len(sound):
        return Alike((), (), frozenset(), (), complete=True)
    points, spread = _points(array, sound)
    blank = spread < BLANK_LEVELS
    seen, hashes = sound[~blank], pixels.hashes
    same = _equal(pixels.looks[seen], seen)
    once = ~np.isin(seen, [index for group in same for index in group[1:]])
    pairs, complete = close_pairs(points[~blank][once], SMALL_APART)
    return Alike(
        blank=tuple(sound[blank].tolist()),
        same=same,
        same_bytes=frozenset(g for g in same if (hashes[list(g)] == hashes[g[0]]).all()),
        near=_joined(_confirmed(array, seen[once][pairs])),
        complete=complete,
    )


def _several(array: Decoded) -> int:
    return max(1, _CHUNK_BYTES // max(1, prod(array.shape[1:])))


def _points(array: Decoded, chosen: NDArray[np.int64]) -> tuple[Small, NDArray[np.float32]]:
    """Measure where pictures lie along a few axes, and how many levels their pixels deviate."""
    sample = np.linspace(0, len(chosen) - 1, min(_SAMPLE, len(chosen))).astype(np.int64)
    axes = _axes(small_pictures(array[chosen[sample]]))
    points = np.empty((len(chosen), axes.shape[1]), np.float32)
    spread = np.empty(len(chosen), np.float32)
    start = 0
    for some in _in_batches(array, chosen):
        part = slice(start, start := start + len(some))
        points[part] = small_pictures(some) @ axes
        spread[part] = some.std(axis=(2, 3), dtype=np.float32).max(axis=1)
    return points, spread


def _in_batches(array: Decoded, chosen: NDArray[np.int64]) -> Iterator[NDArray[np.uint8]]:
    several = _several(array)
    if isinstance(array, Stream):  # decodes ahead, with every processor
        return array.gathered(chosen, several)
    starts = range(0, len(chosen), several)
    return (array[chosen[start : start + several]] for start in starts)


def _equal(names: NDArray[np.uint8], indices: NDArray[np.int64]) -> Groups:
    words = np.ascontiguousarray(names).view(np.uint64)
    order = np.lexsort(words.T)  # of equal ones the first stays first
    changes = np.flatnonzero((np.diff(words[order], axis=0) != 0).any(axis=1)) + 1
    parts = np.split(indices[order], changes)
    return tuple(sorted(tuple(part.tolist()) for part in parts if len(part) > 1))


def _axes(small: Small) -> Small:
    # the directions in which they vary most; along them, no two are farther apart than they are
    centred = small - small.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    return np.ascontiguousarray(vectors[:, ::-1][:, :_AXES], np.float32)


def small_pictures(array: NDArray[np.uint8]) -> Small:
    """Average pictures into at most 16 x 16 px of grey, without their mean, of length one.

    Args:
        array: (pictures, channels, height, width).

    Returns:
        (pictures, cells).
    """
    height, width = array.shape[2:]
    grey = array.sum(axis=1, dtype=np.uint16).astype(np.float32)
    small = _averaging(height) @ grey @ _averaging(width).T
    return _unit(_rows(small))


def _averaging(pixels: int) -> Small:
    cell = np.arange(pixels) * min(SIDE, pixels) // pixels
    weights = np.eye(int(cell.max(initial=0)) + 1, dtype=np.float32)[:, cell]
    return weights / weights.sum(axis=1, keepdims=True)


def _unit(rows: Small) -> Small:
    rows = rows - rows.mean(axis=1, keepdims=True)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))


def _confirmed(array: Decoded, pairs: Pairs) -> Pairs:
    """Keep the pairs that are near as small pictures and as decoded, not along the axes alone."""
    kept = [pairs[:0]]
    several = _several(array)
    for start in range(0, len(pairs), several):
        some = pairs[start : start + several]
        one, other = array[some[:, 0]], array[some[:, 1]]
        apart = np.linalg.norm(small_pictures(one) - small_pictures(other), axis=1)
        near = apart <= SMALL_APART
        kept.append(some[near][_full_apart(one[near], other[near]) <= FULL_APART])
    return np.concatenate(kept)


def _full_apart(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.float32]:
    vectors = [_unit(_rows(part).astype(np.float32)) for part in (one, other)]
    return np.linalg.norm(vectors[0] - vectors[1], axis=1)


def _rows(pictures: NDArray[Any]) -> NDArray[Any]:
    return pictures.reshape(len(pictures), prod(pictures.shape[1:]))


def _joined(pairs: Pairs) -> Groups:
    """Put pictures that are near to each other, or to a third, into one group."""
    leader: dict[int, int] = {}

    def found(index: int) -> int:
        while (above := leader.setdefault(index, index)) != index:
            leader[index] = leader[above]
            index = above
        return index

    for one, other in pairs.tolist():
        low, high = sorted((found(one), found(other)))
        leader[high] = low
    groups: dict[int, list[int]] = {}
    for index in sorted(leader):
        groups.setdefault(found(index), []).append(index)
    return tuple(sorted(map(tuple, groups.values())))
