"""Colours as red, green and blue, as hue, saturation and value, and as shades of grey."""

from collections.abc import Callable
from math import tau

import torch
from torch import nn

from convscope.tensors import Images

GREY = (0.299, 0.587, 0.114)  # what red, green and blue count for (BT.601)


def hsv(images: Images) -> Images:
    """Turn red, green and blue into hue, saturation and value.

    Args:
        images: three channels, 0..1.

    Returns:
        Three channels, 0..1: hue (0 red, 1/3 green, 2/3 blue, and almost 1 is red again; 0 for
        grey), saturation, value.

    Example:
        >>> hsv(torch.tensor([0.0, 1.0, 0.0]).view(1, 3, 1, 1)).flatten().tolist()
        [0.3333333432674408, 1.0, 1.0]

    Source:
        Smith, "Color gamut transform pairs" (1978).
    """
    red, green, blue = images.unbind(dim=1)
    value, place = images.max(dim=1)
    reach = value - images.min(dim=1).values
    safe = torch.where(reach > 0, reach, 1.0)
    sectors = torch.stack([green - blue, blue - red, red - green], dim=1) / safe[:, None]
    sector = sectors.gather(1, place[:, None])[:, 0] + 2 * place
    hue = torch.where(reach > 0, sector / 6 % 1, 0.0)
    saturation = torch.where(value > 0, reach / torch.where(value > 0, value, 1.0), 0.0)
    return torch.stack([hue, saturation, value], dim=1)


def hsv_turned(images: Images) -> Images:
    """Turn red, green and blue into saturation in the direction of the hue, and value.

    What `hsv` gives, but without its seam: hues of 0.01 and 0.99, both red, are neighbours here;
    and grey, which has no hue, lies in the middle, as far from all of them.

    Args:
        images: three channels, 0..1.

    Returns:
        Three channels: S cos H and S sin H, -1..1, and value, 0..1.

    Example:
        >>> hsv_turned(torch.tensor([1.0, 0.0, 0.0]).view(1, 3, 1, 1)).flatten().tolist()
        [1.0, 0.0, 1.0]
    """
    hue, saturation, value = hsv(images).unbind(dim=1)
    angle = tau * hue
    return torch.stack([saturation * angle.cos(), saturation * angle.sin(), value], dim=1)


def grey(images: Images) -> Images:
    """Take the colour out, and nothing else: the shade stands in all three channels.

    Args:
        images: three channels, 0..1.

    Returns:
        Three equal channels, 0..1.

    Example:
        >>> grey(torch.tensor([0.0, 1.0, 0.0]).view(1, 3, 1, 1)).flatten().tolist()
        [0.5870000123977661, 0.5870000123977661, 0.5870000123977661]
    """
    parts = torch.tensor(GREY, device=images.device).view(1, 3, 1, 1)
    return (images * parts).sum(dim=1, keepdim=True).expand_as(images)


def rgb(images: Images) -> Images:
    """Leave red, green and blue as they are.

    Returns:
        The same tensor.
    """
    return images


SPACES: dict[str, Callable[[Images], Images]] = {
    "rgb": rgb,
    "hsv": hsv,
    "hsv_turned": hsv_turned,
    "grey": grey,
}


class Recolour(nn.Module):
    """Give colours in one of `SPACES`, each channel with mean 0 and deviation 1.

    It has nothing to learn. Mean and deviation are those of pictures to train with.

    Args:
        space: a key of `SPACES`.
        sample: some of these pictures, three channels, 0..1.
    """

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self, space: str, sample: Images) -> None:
        super().__init__()
        self.space = space
        turned = SPACES[space](sample)
        self.register_buffer("mean", turned.mean(dim=(0, 2, 3), keepdim=True))
        self.register_buffer("deviation", turned.std(dim=(0, 2, 3), keepdim=True).clamp(min=1e-6))

    def forward(self, images: Images) -> Images:
        """Turn a batch.

        Returns:
            As many pictures, three channels.
        """
        return (SPACES[self.space](images) - self.mean) / self.deviation
