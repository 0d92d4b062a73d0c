"""Which cells of an axis each cell of a result reads: windows, interpolation, padding."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Literal

import torch
from torch import Tensor

Border = Literal["nothing", "edge", "mirror", "ring"]
NOTHING = -(2**31)


@dataclass(frozen=True, slots=True, eq=False)
class Taps:
    """A periodic rule: `period` results on, the cells that are read lie `shift` cells on.

    Attributes:
        virtual: (period, taps) cells of the axis, as if it had no end; `NOTHING` reads nothing.
        shift: in cells, for one period of results.
        cells: (results, taps) cells that are there; -1 reads nothing.
        certain: whether every one of them counts.
        row: first and last tap of the first result, where the rule repeats with every result.
        blind: whether some result reads nothing.
        nothing: where `cells` read nothing; None if all read something.
        reads_all: whether every result reads the cell of its own number.
    """

    virtual: Tensor
    shift: int
    cells: Tensor
    certain: bool
    row: tuple[int, int] | None
    blind: bool
    nothing: Tensor | None
    reads_all: bool

    @property
    def period(self) -> int:
        """Results until the rule repeats."""
        return len(self.virtual)


@cache
def window(length: int, results: int, size: int, stride: int, padding: int, dilation: int) -> Taps:
    """Slide a window, as convolution and pooling do."""
    row = [tap * dilation - padding for tap in range(size)]
    return _taps([row], stride, length, results)


@cache
def transposed(
    length: int, results: int, size: int, stride: int, padding: int, dilation: int
) -> Taps:
    """Spread each cell over a window: the transpose of `window`."""
    rows = [
        [
            (result + padding - tap * dilation) // stride
            for tap in range(size)
            if (result + padding - tap * dilation) % stride == 0
        ]
        for result in range(stride)
    ]
    return _taps(rows, 1, length, results)


@cache
def divided(length: int, results: int) -> Taps:
    """Divide an axis into parts of almost the same length, as adaptive pooling does."""
    step = Fraction(length, results)
    rows = [
        list(range(floor(result * step), ceil((result + 1) * step)))
        for result in range(step.denominator)
    ]
    return _taps(rows, step.numerator, length, results)


@cache
def nearest(length: int, results: int, step: Fraction, *, centred: bool) -> Taps:
    """Repeat the nearest cell, `step` cells on for each result."""
    middle = Fraction(1, 2) if centred else 0
    rows = [[floor((result + middle) * step)] for result in range(step.denominator)]
    return _taps(rows, step.numerator, length, results, "edge")


@cache
def interpolated(length: int, results: int, step: Fraction, *, reach: int, corners: bool) -> Taps:
    """Weigh cells around a place between them.

    Args:
        length: of the axis.
        results: of the result.
        step: cells from one result to the next; not used with `corners`.
        reach: cells on each side: 1 for linear, 2 for cubic.
        corners: whether the outer cells' middles stay where they are.

    Returns:
        The taps.
    """
    if corners:
        step = Fraction(length - 1, results - 1) if results > 1 else Fraction(0)
        places = [result * step for result in range(step.denominator)]
    else:
        half = Fraction(1, 2)
        places = [(result + half) * step - half for result in range(step.denominator)]
    rows = [_around(place, reach) for place in places]
    return _taps(rows, step.numerator, length, results, "edge")


@cache
def smoothed(length: int, results: int, step: Fraction, *, reach: int) -> Taps:
    """Weigh all cells under a widened filter, as interpolation with antialiasing does."""
    support = reach * max(step, Fraction(1))
    rows: list[list[int]] = []
    for result in range(step.denominator):
        centre = (result + Fraction(1, 2)) * step
        rows.append(list(range(floor(centre - support), ceil(centre + support) + 1)))
    return replace(_taps(rows, step.numerator, length, results), certain=False)


@cache
def padded(length: int, before: int, after: int, border: Border) -> Taps:
    """Put cells before and after an axis; negative numbers take cells away."""
    return _taps([[-before]], 1, length, length + before + after, border)


@cache
def spread_out(length: int, times: int) -> Taps:
    """Make several results of each cell."""
    return _taps([[0]] * times, 1, length, length * times)


@cache
def every(length: int, step: int, first: int) -> Taps:
    """Take every so-manieth cell."""
    return _taps([[first]], step, length, length // step)


def _around(place: Fraction, reach: int) -> list[int]:
    first = floor(place)
    if place == first:  # the others have no weight
        return [first]
    return list(range(first - reach + 1, first + reach + 1))


def _taps(
    rows: Sequence[Sequence[int]], shift: int, length: int, results: int, border: Border = "nothing"
) -> Taps:
    width = max(1, *(len(row) for row in rows))
    full = [[*row, *[NOTHING] * (width - len(row))] for row in rows]
    virtual = torch.tensor(full)
    at = torch.arange(results)
    cells = virtual[at % len(rows)]
    nothing = cells == NOTHING
    cells = cells + (at // len(rows) * shift)[:, None]
    cells = _BORDERS[border](cells, length).masked_fill(nothing, -1)
    row = (min(rows[0]), max(rows[0])) if len(rows) == 1 else None
    unread = cells < 0
    blind, some = bool(unread.all(1).any()), bool(unread.any())
    whole = rows == [[0]] and shift == 1 and results == length
    nothing = unread if some else None
    return Taps(virtual, shift, cells, True, row, blind, nothing, reads_all=whole)  # noqa: FBT003


def _mirrored(cells: Tensor, length: int) -> Tensor:
    around = max(2 * (length - 1), 1)
    cells = cells % around
    return torch.minimum(cells, around - cells)


_BORDERS: dict[Border, Callable[[Tensor, int], Tensor]] = {
    "nothing": lambda cells, length: cells.masked_fill((cells < 0) | (cells >= length), -1),
    "edge": lambda cells, length: cells.clamp(0, length - 1),
    "mirror": _mirrored,
    "ring": lambda cells, length: cells % length,
}
