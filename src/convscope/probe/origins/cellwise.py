"""Rules of operations on single numbers: moved, added, multiplied, functions, winners."""

from dataclasses import replace

import numpy as np
import torch

from convscope.probe.origins.answers import Answer, Rule
from convscope.probe.origins.normalisations import over_axes
from convscope.probe.origins.replay import replayed
from convscope.probe.origins.scene import MOVES, Asked
from convscope.probe.origins.steps import Part, Whole
from convscope.probe.record import Operation

# fmt: off
FUNCTIONS = frozenset((
    "_prelu_kernel", "abs", "atan", "celu", "clamp", "clamp_max", "clamp_min", "cos",
    "elu", "erf", "exp", "expm1", "gelu", "hardshrink", "hardsigmoid", "hardswish",
    "hardtanh", "leaky_relu", "log", "log1p", "log_sigmoid_forward", "maximum", "minimum",
    "mish", "pow", "reciprocal", "relu", "rsqrt", "sigmoid", "sign",
    "silu", "sin", "softplus", "softshrink", "sqrt", "square", "tanh", "threshold",
))
# fmt: on
"""Operations that put every number through a function."""

WINDOWS = {"max_pool2d_with_indices": 2, "max_pool3d_with_indices": 3}
ADAPTIVE = {"adaptive_max_pool2d": 2, "adaptive_max_pool3d": 3}
EXTREMES = frozenset(("amax", "amin", "max", "min"))


def moved(asked: Asked) -> Answer | None:
    """Find where the number was before.

    Returns:
        One term with the weight 1, or none for a fixed number such as padding.
    """
    chosen = any(not asked.scene.is_float(one) for one in asked.refs())
    if asked.operation.arguments.get("accumulate") is True or (
        chosen and not asked.scene.sources(asked.operation)
    ):
        return None
    code = np.asarray(asked.scene.origin(asked.operation, asked.slot)[asked.cell])
    note = "which number it is depends on the input" if chosen else ""
    for value, places in asked.scene.moved(asked.operation, code):
        if places >= 0:
            return Answer("moved", (asked.scene.part(value, places, np.ones(1)),), note=note)
    flat = asked.scene.flat(asked.operation.outputs[asked.slot])
    number = float(flat[np.ravel_multi_index(asked.cell, asked.shape)] if asked.cell else flat[0])
    return Answer("moved", (), number, note="a fixed number, such as padding")


def added(asked: Asked) -> Answer | None:
    """Add or subtract two numbers.

    Returns:
        A term for each tensor; plain numbers are the bias.
    """
    first, second = ("self", "other")
    signs = {"add": (1.0, 1.0), "sub": (1.0, -1.0), "rsub": (-1.0, 1.0)}[asked.operation.name]
    factor = asked.number("alpha", 1.0)
    swapped = asked.operation.name == "rsub"
    weights = {
        first: signs[0] * (factor if swapped else 1.0),
        second: signs[1] * (1.0 if swapped else factor),
    }
    parts: list[Part] = []
    bias = 0.0
    for name, weight in weights.items():
        if (value := asked.ref(name)) >= 0:
            parts.append(_one(asked, value, weight))
        else:
            bias += weight * asked.number(name)
    return Answer("added", tuple(parts), bias)


def multiplied(asked: Asked) -> Answer | None:
    """Multiply or divide two numbers.

    Returns:
        One term; its weight may be a number of the network too.
    """
    x, y = asked.ref("self"), asked.ref("other")
    divides = asked.operation.name == "div"
    if divides and asked.operation.arguments.get("rounding_mode") is not None:
        return None
    if y < 0:
        factor = asked.number("other")
        return Answer("product", (_one(asked, x, 1 / factor if divides else factor),))
    if x < 0 or (x not in asked.scene.moving and not divides):
        x, y = y, x
    if y < 0:
        return None
    factor = asked.at(y)
    weight = 1 / factor if divides and factor else factor
    part = replace(
        _one(asked, x, weight),
        weight_value=y,
        weight_shape=asked.scene.shape(y),
        weight_cells=np.array([asked.place(y)]),
    )
    return Answer("product", (part,), note="divided: the weight is 1 / number" if divides else "")


def negated(asked: Asked) -> Answer | None:
    """Change the sign.

    Returns:
        One term with the weight -1.
    """
    return Answer("added", (_one(asked, asked.ref("self"), -1.0),))


def function(asked: Asked) -> Answer | None:
    """Put the number through the function, once more and by itself.

    Returns:
        A term for each tensor that depends on the input.
    """
    scene = asked.scene
    values = [one for one in dict.fromkeys(asked.operation.inputs) if scene.is_float(one)]
    given = {value: torch.tensor([asked.at(value)], dtype=torch.float64) for value in values}
    made = replayed(scene.recording, asked.operation, given)[asked.slot]
    parts = tuple(_one(asked, value, 1.0) for value in values if value in scene.moving)
    return Answer("function", parts, computed=float(made))


