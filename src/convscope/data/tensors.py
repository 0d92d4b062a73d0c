"""Tensors from whatever holds numbers, as the chapter makes them."""

from typing import Any

import numpy as np
import torch
from jaxtyping import UInt8
from PIL import Image
from torch import Tensor


def tensor(numbers: object, /, *more: float, **options: Any) -> Tensor:  # noqa: ANN401 - torch's
    """Make a tensor of numbers, nested lists, an array or a Pillow picture.

    Args:
        numbers: what to copy; a tensor is handed back as it is.
        *more: further numbers, where `numbers` is the first of several.
        **options: `dtype`, `device` and whatever else `torch.tensor` takes.

    Returns:
        A tensor; of a grey picture uint8 (height, width), of a colour one (height, width, 3).

    Example:
        >>> tensor(Image.new("L", (2, 1), 7))
        tensor([[7, 7]], dtype=torch.uint8)
        >>> tensor(1, 2, 3).sum()
        tensor(6)

    Source:
        `tensor` of fastai 2.7.
    """
    if more:
        return torch.tensor((numbers, *more), **options)
    if isinstance(numbers, Tensor):
        return numbers.to(**options) if options else numbers
    if hasattr(numbers, "__array_interface__"):  # numpy arrays and Pillow pictures
        return torch.tensor(np.array(numbers), **options)
    return torch.tensor(numbers, **options)


def image2tensor(image: Image.Image) -> UInt8[Tensor, "channels height width"]:
    """Make a tensor of a picture, channels first.

    Args:
        image: a Pillow picture.

    Returns:
        uint8, one channel for a grey picture and three for a colour one.

    Example:
        >>> image2tensor(Image.new("RGB", (4, 2))).shape
        torch.Size([3, 2, 4])

    Source:
        `image2tensor` of fastai 2.7.
    """
    pixels = torch.tensor(np.array(image))
    return pixels[None] if pixels.ndim == 2 else pixels.permute(2, 0, 1)
