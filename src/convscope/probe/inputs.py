"""What a model is given for a pass: tensors, or a shape from which one is made."""

from collections.abc import Mapping
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from convscope.errors import ConfigError, account

Arguments = tuple[tuple[object, ...], dict[str, object]]
Given: TypeAlias = object  # a tensor, a tuple of arguments, a mapping of keyword arguments, a shape


def arguments_of(model: nn.Module, given: Given) -> Arguments:
    """Make the arguments of a forward pass.

    Args:
        model: takes them.
        given: a tensor; a tuple or list of positional arguments; a mapping of keyword arguments; or
            a shape of whole numbers, from which noise in 0..1 is made on the model's device. Three
            numbers are one picture: channels, height, width.

    Returns:
        Positional and keyword arguments.

    Raises:
        ConfigError: nothing was given, or something that is none of these.

    Example:
        >>> (images,), _ = arguments_of(nn.Conv2d(3, 8, 3), (3, 32, 32))
        >>> images.shape
        torch.Size([1, 3, 32, 32])
    """
    if isinstance(given, Tensor):
        return (given,), {}
    if isinstance(given, Mapping):
        return (), {f"{name}": value for name, value in given.items()}
    if isinstance(given, tuple | list) and given:
        if all(isinstance(side, int) for side in given):
            return (_noise(model, tuple(int(f"{side}") for side in given)),), {}
        return tuple(given), {}
    raise ConfigError(
        account(
            "no input to take the network apart with",
            facts={"given": repr(given), "network": type(model).__name__},
            because="sizes and operations are known only where something went through the network",
            fix="a shape such as (3, 224, 224), a tensor, a tuple of arguments, or a dictionary",
        )
    )


def refuse_unfinished(network: str, weights: Mapping[str, Tensor]) -> None:
    """Refuse a model whose weights have no shape or no numbers yet.

    Args:
        network: its name, for messages.
        weights: parameters and buffers by name.

    Raises:
        ConfigError: a parameter or buffer is lazy or on the meta device.
    """
    for name, one in weights.items():
        if is_lazy(one):
            because = "a lazy layer learns its size from the first input, and has seen none"
            fix = "call the network once on a real input, then ask again"
        elif one.is_meta:
            because = "weights on the meta device have a shape and no numbers, so nothing can run"
            fix = "network.to_empty(device='cpu'), then load or initialise its weights"
        else:
            continue
        facts = {"network": network, "weights": name}
        raise ConfigError(
            account("this network is not finished", facts=facts, because=because, fix=fix)
        )


def _noise(model: nn.Module, shape: tuple[int, ...]) -> Tensor:
    if min(shape) < 1:
        raise ConfigError(
            account(
                "this shape holds nothing",
                facts={"shape": " x ".join(map(str, shape))},
                because="every side of an input is at least 1",
                fix="(3, 224, 224) for one picture: channels, height, width",
            )
        )
    shape = (1, *shape) if len(shape) == 3 else shape
    weights = next((one for one in model.parameters() if one.is_floating_point()), None)
    device, dtype = (weights.device, weights.dtype) if weights is not None else ("cpu", None)
    dice = torch.Generator().manual_seed(0)  # the caller's dice stay as they are
    noise = torch.rand(shape, generator=dice)
    return noise.to(device=device, dtype=dtype)
