"""What becomes of one picture in different batches, where BatchNorm looks at all of them."""

from collections.abc import Iterable
from copy import deepcopy

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from convscope.errors import ConfigError, ShapeError, account
from convscope.instruments.choosing import Modules, bare, chosen_layers
from convscope.probe import watching
from convscope.runs import PictureInBatches


@torch.no_grad()
def picture_in_batches(
    model: nn.Module,
    picture: Float[Tensor, "1 channels height width"],
    batches: Iterable[Float[Tensor, "_ channels height width"]],
    layer: Modules,
    channel: int = 0,
) -> PictureInBatches:
    """Show one picture in the company of different batches, as training does, and as validation.

    Only BatchNorm behaves as in training; dropout stays off. A copy of the model is shown the
    pictures, so that the model itself, its running averages too, stays as it is.

    Args:
        model: to look into.
        picture: one image, as the model takes it, of shape (1, channels, height, width).
        batches: of images; the picture takes the place of the first in each.
        layer: whose output is kept: a name, a type or a module of the model; the first that fits.
        channel: which of its maps.

    Returns:
        The picture's map in every batch, and in validation; `figures.picture_in_batches` draws it.

    Raises:
        ConfigError: there is no such layer or channel, or no batch.
        ShapeError: the layer gives no maps.

    Example:
        >>> net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
        >>> dark, bright = torch.zeros(4, 1, 5, 5), torch.ones(4, 1, 5, 5)
        >>> picture_in_batches(net, dark[:1], [dark, bright], "1").maps.shape
        (2, 3, 3)
    """
    name = next(iter(chosen_layers(model, layer)))
    net = deepcopy(bare(model)).eval()
    watched = dict(net.named_modules())[name]
    alone = _map_of(net, watched, picture, channel)
    for module in net.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):  # noqa: SLF001 - their common base
            module.train()
    maps = [
        _map_of(net, watched, torch.cat([picture, images[1:].to(picture)]), channel)
        for images in batches
    ]
    if not maps:
        raise ConfigError(
            account(
                "there is no batch to put the picture into",
                facts={"batches": 0},
                because="what it becomes depends on the pictures beside it",
                fix="a few batches, such as [images for images, _ in dls.train]",
            )
        )
    return PictureInBatches(name, channel, np.stack(maps), alone)


def _map_of(net: nn.Module, layer: nn.Module, images: Tensor, channel: int) -> NDArray[np.float64]:
    given: list[Tensor] = []

    def keep(_: str, output: Tensor) -> None:
        given.append(output.clone())  # an activation behind it may work in place

    with watching({"": layer}, keep):
        net(images)
    if not given or given[0].dim() != 4:
        raise ShapeError(_no_maps(layer, [tuple(one.shape) for one in given[:1]]))
    if not 0 <= channel < given[0].shape[1]:
        raise ConfigError(_no_channel(layer, channel, given[0].shape[1]))
    return given[0][0, channel].double().cpu().numpy()


def _no_maps(layer: nn.Module, shapes: list[tuple[int, ...]]) -> str:
    return account(
        "this layer gives no maps",
        facts={"layer": layer, "output": shapes[0] if shapes else "no tensor"},
        because="(batch, channels, rows, columns) is what can be drawn",
        fix="a convolution, or the BatchNorm behind it",
    )


def _no_channel(layer: nn.Module, channel: int, channels: int) -> str:
    return account(
        f"there is no channel {channel}",
        facts={"layer": layer, "channels": channels},
        because="channels are counted from 0",
        fix=f"0 to {channels - 1}",
    )
