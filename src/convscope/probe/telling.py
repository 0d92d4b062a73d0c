"""A trace as plain numbers, for tables, figures and files."""

from collections.abc import Mapping

import numpy as np
from torch import nn

from convscope.probe.origins.layerchoice import numbered_layers
from convscope.probe.origins.steps import Floats, Part, Step, Whole
from convscope.probe.origins.trail import Trace
from convscope.probe.record import Recording
from convscope.runs import TracedMap, TracedPatch, TracedStep, TraceRecord

MOST_PATCHES, MOST_TERMS = 4, 12


def told(model: nn.Module, found: Trace, pixels: Floats | None = None) -> TraceRecord:
    """Tell a trace as plain numbers: the maps with what matters, and the strongest path.

    Args:
        model: that was traced.
        found: the trace.
        pixels: the picture's own values 0..255, in the shape of the network's input.

    Returns:
        The record.
    """
    path = list(found.path())
    layers = numbered_layers(model)
    name = found.call.path
    return TraceRecord(
        layer=name,
        number=layers.index(name) if name in layers else None,
        type=type(found.call.module).__name__,
        channel=found.channel,
        cell=found.cell,
        is_strongest=found.is_strongest,
        value=found.value,
        maps=_maps(found, path, pixels),
        steps=tuple(_step(found.recording, one, pixels) for one in path if one.kind != "given"),
    )


def tensor_name(recording: Recording, value: int) -> str:
    """Name a tensor: "input", a parameter's name, or the layer and operation that made it."""
    found = recording.values[value]
    if found.origin == "input":
        return "input" if len(recording.inputs) == 1 else f"input {found.name}"
    operation = recording.producer(value)
    if operation is None:
        return found.name or found.origin
    owner = recording.owner(operation)
    return f"{owner} ({operation.name})" if owner else operation.name


def terms_of(found: Trace, pixels: Floats | None = None) -> list[dict[str, object]]:
    """List every step of a trace with every term, for JSON.

    Args:
        found: the trace.
        pixels: the picture's own values, in the shape of the network's input.

    Returns:
        One mapping a step; `level` counts the sums that lie between it and the traced number.
    """
    recording = found.recording
    steps: list[dict[str, object]] = []
    for level, step in found.steps():
        terms = [
            {
                "tensor": tensor_name(recording, part.value),
                "cell": spot.cell if (spot := part.spot(place)) else None,
                "number": float(part.numbers[place]),
                "weight": float(part.weights[place]),
                "product": float(part.products[place]),
                **_own(recording, part, place, pixels),
            }
            for part in step.parts
            for place in range(len(part.cells))
        ]
        steps.append(
            {
                "level": level,
                "layer": step.layer,
                "operation": step.operation,
                "tensor": tensor_name(recording, step.spot.value),
                "cell": step.spot.cell,
                "kind": step.kind,
                "value": step.value,
                "computed": step.computed,
                "bias": step.bias,
                "terms": terms,
                "facts": step.facts,
                "note": step.note,
            }
        )
    return steps


def _own(
    recording: Recording, part: Part, place: int, pixels: Floats | None
) -> Mapping[str, object]:
    if pixels is None or part.value != recording.inputs[0] or part.cells[place] < 0:
        return {}
    return {"pixel": float(pixels.ravel()[part.cells[place]])}


def _maps(found: Trace, path: list[Step], pixels: Floats | None) -> tuple[TracedMap, ...]:
    """Draw what the sums of the path read, the picture, and the layer's own map."""
    picture, values = found.recording.inputs[0], {found.spot.value: found.channel}
    for step in path:
        spot = step.strongest()
        if step.opens and spot is not None and len(spot.cell) == 4:
            values.setdefault(spot.value, spot.cell[1])
    values.pop(picture, None)
    drawn = [
        one
        for value, channel in sorted(values.items())
        if (one := _map(found, value, channel)) is not None
    ]
    shown = _map(found, picture, None, pixels)
    return (shown, *drawn) if shown is not None else tuple(drawn)


