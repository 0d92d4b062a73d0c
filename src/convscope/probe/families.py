"""How fields spread through operations that mix or keep cells, along one axis of the picture."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from convscope.probe.moving import lengthened, moved, shortened
from convscope.probe.record import Ref
from convscope.probe.spans import UNKNOWN, Box, Span
from convscope.probe.steps import Family, Shape, Spread, Step

Dims = Callable[[Step], Sequence[int]]


def elementwise(step: Step) -> Spread:
    """Each result reads the same cell of every input, broadcast."""
    return step.united(step.all_inputs())


def replaced(step: Step) -> Spread:
    """`copy_`, `fill_`: what was there before is gone."""
    name = "src" if "src" in step.operation.arguments else "value"
    return step.united([(step.span(name), step.shape(name))])


def fresh(step: Step) -> Spread:
    """Made of nothing."""
    del step
    return None


def garbage(step: Step) -> Spread:
    """Memory that nobody has written; who reads it reads something we have not seen."""
    del step
    return UNKNOWN


def over(dims_of: Dims, name: str = "self") -> Family:
    """Unite cells along some axes, which stay (softmax) or go (mean), as the result's rank says."""

    def spread(step: Step) -> Spread:
        span, shape = step.span(name), step.shape(name)
        if span is None:
            return None
        return span.over(dims_of(step), shape, kept=len(step.result) == len(shape))

    return spread


def running(step: Step) -> Spread:
    """Each result reads its own cell and all before it."""
    span, shape = step.span("self"), step.shape("self")
    if span is None or span.box is None or not shape:
        return span
    dim = step.whole("dim") % len(shape)

    def run(box: Box) -> Box:
        long = lengthened(box, dim, shape[dim])
        return shortened(Box(long.first.cummin(dim).values, long.last.cummax(dim).values))

    law = span.law
    if law is not None:
        law = None if law.dim == dim else replace(law, box=run(law.box))
    return replace(span, box=run(span.box), law=law)


def gated(step: Step) -> Spread:
    """One half weighs the other."""
    span, shape = step.span("self"), step.shape("self")
    if span is None:
        return None
    halves = moved(span, lambda one: one.chunk(2, step.whole("dim")), shape)
    return step.united([(half, step.result) for half in halves])


def normalised(name: str, dims_of: Dims) -> Family:
    """Unite cells along some axes, and with scale and shift."""

    def spread(step: Step) -> Spread:
        span, shape = step.span(name), step.shape(name)
        mixed = None if span is None else span.over(dims_of(step), shape)
        return step.united([(mixed, shape), step.lump("weight"), step.lump("bias")])

    return spread


def linear(step: Step) -> Spread:
    """Unite the features of each place."""
    span, shape = step.span("input"), step.shape("input")
    mixed = None if span is None else span.over([-1], shape)
    return step.united([(mixed, (*shape[:-1], 1)), step.lump("weight"), step.lump("bias")])


def product(left: str, right: str, added: str = "") -> Family:
    """Unite a row of the one with a column of the other."""

    def spread(step: Step) -> Spread:
        rows, columns = step.shape(left), step.shape(right)
        one, other = step.span(left), step.span(right)
        kept = len(columns) > 1, len(rows) > 1
        first = None if one is None else one.over([-1], rows, kept=kept[0])
        dim = -2 if len(columns) > 1 else -1
        second = None if other is None else other.over([dim], columns, kept=kept[1])
        return step.united(
            [
                (first, (*rows[:-1], 1) if kept[0] else rows[:-1]),
                (second, _without(columns, dim, kept=kept[1])),
                (step.span(added), step.shape(added)),
            ]
        )

    return spread


def attention(step: Step) -> Spread:
    """Each query reads every key and every value."""
    dims = {"query": [-1], "key": [-2, -1], "value": [-2], "attn_mask": [-1]}
    parts: list[tuple[Span | None, Shape]] = []
    for name, united in dims.items():
        span, shape = step.span(name), step.shape(name)
        if step.argument("enable_gqa") and name in {"key", "value"}:
            united = [-3, *united]  # a head of keys serves several heads of queries
        if span is not None:
            span = span.over(united, shape)
        rank = len(shape)
        alone = tuple(1 if at - rank in united else side for at, side in enumerate(shape))
        parts.append((span, alone))
    found = step.united(parts)
    causal = found is not None and step.argument("is_causal")
    return found.doubted("upper bound") if found is not None and causal else found


def picked(step: Step) -> Spread:
    """Cells chosen by indices: where these depend on the picture, so does what is read."""
    source = step.span("self")
    if any(span is not None for span in _chosen(step)):
        return Span(None, None, "data-dependent")
    if source is None:
        return None
    shape = step.shape("self")
    anywhere = source.over(range(len(shape)), shape)  # the rank may change, so all of it
    if anywhere.box is None:
        return anywhere
    lone = anywhere.box.each(lambda one: one.reshape([1] * len(step.result)))
    return Span(lone, None, anywhere.status).doubted("upper bound")


def embedded(step: Step) -> Spread:
    """Each index becomes a row of numbers."""
    span, shape = step.span("indices"), step.shape("indices")
    weights = step.lump("weight")
    rows = None if span is None else moved(span, lambda one: [one[..., None]], shape)[0]
    return step.united([(rows, (*shape, 1)), weights])


def sampled(step: Step) -> Spread:
    """Places that are computed: which pixels are read depends on the picture, or is not known."""
    if all(span is None for span, _ in step.all_inputs()):
        return None
    return Span(None, None, "data-dependent")


def dims_asked(step: Step) -> list[int]:
    """Axes that the operation was asked to unite; none said: all."""
    asked = step.argument("dim")
    if asked is None or asked == []:
        return list(range(len(step.shape("self"))))
    return [int(asked)] if isinstance(asked, int) else [int(one) for one in asked]


def last_dims(step: Step) -> list[int]:
    """Axes of a layer normalisation."""
    return list(range(-len(step.argument("normalized_shape")), 0))


def all_but_batch(step: Step) -> list[int]:
    """Axes of a group normalisation."""
    return list(range(1, len(step.shape("input"))))


def batch_dims(step: Step) -> list[int]:
    """Axes of a batch normalisation: none once it uses its averages."""
    dims = [0, *range(2, len(step.shape("input")))]
    return dims if step.argument("training") else []


def _chosen(step: Step) -> list[Span | None]:
    arguments = step.operation.arguments
    index = arguments["index"] if "index" in arguments else arguments.get("indices")
    listed = index if isinstance(index, list) else [index]
    return [step.spans.get(one.value) for one in listed if isinstance(one, Ref)]


def _without(shape: Shape, dim: int, *, kept: bool) -> Shape:
    at = dim % len(shape)
    return (*shape[:at], *([1] if kept else []), *shape[at + 1 :])
