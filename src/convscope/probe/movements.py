"""How fields spread where cells only change their places."""

from collections.abc import Sequence
from math import inf
from typing import cast

import torch
from torch import Tensor

from convscope.probe.moving import joined, moved, shortened
from convscope.probe.overwriting import Place, patched
from convscope.probe.schemas import variant
from convscope.probe.spans import Box, Span, worst
from convscope.probe.steps import Shape, Spread, Step


def movement(step: Step) -> Spread:
    """Views, permutations, slices: the operation itself is done with the fields."""
    name = next(iter(step.operation.arguments))
    span, shape = step.span(name), step.shape(name)
    if span is None:
        return None
    func = variant(step.operation.name, step.operation.overload)
    others = {one: given for one, given in step.operation.arguments.items() if one != name}

    def move(one: Tensor) -> Sequence[Tensor]:
        made = func(one.expand(shape), **others)
        return [made] if isinstance(made, Tensor) else list(made)

    return list(moved(span, move, shape))


def reshaping(step: Step) -> Spread:
    """The same cells in another arrangement."""
    span, shape, size = step.span("self"), step.shape("self"), step.result
    if span is None:
        return None
    return moved(span, lambda one: [_reshaped(one.expand(shape), size)], shape)[0]


def concatenation(step: Step) -> Spread:
    """Lay tensors side by side."""
    parts = [part for part in step.parts("tensors") if part[1] != (0,)]
    dim = step.whole("dim") % len(step.result)
    return joined(parts, dim)


def stacking(step: Step) -> Spread:
    """Lay tensors on top of each other."""
    dim = step.whole("dim") % len(step.result)
    parts: list[tuple[Span | None, Shape]] = []
    for span, shape in step.parts("tensors"):
        raised = (*shape[:dim], 1, *shape[dim:])
        lifted = None if span is None else moved(span, lambda one: [one.unsqueeze(dim)], shape)[0]
        parts.append((lifted, raised))
    return joined(parts, dim)


def overwritten(step: Step) -> Spread:
    """A view was written, and the whole is read."""
    spans = [step.span(name) for name in ("old", "new")]
    known = [span for span in spans if span is not None]
    if not known:
        return None
    status = worst([span.status for span in known])
    if any(span.box is None for span in known):
        return Span(None, None, status)
    places = cast(Place, step.argument("old_place")), cast(Place, step.argument("new_place"))

    def laid_over(which: int) -> Tensor:
        old, new = (
            _side(span, which).expand(place[0]) for span, place in zip(spans, places, strict=True)
        )
        return patched(old, new, *places)

    return Span(shortened(Box(laid_over(0), laid_over(1))), None, status)


def _side(span: Span | None, which: int) -> Tensor:
    if span is None or span.box is None:
        return torch.full((), (inf, -inf)[which], dtype=torch.float64)
    return (span.box.first, span.box.last)[which]


def _reshaped(one: Tensor, size: Shape) -> Tensor:
    """Reshape; equal axes at both ends stay short where the cells do not differ."""
    shape = tuple(one.shape)
    front = _same(shape, size)
    back = _same(shape[front:][::-1], size[front:][::-1])
    short = list(size)
    for at in (*range(front), *range(-back, 0)):
        if one.stride(at) == 0:
            one, short[at] = one.narrow(at, 0, 1), min(1, size[at])
    return one.reshape(short).expand(size)


def _same(one: Shape, other: Shape) -> int:
    pairs = zip(one, other, strict=False)
    return next(
        (at for at, pair in enumerate(pairs) if pair[0] != pair[1]), min(len(one), len(other))
    )