def gated(asked: Asked) -> Answer | None:
    """Multiply one half of the channels by the sigmoid of the other.

    Returns:
        One term, whose weight is the sigmoid.
    """
    x, scene = asked.ref("self"), asked.scene
    axis = int(asked.number("dim", -1)) % len(asked.cell)
    first, second = np.split(scene.grid(x), 2, axis)
    gate = float(scene.flat(x)[second[asked.cell]])
    weight = 1 / (1 + np.exp(-gate))
    part = replace(
        scene.part(x, np.asarray(first[asked.cell]), np.array([weight]), x),
        weight_cells=second[asked.cell].reshape(1),
    )
    return Answer("product", (part,), facts={"gate": gate}, note="the weight is sigmoid(gate)")


def pooled_maximum(asked: Asked) -> Answer | None:
    """Find the winner of a window.

    Returns:
        The numbers of the window; the winner's weight is 1, the others' 0.
    """
    name, scene = asked.operation.name, asked.scene
    x, count = asked.ref("self"), WINDOWS.get(name) or ADAPTIVE[name]
    if asked.slot:
        return None
    lead, place, sides = asked.cell[:-count], asked.cell[-count:], scene.shape(x)[-count:]
    plane = scene.grid(x)[lead].ravel()
    cells = np.zeros((), np.int64)
    for axis, taps in enumerate(windows(asked, place)):
        spread = cells[..., None]
        cells = np.where((spread < 0) | (taps < 0), -1, spread * sides[axis] + taps)
    winner = int(scene.flat(asked.operation.outputs[1])[_flat(asked)])
    chosen = (cells == winner).astype(np.float64)
    return Answer("winner", (scene.part(x, np.where(cells < 0, -1, plane[cells]), chosen),))


def windows(asked: Asked, place: tuple[int, ...]) -> list[Whole]:
    """List on every axis the places that a pooling window holds; -1 in the padding."""
    name, scene = asked.operation.name, asked.scene
    count = len(place)
    sides = scene.shape(asked.ref("self"))[-count:]
    if name in ADAPTIVE:
        pairs = zip(place, sides, asked.shape[-count:], strict=True)
        return [np.arange(at * a // b, -(-(at + 1) * a // b)) for at, a, b in pairs]
    sizes = asked.whole("kernel_size", count)
    stride = asked.whole("stride", count) if asked.operation.arguments.get("stride") else sizes
    padding, dilation = asked.whole("padding", count), asked.whole("dilation", count, 1)
    found: list[Whole] = []
    for axis in range(count):
        taps = place[axis] * stride[axis] - padding[axis] + np.arange(sizes[axis]) * dilation[axis]
        found.append(np.where((taps < 0) | (taps >= sides[axis]), -1, taps))
    return found


def extreme(asked: Asked) -> Answer | None:
    """Find the largest or smallest number over some axes.

    Returns:
        The numbers compared; the winner's weight is 1, the others' 0.
    """
    x, scene = asked.ref("self"), asked.scene
    if asked.slot or asked.ref("other") >= 0:
        return None
    axes = reduced_axes(asked.operation, len(scene.shape(x)))
    cells = over_axes(asked, x, axes)
    numbers = scene.flat(x)[cells.ravel()]
    best = numbers.argmax() if asked.operation.name.endswith("max") else numbers.argmin()
    weights = np.zeros(cells.size)
    weights[best] = 1.0
    return Answer("winner", (scene.part(x, cells, weights),))


def reduced_axes(operation: Operation, count: int) -> set[int]:
    """List the axes over which an operation goes: all where it names none."""
    axes = operation.arguments.get("dim")
    several = axes if isinstance(axes, list | tuple) else [axes]
    return {int(one) % count for one in several if isinstance(one, int)} or {*range(count)}


def _one(asked: Asked, value: int, weight: float) -> Part:
    return asked.scene.part(value, np.array(asked.place(value)), np.array([weight]))


def _flat(asked: Asked) -> int:
    return int(np.ravel_multi_index(asked.cell, asked.shape)) if asked.cell else 0


CELLWISE: dict[str, Rule] = {
    **dict.fromkeys(MOVES, moved),
    **dict.fromkeys(FUNCTIONS, function),
    **dict.fromkeys(("add", "sub", "rsub"), added),
    **dict.fromkeys(("mul", "div"), multiplied),
    "neg": negated,
    "glu": gated,
    **dict.fromkeys([*WINDOWS, *ADAPTIVE], pooled_maximum),
    **dict.fromkeys(EXTREMES, extreme),
}
