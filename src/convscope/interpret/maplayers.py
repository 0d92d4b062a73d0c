"""Where on its maps a network is asked: the layer that is chosen for whoever does not choose."""

from dataclasses import dataclass
from typing import NoReturn

from torch import nn

from convscope.errors import ConfigError, account
from convscope.probe import ModuleCall, Operation, Recording, chosen_call, record
from convscope.tensors import Images

Layer = int | str | None
"""A number among the modules with parameters, a module's path; None to have one chosen."""


@dataclass(frozen=True, slots=True)
class MapLayer:
    """A layer whose output is a map.

    Attributes:
        path: the module's, whose output is looked at.
        kind: its class.
        convolution: path of the convolution that made the map; "" where the layer was asked for.
        cells: rows and columns of the map.
        channels: how many maps there are.
        coarser: paths of later convolutions whose map is a single cell.
    """

    path: str
    kind: str
    convolution: str
    cells: tuple[int, int]
    channels: int
    coarser: tuple[str, ...] = ()


def map_layer(model: nn.Module, images: Images, layer: Layer = None) -> MapLayer:
    """Choose the layer where a network is asked what it looks at, or check one that is asked for.

    Chosen is the last convolution, in the order of execution, whose map is larger than 1 x 1 and on
    which the answer depends; and of it what the next layer reads: its map after normalisation,
    activation, and the sum of a residual block. Later maps know most of what is in the picture;
    one of a single cell no longer knows where.

    Args:
        model: any module.
        images: what it is run on; the first is enough.
        layer: one to take instead.

    Returns:
        The layer.

    Raises:
        ConfigError: the network has no such convolution, there is no such layer, or it makes no
            map, or runs several times.
        ConvscopeError: the network failed on these pictures.

    Example:
        >>> import torch
        >>> net = nn.Sequential(
        ...     nn.Conv2d(1, 4, 3),
        ...     nn.ReLU(),
        ...     nn.AdaptiveAvgPool2d(1),
        ...     nn.Flatten(),
        ...     nn.Linear(4, 2),
        ... )
        >>> found = map_layer(net, torch.zeros(1, 1, 8, 8))
        >>> found.path, found.kind, found.convolution, found.cells
        ('1', 'ReLU', '0', (6, 6))
    """
    recording = record(model, images[:1])
    if layer is not None:
        return _asked(model, recording, layer)
    convolutions = [one for one in map_makers(recording) if recording.owner(one)]
    places = [one for one in convolutions if _area(recording, one.outputs[0]) > 1]
    if not places:
        _refuse_net(model, is_without=not convolutions)
    chosen = places[-1]
    later = convolutions[convolutions.index(chosen) + 1 :]
    made = [(_maker(recording, one), one) for one in chain(recording, chosen.outputs[0])]
    modules = [(call, value) for call, value in made if call is not None]
    if not modules:
        _refuse_net(model, is_without=False)
    coarser = tuple(recording.owner(one) for one in later)
    return _told(recording, *modules[-1], recording.owner(chosen), coarser)


def map_makers(recording: Recording) -> list[Operation]:
    """List the convolutions on which the answer depends and that make maps, as executed."""
    heard = _heard(recording)
    return [
        one
        for one in recording.operations
        if one.name == "convolution"
        and one.outputs[0] in heard
        and len(recording.values[one.outputs[0]].shape) == 4
    ]


def chain(recording: Recording, value: int) -> list[int]:
    """Follow a map through what keeps its shape and is all that reads it.

    Returns:
        The values: the map, and what normalisation, activation, a sum make of it.
    """
    heard = _heard(recording)
    found, shape = [value], recording.values[value].shape
    while True:
        readers = [
            one
            for one in recording.operations
            if found[-1] in one.inputs and any(output in heard for output in one.outputs)
        ]
        if len(readers) != 1 or recording.values[readers[0].outputs[0]].shape != shape:
            return found
        if readers[0].name == "convolution":  # another layer, whose maps happen to be as large
            return found
        found.append(readers[0].outputs[0])


def _heard(recording: Recording) -> set[int]:
    """Find all values on which the first output depends, itself among them."""
    heard = set(recording.outputs[:1])
    for operation in reversed(recording.operations):
        if heard.intersection(operation.outputs):
            heard.update(operation.inputs)
    return heard


def _maker(recording: Recording, value: int) -> ModuleCall | None:
    """Find the innermost module that runs once and gives this value."""
    often = [one.path for one in recording.calls]
    makers = [
        one
        for one in recording.calls
        if one.path and one.outputs[:1] == (value,) and often.count(one.path) == 1
    ]
    return makers[-1] if makers else None


def _asked(model: nn.Module, recording: Recording, layer: int | str) -> MapLayer:
    call = chosen_call(model, recording, layer)
    shape = recording.values[call.outputs[0]].shape if call.outputs else ()
    because = ""
    if len(shape) != 4:
        because = f"it gives {shape}, and a map is (pictures, channels, rows, columns)"
    elif shape[2] * shape[3] == 1:
        because = "its map is a single cell, which cannot say where"
    elif sum(one.path == call.path for one in recording.calls) > 1:
        because = "it runs several times for one picture"
    if because:
        raise ConfigError(
            account(
                f"layer {layer!r} cannot say where the network looks",
                facts={"layer": f"{call.path} {type(call.module).__name__}"},
                because=because,
                fix="another layer, or none: then one is chosen",
            )
        )
    return _told(recording, call, call.outputs[0], "", ())


def _told(
    recording: Recording, call: ModuleCall, value: int, convolution: str, coarser: tuple[str, ...]
) -> MapLayer:
    _, channels, rows, columns = recording.values[value].shape
    kind = type(call.module).__name__
    return MapLayer(call.path, kind, convolution, (rows, columns), channels, coarser)


def _area(recording: Recording, value: int) -> int:
    _, _, rows, columns = recording.values[value].shape
    return rows * columns


def _refuse_net(model: nn.Module, *, is_without: bool) -> NoReturn:
    raise ConfigError(
        account(
            "this network has no map to look at",
            facts={"network": type(model).__name__},
            because="no convolution of its own is on the way from the picture to the answer"
            if is_without
            else "none of its convolutions is a module with a map of more than one cell",
            fix="occlusion, which asks any network; or layer= with a layer that makes maps",
        )
    )
