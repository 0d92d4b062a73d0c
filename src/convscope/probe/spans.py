"""Which pixels a cell depends on, along one axis of the picture.

For each cell of a tensor its first and its last pixel are kept: two small tensors that are as long
as the tensor only where the cells differ. They are true for every cell, at the borders too. Beside
them stands a law, as long as there is one: what a cell far from all borders would see. A law is
periodic: `period` cells on, the box lies `shift` pixels on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Literal

import torch
from torch import Tensor

Status = Literal["exact", "upper bound", "whole input", "data-dependent", "unknown"]
_DOUBT: tuple[Status, ...] = ("exact", "upper bound", "data-dependent", "unknown")


@dataclass(frozen=True, slots=True)
class Box:
    """First and last pixel of every cell, as tensors of the cells' rank; inf and -inf: none.

    Attributes:
        first: 1 long along each axis on which the cells do not differ.
        last: the same.
    """

    first: Tensor
    last: Tensor

    def each(self, do: Callable[[Tensor], Tensor]) -> "Box":
        """Do the same with both."""
        return Box(do(self.first), do(self.last))

    def over(self, dims: Sequence[int], *, kept: bool = True) -> "Box":
        """Unite the cells along some axes."""
        if not dims:
            return self
        axes = list(dims)
        return Box(self.first.amin(axes, keepdim=kept), self.last.amax(axes, keepdim=kept))

    def united(self, other: "Box") -> "Box":
        """Unite with the same cells of another."""
        return Box(torch.minimum(self.first, other.first), torch.maximum(self.last, other.last))

    def raised(self, rank: int) -> "Box":
        """Put axes of length 1 before the others, as broadcasting does."""
        missing = rank - self.first.dim()
        return self if missing <= 0 else self.each(lambda one: one[(None,) * missing])

    def largest(self) -> int:
        """Give the pixels of the largest box."""
        return max(0, int((self.last - self.first).max().clamp(min=-1)) + 1)


@dataclass(frozen=True, slots=True)
class Law:
    """What cells far from all borders see.

    Attributes:
        box: of `period` cells along `dim`; 1 long there if `dim` is None.
        dim: the tensor's axis along which boxes move; None for a single cell, which cannot move.
        period: after so many cells the box is the same again, `shift` pixels on.
        shift: in pixels.
    """

    box: Box
    dim: int | None
    period: int
    shift: int

    @property
    def jump(self) -> Fraction:
        """Pixels from one cell to the next."""
        return Fraction(self.shift, self.period)

    def at(self, cells: Tensor) -> Box:
        """Give the boxes of cells along `dim`, also of those off the map."""
        if self.dim is None:
            return self.box
        turn, phase = torch.div(cells, self.period, rounding_mode="floor"), cells % self.period
        dim, shape = self.dim, [1] * self.box.first.dim()
        shape[dim] = -1
        moved = (turn * self.shift).reshape(shape).to(torch.float64)

        def pick(one: Tensor) -> Tensor:
            same = one.shape[dim] == 1  # all phases alike
            return (one if same else one.index_select(dim, phase)) + moved

        return self.box.each(pick)

    def first(self) -> Box:
        """Give the box of cell 0, as `at` would."""
        dim = self.dim
        return self.box if dim is None else self.box.each(lambda one: one.narrow(dim, 0, 1))

    def resting(self, cell: int = 0) -> "Law":
        """Give the law of one of its cells alone, which has its jump and does not move."""
        jump = self.jump
        box = self.at(torch.tensor([cell])) if cell else self.first()
        return Law(box, None, jump.denominator, jump.numerator)

    def stretched(self, period: int) -> "Law":
        """Say the same with a multiple of its period."""
        if self.dim is None:
            return self
        times = period // self.period
        return Law(self.at(torch.arange(period)), self.dim, period, self.shift * times)


@dataclass(frozen=True, slots=True)
class Span:
    """What the cells of one tensor depend on, along one axis of the picture.

    Attributes:
        box: of every cell, or None where it is not known.
        law: of cells far from the borders, or None.
        status: how far the numbers are to be trusted; never "whole input" here.
    """

    box: Box | None
    law: Law | None = None
    status: Status = "exact"

    def doubted(self, status: Status) -> "Span":
        """Trust it no more than `status` says."""
        least = worst([self.status, status])
        if least in {"unknown", "data-dependent"}:
            return Span(None, None, least)
        return replace(self, status=least)

    def over(self, dims: Sequence[int], shape: Sequence[int], *, kept: bool = True) -> "Span":
        """Unite the cells along some axes of a tensor of this shape."""
        if self.box is None or not dims:
            return self
        dims = sorted({dim % len(shape) for dim in dims})
        law = self.law
        if law is not None and law.dim in dims:
            law = law.resting() if shape[law.dim] == 1 else None  # pyright: ignore[reportArgumentType, reportCallIssue]
        if law is not None:
            left = 0 if kept or law.dim is None else sum(dim < law.dim for dim in dims)
            dim = None if law.dim is None else law.dim - left
            law = replace(law, box=law.box.over(dims, kept=kept), dim=dim)
        return replace(self, box=self.box.over(dims, kept=kept), law=law)


UNKNOWN = Span(None, None, "unknown")


def worst(statuses: Sequence[Status]) -> Status:
    """Give the least trustworthy of some statuses."""
    order = sorted(statuses, key=_DOUBT.index)
    return order[-1] if order else "exact"


def picture(length: int, rank: int, dim: int) -> Span:
    """Give the span of the picture itself: every pixel depends on itself."""
    shape = [1] * rank
    shape[dim] = -1
    pixels = torch.arange(length, dtype=torch.float64).reshape(shape)
    zero = torch.zeros([1] * rank, dtype=torch.float64)
    return Span(Box(pixels, pixels), Law(Box(zero, zero), dim, 1, 1))


def united(spans: Sequence[tuple[Span | None, Sequence[int]]], shape: Sequence[int]) -> Span | None:
    """Unite what several tensors depend on, cell by cell, broadcast to one shape.

    Args:
        spans: with the shape of each tensor; None depends on nothing.
        shape: of the result.

    Returns:
        The span, None if nothing depends on the picture.
    """
    found = [_placed(span, given, shape) for span, given in spans if span is not None]
    if len(found) < 2:
        return found[0] if found else None
    whole = found[0]
    for other in found[1:]:
        whole = _both(whole, other)
    return whole


def _placed(span: Span, given: Sequence[int], shape: Sequence[int]) -> Span:
    """Bring a span to the rank and the cells of a result."""
    if span.box is None or tuple(given) == tuple(shape):
        return span
    rank, law = len(shape), span.law
    if law is not None:
        dim = None if law.dim is None else law.dim + rank - len(given)
        law = replace(law, box=law.box.raised(rank), dim=dim)
        if dim is not None and shape[dim] != given[dim - rank + len(given)]:
            law = law.resting()  # one cell is seen from everywhere
    return replace(span, box=span.box.raised(rank), law=law)


def _both(one: Span, other: Span) -> Span:
    if one is other:
        return one
    status = worst([one.status, other.status])
    if one.box is None or other.box is None:
        return Span(None, None, status)
    law = None
    if one.law is not None and other.law is not None:
        law = _common(one.law, other.law)
        if law is None and one.law.dim is not None and one.law.dim == other.law.dim:
            status = worst([status, "upper bound"])  # they move at different speeds
    return Span(one.box.united(other.box), law, status)


def _common(one: Law, other: Law) -> Law | None:
    if one.dim != other.dim or one.jump != other.jump:
        return None
    if one.dim is None:
        return replace(one, box=one.box.united(other.box))
    period = lcm(one.period, other.period)
    one, other = one.stretched(period), other.stretched(period)
    return replace(one, box=one.box.united(other.box))
