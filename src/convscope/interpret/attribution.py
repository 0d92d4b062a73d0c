"""What a network looked at: Grad-CAM asks its last maps, occlusion its answers."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.errors import ShapeError, account
from convscope.interpret.answering import Classes, answered, answers
from convscope.interpret.maplayers import Layer, MapLayer, map_layer
from convscope.interpret.optional import layer_grad_cam, occluded
from convscope.probe import borrowed
from convscope.tensors import Images, Labels

Maps = Float[Tensor, "batch height width"]
WINDOWS_A_SIDE = 5  # a covered square is a fifth of the shorter side
_AT_ONCE = 16  # pictures in one pass; 64 are no quicker, and take 100 MB at 160 px


@dataclass(frozen=True, slots=True, eq=False)
class Cam:
    """What Grad-CAM found.

    Attributes:
        maps: (batch, height, width) of the pictures, 0..1, each divided by its own largest; all 0
            where nothing on the maps speaks for the class.
        classes: the class that was explained, for each picture.
        probabilities: the model's, of that class, 0..1.
        largest: (batch,) what 1 stands for in each map: gradient times activation.
        layer: whose maps were asked.
    """

    maps: Maps
    classes: Labels
    probabilities: Float[Tensor, " batch"]
    largest: Float[Tensor, " batch"]
    layer: MapLayer


@dataclass(frozen=True, slots=True, eq=False)
class Occluded:
    """What covering places of a picture did.

    Attributes:
        maps: (batch, height, width) of the pictures, -1..1: by how much the probability of the
            class falls where a square over the pixel is covered, the mean over such squares. Below
            0 the class becomes likelier.
        classes: the class that was explained, for each picture.
        probabilities: the model's, of that class, 0..1, with nothing covered.
        window: side of the covered square, in pixels.
        stride: pixels from one square to the next.
    """

    maps: Maps
    classes: Labels
    probabilities: Float[Tensor, " batch"]
    window: int
    stride: int


def grad_cam(model: nn.Module, images: Images, classes: Classes = None, layer: Layer = None) -> Cam:
    """Ask the last maps of a network which of their places speak for a class.

    Each map is weighed by the mean gradient of the class's logit, and the sum is kept where it is
    positive. The model is in eval mode meanwhile, and left as it was, without gradients.

    Args:
        model: a classifier of pictures.
        images: as the model takes them, on its device.
        classes: the class to explain for each picture; by default the likeliest.
        layer: whose output to ask, by number or path; by default see `map_layer`.

    Returns:
        A map for each picture, in its size.

    Raises:
        ShapeError: the model cannot take these pictures, or has no such class.
        DataError: its answer is not a number.
        ConfigError: it has no convolution that could be asked, or no such layer.

    Example:
        >>> net = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.Flatten())
        >>> net.append(nn.Linear(128, 2))[1]
        ReLU()
        >>> found = grad_cam(net, torch.rand(3, 1, 8, 8), classes=[0, 1, 1])
        >>> found.maps.shape, found.layer.path
        (torch.Size([3, 8, 8]), '1')

    Source:
        Selvaraju et al., "Grad-CAM" (2017), equations 1 and 2; computed by captum.
    """
    with borrowed(model, {images.device}):
        asked = answered(model, images, classes)
        where = map_layer(model, images, layer)
        module = model.get_submodule(where.path)
        found = layer_grad_cam(
            lambda some: answers(model, some), module, images.detach(), asked.classes
        )
    maps = F.interpolate(found, images.shape[2:], mode="bilinear", align_corners=False)[:, 0]
    largest = maps.amax(dim=(1, 2))
    scaled = maps / largest.where(largest > 0, torch.ones_like(largest))[:, None, None]
    return Cam(
        scaled.clamp(0, 1), asked.classes, _own(asked.probabilities, asked.classes), largest, where
    )


@torch.no_grad()
def occlusion(
    model: nn.Module, images: Images, classes: Classes = None, window: int | None = None
) -> Occluded:
    """Cover every place of a picture in turn, and see how much less sure a network is.

    It needs no layer and works for any classifier; a picture takes some hundred passes. A square is
    covered with the picture's own mean, channel by channel.

    Args:
        model: a classifier of pictures.
        images: as the model takes them, on its device.
        classes: the class to explain for each picture; by default the likeliest.
        window: side of the square in pixels, 1 up to the shorter side; by default a fifth of it.
            Squares are half of it apart.

    Returns:
        A map for each picture, in its size.

    Raises:
        ShapeError: the model cannot take these pictures, has no such class, or the window does not
            fit.
        DataError: its answer is not a number.

    Example:
        >>> net = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))
        >>> found = occlusion(net, torch.rand(3, 1, 8, 8))
        >>> found.maps.shape, found.window, found.stride
        (torch.Size([3, 8, 8]), 2, 1)

    Source:
        Zeiler & Fergus, "Visualizing and understanding convolutional networks" (2014), section 4.2;
        computed by captum.
    """
    side = min(images.shape[2:])
    window = max(1, -(-side // WINDOWS_A_SIDE)) if window is None else window
    if not 1 <= window <= side:
        raise ShapeError(
            account(
                "this square does not fit the picture",
                facts={"window": f"{window} px", "picture": tuple(images.shape[2:])},
                because="a covered square lies within the picture",
                fix=f"window from 1 to {side}, or none",
            )
        )
    stride = max(1, window // 2)
    with borrowed(model, {images.device}):
        asked = answered(model, images, classes)
        maps = occluded(
            lambda some: answers(model, some).softmax(dim=1),
            images.detach(),
            asked.classes,
            window=window,
            stride=stride,
            cover=images.detach().mean(dim=(2, 3), keepdim=True),
            at_once=max(1, _AT_ONCE // len(images)),
        )
    shares = _own(asked.probabilities, asked.classes)
    return Occluded(
        maps[:, 0].float(), asked.classes, shares, window, stride
    )  # alike in all channels


def _own(probabilities: Tensor, classes: Labels) -> Tensor:
    return probabilities.gather(1, classes[:, None])[:, 0]
