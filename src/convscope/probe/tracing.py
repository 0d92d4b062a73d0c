"""One number of a network, back to the pixels, and a pixel forwards, with all numbers."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from convscope.errors import ShapeError, account
from convscope.probe.inputs import Given
from convscope.probe.origins.gains import gains
from convscope.probe.origins.layerchoice import chosen_call, numbered_layers
from convscope.probe.origins.lineage import Reached, Region, ahead
from convscope.probe.origins.scene import Scene
from convscope.probe.origins.steps import Cell, Spot
from convscope.probe.origins.trail import Trace
from convscope.probe.record import ModuleCall, Recording
from convscope.probe.recording import record


def trace(
    model: nn.Module,
    given: Given,
    layer: int | str,
    cell: int | Sequence[int],
    channel: int | None = None,
    depth: int | None = 1,
) -> Trace:
    """Take one number of a network apart: patch times kernel plus bias, back to the pixels.

    The model runs once, in eval mode, and is left as it was. Of a batch the first item is traced.

    Args:
        model: any module.
        given: what it is run on: a tensor, or as in `convscope.probe.inputs.arguments_of`.
        layer: number among the modules with parameters, from 0, negative from the end; or path.
        cell: row and column in the layer's output, from 0; () for outputs without places.
        channel: of the layer's output; by default the one with the largest number at this cell.
        depth: how many layers' sums `Trace.steps` opens, one behind the other; None goes on to the
            input.

    Returns:
        The trace. What has no rule is an "opaque" step: there the chain ends.

    Raises:
        ConfigError: there is no such layer.
        ShapeError: the cell or the channel lies outside the layer's output.

    Example:
        >>> net = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(), nn.Conv2d(1, 1, 3))
        >>> picture = torch.rand(1, 1, 8, 8)
        >>> found = trace(net, picture, layer=-1, cell=(1, 2))
        >>> [(part.grid, part.spot(0).cell) for part in found.step.parts]
        [((1, 3, 3), (0, 0, 1, 2))]
        >>> abs(found.step.computed - found.value) < 1e-6
        True
        >>> found.regions[found.recording.inputs[0]].box
        ((1, 5), (2, 6))
    """
    recording = record(model, given, keep_values=True)
    call = chosen_call(model, recording, layer)
    value = _output(recording, call)
    place = (cell,) if isinstance(cell, int) else tuple(cell)
    shape = recording.values[value].shape
    _check_cell(call, shape, place, channel)
    found = Trace(recording, call, Spot(value, (0, 0, *place)), depth)
    if channel is None:
        numbers = found.scene.flat(value).reshape(shape)[(0, slice(None), *place)]
        channel, found.is_strongest = int(np.argmax(numbers)), True
    found.spot = Spot(value, (0, channel, *place))
    return found


def reaches(
    model: nn.Module,
    given: Given,
    cell: Sequence[int],
    layer: int | str | None = None,
    channel: int | None = None,
) -> list[Reached]:
    """Find which numbers of every later layer a pixel reaches, and how strongly.

    Args:
        model: any module.
        given: what it is run on, as for `trace`.
        cell: row and column of the pixel, from 0.
        layer: start at a cell of this layer's output instead of a pixel of the first input.
        channel: of the picture or the layer; by default all channels at this cell.

    Returns:
        One entry for each later call of a layer with parameters, in the order of execution, and
        for the model itself, last; where nothing is reached, the region is empty.

    Raises:
        ConfigError: there is no such layer.
        ShapeError: the cell or the channel lies outside.

    Example:
        >>> net = nn.Sequential(nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 3))
        >>> [one.region.box for one in reaches(net, torch.rand(1, 1, 8, 8), (2, 2))]
        [((0, 2), (0, 2)), ((0, 2), (0, 2)), ((0, 2), (0, 2))]
    """
    recording = record(model, given, keep_values=True)
    scene = Scene(recording)
    call = None if layer is None else chosen_call(model, recording, layer)
    value = recording.inputs[0] if call is None else _output(recording, call)
    _check_cell(call, scene.shape(value), tuple(cell), channel)
    mask = np.zeros(scene.shape(value), np.bool_)
    mask[(0, slice(None) if channel is None else channel, *cell)] = True
    regions = ahead(scene, {value: mask})
    changes, straight = gains(scene, {value: torch.from_numpy(mask).double()})
    paths, after = {*numbered_layers(model)}, recording.values[value].operation
    found: list[Reached] = []
    for one in [*recording.calls[1:], *recording.calls[:1]]:
        output = _first(one)
        if one.path and (one.path not in paths or one is call):
            continue
        if output < 0 or recording.values[output].operation <= after:
            continue
        nothing = Region(output, np.zeros(scene.shape(output), np.bool_))
        kind = type(one.module).__name__
        region, gain = regions.get(output, nothing), changes.get(output)
        found.append(Reached(one.path, kind, region, gain, output in straight))
    return found


def _first(call: ModuleCall) -> int:
    return call.outputs[0] if call.outputs else -1


def _output(recording: Recording, call: ModuleCall) -> int:
    value = _first(call)
    if value < 0 or len(recording.values[value].shape) < 2:
        raise ShapeError(
            account(
                f"the output of {call.path!r} has no channels",
                facts={"output": recording.values[value].shape if value >= 0 else "no tensor"},
                because="an output is (items, channels, ...)",
                fix="a layer whose output is",
            )
        )
    return value


def _check_cell(
    call: ModuleCall | None, shape: tuple[int, ...], cell: Cell, channel: int | None
) -> None:
    sides = shape[2:]
    inside = len(cell) == len(sides) and all(
        0 <= at < side for at, side in zip(cell, sides, strict=True)
    )
    if inside and (channel is None or 0 <= channel < shape[1]):
        return
    of = "the input" if call is None else f"layer {call.path!r} ({type(call.module).__name__})"
    ranges = ", ".join(f"0 to {side - 1}" for side in sides)
    size = " x ".join(map(str, sides)) or "one number"
    valid = f"cell ({ranges})" if sides else "no cell: this output has no places"
    raise ShapeError(
        account(
            "the channel is not there" if inside else "the cell lies outside the map",
            facts={
                "asked": f"channel {channel}" if inside else f"cell {cell}",
                "map": f"{of}: {shape[1]:,} channels of {size}",
            },
            because="cells and channels are counted from 0, one number for each axis of the map",
            fix=f"channel 0 to {shape[1] - 1}" if inside else valid,
        )
    )
