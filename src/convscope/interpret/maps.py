"""The maps of a network for one picture, and the filters that made them."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor, nn

from convscope.errors import ConfigError, ShapeError, account, nearest
from convscope.interpret.maplayers import chain, map_makers
from convscope.probe import chosen_call, record
from convscope.tensors import Images
from convscope.train import not_taken

LayerMaps = Float[Tensor, "maps rows columns"]


@dataclass(frozen=True, slots=True, eq=False)
class ConvolutionMaps:
    """What becomes of a picture at one convolution.

    Attributes:
        path: of the convolution.
        maps: (channels, rows, columns), after what follows it at the same size: normalisation,
            activation, the sum of a residual block; not what comes after pooling.
        turn: how often it had run before.
    """

    path: str
    maps: LayerMaps
    turn: int = 0


def feature_maps(model: nn.Module, image: Images, layer: int | str) -> LayerMaps:
    """Give the maps of a layer for one picture.

    The model runs once in eval mode, and is left as it was.

    Args:
        model: any module.
        image: a batch of one picture, as the model takes it.
        layer: number among the modules with parameters, from 0, negative from the end; or any
            module's path, `path#2` for its second run.

    Returns:
        (channels, rows, columns), in the layer's own numbers; a layer without places has 1 x 1.

    Raises:
        ShapeError: it is not one picture, or the layer's output is no map.
        ConfigError: there is no such layer, or it did not run.
        ConvscopeError: the network failed on this picture.

    Example:
        >>> import torch
        >>> net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU())
        >>> feature_maps(net, torch.rand(1, 1, 8, 8), "1").shape
        torch.Size([4, 6, 6])
    """
    _refuse_several(image)
    recording = record(model, image, keep_values=True)
    call = chosen_call(model, recording, layer)
    data = recording.values[call.outputs[0]].data if call.outputs else None
    if data is None or data.dim() not in {2, 4} or len(data) != 1:
        raise ShapeError(
            account(
                f"the output of layer {layer!r} is no map",
                facts={"output": "no tensor" if data is None else tuple(data.shape)},
                because="a map is (pictures, channels, rows, columns)",
                fix="a convolution, or what follows it",
            )
        )
    return (data[0] if data.dim() == 4 else data[0, :, None, None]).detach().float()


def all_maps(model: nn.Module, image: Images) -> list[ConvolutionMaps]:
    """Give the maps of every convolution on the way to the answer, normalised and activated.

    Args:
        model: any module.
        image: a batch of one picture, as the model takes it.

    Returns:
        One entry for each time a convolution runs, in the order of execution; none for a network
        without convolutions.

    Raises:
        ShapeError: it is not one picture.
        ConvscopeError: the network failed on this picture.

    Example:
        >>> import torch
        >>> net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 3))
        >>> [
        ...     (one.path, one.maps.shape[0], float(one.maps.min()) >= 0)
        ...     for one in all_maps(net, torch.rand(1, 1, 8, 8))
        ... ]
        [('0', 4, True), ('2', 2, False)]
    """
    _refuse_several(image)
    recording = record(model, image, keep_values=True)
    found: list[ConvolutionMaps] = []
    for operation in map_makers(recording):
        data = recording.values[chain(recording, operation.outputs[0])[-1]].data
        path = recording.owner(operation)
        turn = sum(one.path == path for one in found)
        if data is not None:
            found.append(ConvolutionMaps(path, data[0].detach().float(), turn))
    return found


def filters(model: nn.Module, layer: int | str = 0) -> Float[Tensor, "maps incoming rows columns"]:
    """Give the kernels of a convolution.

    Args:
        model: any module.
        layer: path of a convolution, or its number among the convolutions, from 0, negative from
            the end.

    Returns:
        (maps that go out, maps that come in for each, rows, columns), a copy.

    Raises:
        ConfigError: there is no such convolution.

    Example:
        >>> filters(nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU())).shape
        torch.Size([4, 1, 3, 3])
    """
    named = {path: one for path, one in model.named_modules() if isinstance(one, nn.Conv2d)}
    path = layer
    if isinstance(layer, int):
        path = [*named][layer] if -len(named) <= layer < len(named) else ""
    if path in named:
        return named[path].weight.detach().float().clone()
    raise ConfigError(
        account(
            f"there is no convolution {layer!r}",
            facts={"convolutions": ", ".join(named) or "none"},
            because="filters are asked for by path, or by number among the convolutions, from 0",
            fix=nearest(f"{layer}", [*named]) if named else "a network that has some",
        )
    )


def _refuse_several(image: Images) -> None:
    if len(image) != 1:
        raise ShapeError(not_taken(image, f"maps are told of one picture, not of {len(image)}"))
