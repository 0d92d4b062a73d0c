"""How spans follow when cells are read through windows, moved, or laid side by side."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import gcd, inf, lcm

import torch
from torch import Tensor

from convscope.probe.spans import Box, Law, Span, worst
from convscope.probe.taps import NOTHING, Taps

Move = Callable[[Tensor], Sequence[Tensor]]


def slid(span: Span, dim: int, taps: Taps, length: int) -> Span:
    """Read an axis through a window.

    Args:
        span: of the tensor that is read.
        dim: its axis.
        taps: which of its cells are read.
        length: of the axis.

    Returns:
        The span of the result.
    """
    if span.box is None or taps.reads_all:
        return span
    box, law = span.box, span.law
    if taps.blind or _differs(box, dim):
        box = _picked(lengthened(box, dim, length), dim, taps.cells, taps.nothing)
    if law is not None:
        law = _law_slid(law, dim, taps, length)
    moved = replace(span, box=shortened(box), law=law)
    return moved if taps.certain else moved.doubted("upper bound")


def moved(span: Span, move: Move, shape: Sequence[int]) -> list[Span]:
    """Let cells change their places.

    Args:
        span: of the tensor.
        move: makes of a tensor of that shape the tensors of the result; it moves numbers only.
        shape: of the tensor.

    Returns:
        A span for each result.
    """
    if span.box is None:
        return [span for _ in move(torch.empty(()).expand(tuple(shape)))]
    boxes = _boxes_moved(span.box, move, shape)
    if span.law is None:
        return [replace(span, box=box) for box in boxes]
    laws = _laws_moved(span.law, move, shape)
    return [replace(span, box=box, law=law) for box, law in zip(boxes, laws, strict=True)]


def joined(parts: Sequence[tuple[Span | None, Sequence[int]]], dim: int) -> Span | None:
    """Lay tensors side by side.

    Args:
        parts: spans with the shapes of the tensors; None depends on nothing.
        dim: along which axis.

    Returns:
        The span of the whole, None if nothing depends on the picture.
    """
    spans = [span for span, _ in parts if span is not None]
    status = worst([span.status for span in spans])
    if not spans or any(span.box is None for span in spans):
        return Span(None, None, status) if spans else None
    rank = len(parts[0][1])
    boxes = [(span.box if span else None, shape[dim]) for span, shape in parts]
    laws = [span.law for span in spans]
    law = None
    if all(one is not None and one.dim != dim for one in laws):
        law = _laws_joined([(span.law if span else None, shape[dim]) for span, shape in parts], dim)
        if law is None:
            status = worst([status, "upper bound"])
        elif law.dim is None:
            law = _laid_out(law, dim, sum(shape[dim] for _, shape in parts))
    return Span(_boxes_joined(boxes, dim, rank), law, status)


def shortened(box: Box) -> Box:
    """Keep one cell along each axis on which all cells are the same."""
    return box.each(_shortened)


def _law_slid(law: Law, dim: int, taps: Taps, length: int) -> Law | None:
    if law.dim != dim:
        if not _differs(law.box, dim):
            return law
        cells = _picked(lengthened(law.box, dim, length), dim, taps.cells, taps.nothing)
        return replace(law, box=cells)
    if taps.shift == 0:  # every result reads the same cells
        return law.resting(int(taps.virtual[0, 0])) if taps.virtual.numel() == 1 else None
    if taps.row is not None and law.period == 1:  # nearly always, and a hundred times in a net
        low, high = sorted((taps.row[0] * law.shift, taps.row[1] * law.shift))
        return replace(
            law, box=Box(law.box.first + low, law.box.last + high), shift=law.shift * taps.shift
        )
    turns = law.period // gcd(taps.shift, law.period)
    steps = torch.arange(turns).repeat_interleave(taps.period)[:, None] * taps.shift
    virtual = taps.virtual.repeat(turns, 1)
    nothing = virtual == NOTHING
    cells = torch.where(nothing, 0, virtual + steps)
    first = torch.arange(cells.numel()).reshape(cells.shape)
    box = _picked(law.at(cells.flatten()), dim, first, nothing if bool(nothing.any()) else None)
    return Law(box, dim, taps.period * turns, law.shift * turns * taps.shift // law.period)


def _picked(box: Box, dim: int, cells: Tensor, nothing: Tensor | None) -> Box:
    """Unite, for each row, the cells that it names."""
    flat = cells.clamp(min=0).flatten()

    def pick(one: Tensor, none: float) -> Tensor:
        rows = one.index_select(dim, flat).unflatten(dim, cells.shape)
        if nothing is None:
            return rows
        hidden = nothing.reshape([*cells.shape, *[1] * (rows.dim() - dim - 2)])
        return rows.masked_fill(hidden, none)

    return Box(pick(box.first, inf).amin(dim + 1), pick(box.last, -inf).amax(dim + 1))


def _differs(box: Box, dim: int) -> bool:
    return max(box.first.shape[dim], box.last.shape[dim]) > 1


def lengthened(box: Box, dim: int, length: int) -> Box:
    """Say of every cell along an axis what holds for them all."""
    return box.each(lambda one: one.expand(*one.shape[:dim], length, *one.shape[dim + 1 :]))


def _shortened(one: Tensor) -> Tensor:
    for dim, (side, step) in enumerate(zip(one.shape, one.stride(), strict=True)):
        if side > 1:
            first = one.narrow(dim, 0, 1)
            if step == 0 or torch.equal(first.expand_as(one), one):
                one = first
    return one


def _boxes_moved(box: Box, move: Move, shape: Sequence[int]) -> list[Box]:
    firsts, lasts = (move(one.expand(tuple(shape))) for one in (box.first, box.last))
    return [shortened(Box(first, last)) for first, last in zip(firsts, lasts, strict=True)]


def _laws_moved(law: Law, move: Move, shape: Sequence[int]) -> list[Law | None]:
    if law.dim is None:
        return [replace(law, box=box) for box in _boxes_moved(law.box, move, shape)]
    length = shape[law.dim]
    cells = torch.arange(length)
    boxes = _boxes_moved(law.at(cells), move, shape)
    places = move(cells.reshape([-1, *[1] * (len(shape) - law.dim - 1)]).expand(tuple(shape)))
    return [_law_found(law, box, place) for box, place in zip(boxes, places, strict=True)]


def _law_found(law: Law, box: Box, places: Tensor) -> Law | None:
    """Find out along which axis cells lie now, and in which order.

    Args:
        law: of the cells before.
        box: of the cells now, far from borders.
        places: number of the cell that each was.

    Returns:
        The law, None if there is none.
    """
    places = _shortened(places)
    dims = [dim for dim, side in enumerate(places.shape) if side > 1]
    if not dims:  # a single cell is left
        jump = law.jump
        return Law(box, None, jump.denominator, jump.numerator)
    if len(dims) > 1:
        return None
    (dim,) = dims
    period, shift = _repeated(places.flatten())
    if not period:
        return None
    turns = law.period // gcd(shift, law.period)
    cells = period * turns
    if cells > places.numel():
        return None
    cut = box.each(lambda one: _first_cells(one, dim, cells))
    return Law(cut, dim, cells, law.shift * turns * shift // law.period)


def _repeated(order: Tensor) -> tuple[int, int]:
    """Find after how many cells an order repeats, and by how much it has moved; 0: never."""
    for period in range(1, len(order) // 2 + 1):
        shifts = order[period:] - order[:-period]
        shift = int(shifts[0])
        if shift and bool((shifts == shift).all()):
            return period, shift
    return 0, 0


def _first_cells(one: Tensor, dim: int, count: int) -> Tensor:
    if one.shape[dim] == 1:
        return one.expand(*one.shape[:dim], count, *one.shape[dim + 1 :])
    return one.narrow(dim, 0, count)


def _laid_out(law: Law, dim: int, length: int) -> Law | None:
    """Tell channels of one place from several places, where single cells were laid side by side.

    Returns:
        The law as it was, of a row of places that moves evenly, or None.
    """
    if not _differs(law.box, dim):
        return law
    box = lengthened(law.box, dim, length)
    middles = (box.first + box.last) / 2
    seen = middles[middles.isfinite()]
    if not len(seen) or float(seen.max() - seen.min()) < law.jump:
        return law
    firsts, lasts = box.first.diff(dim=dim), box.last.diff(dim=dim)
    shift = firsts.flatten()[0]
    if shift > 0 and bool(((firsts == shift) & (lasts == shift)).all()):
        return Law(box.each(lambda one: one.narrow(dim, 0, 1)), dim, 1, int(shift))
    return None


def _boxes_joined(boxes: Sequence[tuple[Box | None, int]], dim: int, rank: int) -> Box:
    nothing = Box(torch.full([1] * rank, inf), torch.full([1] * rank, -inf))
    long = [lengthened((box or nothing).each(Tensor.double), dim, side) for box, side in boxes]
    return shortened(
        Box(
            _side_by_side([one.first for one in long], dim),
            _side_by_side([one.last for one in long], dim),
        )
    )


def _side_by_side(parts: Sequence[Tensor], dim: int) -> Tensor:
    shapes = [[1 if at == dim else side for at, side in enumerate(one.shape)] for one in parts]
    shape = list(torch.broadcast_shapes(*shapes))
    return torch.cat(
        [one.expand(*shape[:dim], one.shape[dim], *shape[dim + 1 :]) for one in parts], dim
    )


def _laws_joined(laws: Sequence[tuple[Law | None, int]], dim: int) -> Law | None:
    known = [law for law, _ in laws if law is not None]
    first = known[0]
    if any(law.dim != first.dim or law.jump != first.jump for law in known):
        return None
    period = lcm(*(law.period for law in known))
    boxes = [(law.stretched(period).box if law else None, side) for law, side in laws]
    box = _boxes_joined(boxes, dim, first.box.first.dim())
    if first.dim is not None:
        at = first.dim
        box = box.each(lambda one: _first_cells(one, at, period))
    return Law(box, first.dim, period, first.shift * period // first.period)