def _map(
    found: Trace, value: int, channel: int | None, pixels: Floats | None = None
) -> TracedMap | None:
    recording, scene = found.recording, found.scene
    shape, region = scene.shape(value), found.regions.get(value)
    if len(shape) != 4 or region is None:
        return None
    whole = (scene.flat(value) if pixels is None else pixels.ravel() / 255).reshape(shape)[0]
    if channel is None and shape[1] != 3:
        channel = int(np.argmax(region.cells[0].any(axis=(1, 2))))
    shown = _coloured(whole) if channel is None else whole[channel]
    operation = recording.producer(value)
    owner = recording.calls[operation.call].module if operation and operation.call >= 0 else None
    kind = "" if operation is None else type(owner).__name__ if owner else operation.name
    name = "input" if operation is None else recording.owner(operation) or operation.name
    cells = region.cells[0].any(axis=0)
    return TracedMap(name, kind, channel, shape[1], shown, cells, region.status, region.because)


def _coloured(whole: Floats) -> Floats:
    low, high = float(whole.min()), float(whole.max())
    inside = low >= 0 and high <= 1
    scaled = whole if inside else (whole - low) / ((high - low) or 1.0)
    return np.moveaxis(scaled, 0, -1)


def _step(recording: Recording, step: Step, pixels: Floats | None) -> TracedStep:
    patches = [one for part in step.parts for one in _patches(recording, part, pixels)]
    patches.sort(key=lambda one: -abs(one.total))
    shown = tuple(patches[:MOST_PATCHES])
    terms = sum(int((part.cells >= 0).sum()) for part in step.parts)
    inside = sum(int(np.isfinite(one.numbers).sum()) for one in shown)
    blocks = all(not one.places for one in shown)
    total = sum(float(part.products.sum()) for part in step.parts)
    owner = _type(recording, step)
    return TracedStep(
        *(step.layer, owner, step.kind, step.operation, step.spot.cell, step.value),
        *(step.computed, step.bias, terms, shown),
        len(patches) - len(shown) if blocks else terms - inside,
        total - sum(one.total for one in shown),
        *(step.facts, step.note),
    )


def _type(recording: Recording, step: Step) -> str:
    operation = recording.producer(step.spot.value)
    if operation is None or operation.call < 0:
        return ""
    return type(recording.calls[operation.call].module).__name__


def _patches(recording: Recording, part: Part, pixels: Floats | None) -> list[TracedPatch]:
    name = tensor_name(recording, part.value)
    own = pixels.ravel() if pixels is not None and part.value == recording.inputs[0] else None
    if len(part.grid) == 3 and len(part.shape) == 4:
        cells, numbers, weights = (
            one.reshape(part.grid) for one in (part.cells, part.numbers, part.weights)
        )
        return [
            _block(name, part.shape, cells[at], numbers[at], weights[at], own)
            for at in range(len(cells))
        ]
    best = np.argsort(-np.abs(part.products), kind="stable")[:MOST_TERMS]
    best = best[part.cells[best] >= 0]
    places = tuple(spot.cell for one in best if (spot := part.spot(int(one))) is not None)
    row = (1, len(best))
    mine = None if own is None else own[part.cells[best]].reshape(row)
    numbers, weights = part.numbers[best].reshape(row), part.weights[best].reshape(row)
    return [TracedPatch(name, None, (), (), numbers, weights, mine, places)] if len(best) else []


def _block(
    name: str,
    shape: tuple[int, ...],
    cells: Whole,
    numbers: Floats,
    weights: Floats,
    own: Floats | None,
) -> TracedPatch:
    inside = cells >= 0
    _, channels, rows, columns = np.unravel_index(np.where(inside, cells, 0), shape)
    channel = int(channels[inside][0]) if inside.any() else None
    blank = np.where(inside, numbers, np.nan)
    mine = None if own is None else np.where(inside, own[cells], np.nan)
    down = _line(rows, inside, axis=1)
    across = _line(columns, inside, axis=0)
    return TracedPatch(name, channel, down, across, blank, weights, mine)


def _line(places: Whole, inside: np.ndarray, axis: int) -> tuple[int, ...]:  # pyright: ignore[reportMissingTypeArgument,reportUnknownParameterType]
    """Name each row (or column) of a patch by its place in the map; -1 in the padding."""
    return tuple(int(one) for one in np.where(inside, places, -1).max(axis=axis))
