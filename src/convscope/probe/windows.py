"""How fields spread through windows: convolution, pooling, interpolation, padding, shuffles."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import cast

from torch import Tensor
from torch.nn import functional as F

from convscope.probe import taps
from convscope.probe.moving import joined, lengthened, moved, shortened, slid
from convscope.probe.spans import UNKNOWN, Box, Law, Span
from convscope.probe.steps import Family, Shape, Spread, Step
from convscope.runs import WindowShape

Windowed = Callable[[int, int, int], taps.Taps]  # (axis among those that slide, length, results)


def convolution(step: Step) -> Spread:
    """Slide the kernel, unite the channels of each group."""
    shape, kernel = step.shape("input"), step.shape("weight")
    count = len(kernel) - 2
    sizes, padding = kernel[2:], step.sides("padding", count)
    stride, dilation = step.sides("stride", count), step.sides("dilation", count)
    make = taps.transposed if step.argument("transposed") else taps.window

    def windowed(axis: int, length: int, results: int) -> taps.Taps:
        return make(length, results, sizes[axis], stride[axis], padding[axis], dilation[axis])

    span = _windowed(step, step.span("input"), shape, count, windowed)
    if span is not None:
        span = _grouped(span, shape[1], step.whole("groups"), step.result[1])
    return step.united([(span, step.result), step.lump("weight"), step.lump("bias")])


def pool(step: Step) -> Spread:
    """Slide a window over each channel alone."""
    count = len(cast("list[int]", step.argument("kernel_size")))
    sizes = step.sides("kernel_size", count)
    stride = step.sides("stride", count) if step.argument("stride") else sizes
    padding = step.sides("padding", count)
    dilation = step.sides("dilation", count) if "dilation" in step.operation.arguments else [1] * 3

    def windowed(axis: int, length: int, results: int) -> taps.Taps:
        return taps.window(
            *(length, results, sizes[axis], stride[axis], padding[axis], dilation[axis])
        )

    span, shape = step.span("self"), step.shape("self")
    averages = step.operation.name.startswith("avg")
    if span is not None and averages and not any(padding):  # a mean of all of the map
        dims = [dim for dim in range(-count, 0) if sizes[dim] == shape[dim]]
        span, shape = span.over(dims, shape), _shortened(shape, dims)
        sizes = [1 if dim - count in dims else side for dim, side in enumerate(sizes)]
    return _windowed(step, span, shape, count, windowed)


def adaptive_pool(step: Step) -> Spread:
    """Divide the map into parts; one part is the whole map."""
    shape, count = step.shape("self"), int(step.operation.name[-2])
    span = step.span("self")
    if span is not None:
        dims = [dim for dim in range(-count, 0) if step.result[dim] == 1]
        span, shape = span.over(dims, shape), _shortened(shape, dims)
    parts: Windowed = lambda _, length, results: taps.divided(length, results)  # noqa: E731
    return _windowed(step, span, shape, count, parts)


def interpolation(kind: str) -> Family:
    """Read the nearest cells, or weigh those around a place."""

    def spread(step: Step) -> Spread:
        shape = step.shape("self") or step.shape("input")
        count = len(shape) - 2
        steps = _steps(step, shape[2:], step.result[2:])
        span = step.span("self") or step.span("input")
        if span is None or steps is None:
            return None if span is None else UNKNOWN
        corners = bool(step.argument("align_corners"))

        def windowed(axis: int, length: int, results: int) -> taps.Taps:
            one = steps[axis]
            if kind.startswith("nearest"):
                return taps.nearest(length, results, one, centred=kind == "nearest exact")
            reach = 2 if "cubic" in kind else 1
            if "smooth" in kind:
                return taps.smoothed(length, results, one, reach=reach)
            return taps.interpolated(length, results, one, reach=reach, corners=corners)

        return _windowed(step, span, shape, count, windowed)

    return spread


def padding(border: taps.Border) -> Family:
    """Put cells around a map; the interior continues as if there were no border."""

    def spread(step: Step) -> Spread:
        sides = cast("list[int]", step.argument("pad") or step.argument("padding"))
        span, shape = step.span("self"), step.shape("self")
        for at in range(len(sides) // 2):
            dim, before, after = len(shape) - 1 - at, sides[2 * at], sides[2 * at + 1]
            if span is not None and (before or after):
                length = shape[dim]
                span = slid(span, dim, taps.padded(length, before, after, border), length)
        return span

    return spread


def pixel_shuffle(step: Step) -> Spread:
    """Lay channels out as places."""
    span, shape, times = step.span("self"), step.shape("self"), step.whole("upscale_factor")
    if span is None or span.box is None:
        return span
    channel = len(shape) - 3
    law = span.law
    boxes = [span.box] if law is None else [span.box, law.box]
    if all(box.first.shape[channel] == box.last.shape[channel] == 1 for box in boxes):
        for dim in (channel + 1, channel + 2):
            span = slid(span, dim, taps.spread_out(shape[dim], times), shape[dim])
        return span
    return replace(span, box=_shuffled(span.box, shape, times), law=law and _law(law, shape, times))


def _shuffled(box: Box, shape: Shape, times: int) -> Box:
    return shortened(box.each(lambda one: F.pixel_shuffle(one.expand(shape), times)))


def _law(law: Law, shape: Shape, times: int) -> Law | None:
    """Continue the law of channels that see different pixels: its phases are laid out, too."""
    if law.dim is None or law.dim == len(shape) - 3:
        return None
    period = law.period * (times if law.dim > len(shape) - 3 else 1)
    turn = tuple(law.period if at == law.dim else side for at, side in enumerate(shape))
    return Law(_shuffled(law.box, turn, times), law.dim, period, law.shift)


def pixel_unshuffle(step: Step) -> Spread:
    """Lay places out as channels: every channel gets its own."""
    span, shape, times = step.span("self"), step.shape("self"), step.whole("downscale_factor")
    if span is None or span.box is None:
        return span
    high, wide = len(shape) - 2, len(shape) - 1
    rows = [
        slid(span, high, taps.every(shape[high], times, one), shape[high]) for one in range(times)
    ]
    parts = [
        slid(row, wide, taps.every(shape[wide], times, one), shape[wide])
        for row in rows
        for one in range(times)
    ]
    small = (*shape[:-2], shape[-2] // times, shape[-1] // times)
    whole = joined([(part, small) for part in parts], len(shape) - 3)
    if whole is None:
        return None
    order = (*shape[:-3], times * times, *small[-3:])  # phases stand before channels so far

    def put_in_order(one: Tensor) -> list[Tensor]:
        return [one.reshape(order).transpose(-4, -3).reshape(step.result)]

    return moved(whole, put_in_order, (*shape[:-3], times * times * shape[-3], *small[-2:]))[0]


def _windowed(
    step: Step, span: Span | None, shape: Shape, count: int, windowed: Windowed
) -> Span | None:
    if span is None:
        return None
    for axis in range(count):
        dim = len(shape) - count + axis
        span = slid(span, dim, windowed(axis, shape[dim], step.result[dim]), shape[dim])
    return span


def _shortened(shape: Shape, dims: list[int]) -> Shape:
    return tuple(1 if at - len(shape) in dims else side for at, side in enumerate(shape))


def _grouped(span: Span, channels: int, groups: int, results: int) -> Span:
    """Unite the channels of each group."""

    def unite(box: Box) -> Box:
        if max(box.first.shape[1], box.last.shape[1]) == 1:
            return box
        parts = lengthened(box, 1, channels).each(lambda one: one.unflatten(1, (groups, -1)))
        each = parts.over([2], kept=False)
        return shortened(each.each(lambda one: one.repeat_interleave(results // groups, 1)))

    if span.box is None:
        return span
    law = span.law and replace(span.law, box=unite(span.law.box))
    return replace(span, box=unite(span.box), law=law)


def _steps(step: Step, lengths: Shape, results: Shape) -> list[Fraction] | None:
    """Find the cells from one result to the next; None where a scale is no simple fraction."""
    names = {1: ["scales"], 2: ["scales_h", "scales_w"], 3: ["scales_d", "scales_h", "scales_w"]}
    found: list[Fraction] = []
    for name, length, result in zip(names[len(lengths)], lengths, results, strict=True):
        scale = step.argument(name)
        if scale is None or length * scale == result:
            found.append(Fraction(length, result))
            continue
        simple = Fraction(scale).limit_denominator(1000)
        if abs(float(simple) - scale) > 1e-9:
            return None
        found.append(1 / simple)
    return found


def window_of(step: Step) -> WindowShape | None:
    """Tell how the window of a convolution or pooling slides."""
    name, arguments = step.operation.name, step.operation.arguments
    if name == "convolution":
        size = step.shape("weight")[2:]
    elif "pool" in name and "kernel_size" in arguments:
        size = tuple(step.sides("kernel_size", len(cast("list[int]", arguments["kernel_size"]))))
    else:
        return None
    count = len(size)
    stride = tuple(step.sides("stride", count)) if step.argument("stride") else size
    dilation = step.sides("dilation", count) if "dilation" in arguments else [1] * count
    return WindowShape(
        *(size, stride, tuple(step.sides("padding", count)), tuple(dilation)),
        groups=int(step.argument("groups") or 1),
        transposed=bool(step.argument("transposed")),
    )
