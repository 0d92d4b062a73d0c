"""What `predict` may be given, and the batch of one picture that it becomes."""

from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from convscope.errors import ConfigError, ShapeError, account

Prepare: TypeAlias = Callable[[Any], Tensor]
_COLOURS = 3


def one_picture(item: object, prepare: Prepare | None) -> Tensor:
    """Make a batch of one picture.

    Args:
        item: a file, its bytes or a Pillow picture; bytes 0..255 as an array (height, width[, 3])
            or a tensor ([channels,] height, width): all these are treated as in training. Real
            numbers, as array or tensor (channels, height, width), are taken as the model gets them.
        prepare: how pictures were treated in training; None where nobody knows.

    Returns:
        A batch of shape (1, channels, height, width).

    Raises:
        ShapeError: an array or a tensor is not one picture.
        ConfigError: it is a picture, and how it was treated in training is not known.
        DataError: the picture cannot be read.

    Example:
        >>> one_picture(torch.zeros(1, 4, 4), None).shape
        torch.Size([1, 1, 4, 4])
    """
    if isinstance(item, np.ndarray):
        item = _of_array(item)
    elif isinstance(item, Tensor):
        item = _of_tensor(item)
    if isinstance(item, Tensor):
        return item
    if prepare is None:
        raise ConfigError(
            account(
                "it is not known how pictures were prepared for this model",
                facts={"given": type(item).__name__},
                because="its data has no `prepare`: it never saw a file",
                fix="a tensor (channels, height, width) of real numbers, as the model takes it",
            )
        )
    return prepare(item)


def not_taken(images: Tensor, because: str) -> str:
    """Say that a model cannot take a picture.

    Returns:
        A message.
    """
    return account(
        "this model cannot take this picture",
        facts={"picture": f"{tuple(images.shape[1:])} (channels, height, width)"},
        because=because,
        fix="the size and the channels that it was trained with; files are brought to them",
    )


def _of_tensor(item: Tensor) -> Tensor | Image.Image:
    item = item.detach()
    if item.dim() == 4 and len(item) == 1:
        item = item[0]
    if item.dtype == torch.uint8 and item.dim() == 3:  # channels first, and a picture has them last
        return _picture(item.permute(1, 2, 0).cpu().numpy())
    if item.dtype == torch.uint8:
        return _picture(item.cpu().numpy())
    if not item.is_floating_point() or item.dim() not in {2, 3}:
        _refuse(tuple(item.shape), str(item.dtype).removeprefix("torch."))
    return item[None] if item.dim() == 3 else item[None, None]


def _of_array(item: NDArray[Any]) -> Tensor | Image.Image:
    if item.dtype == np.uint8:
        return _picture(item)
    if not np.issubdtype(item.dtype, np.floating):
        _refuse(item.shape, str(item.dtype))
    return _of_tensor(torch.from_numpy(item.astype(np.float32)))


def _picture(pixels: NDArray[np.uint8]) -> Image.Image:
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.size == 0 or pixels.shape[2:] not in {(), (_COLOURS,)} or pixels.ndim < 2:
        _refuse(pixels.shape, "uint8")
    return Image.fromarray(np.ascontiguousarray(pixels))


def _refuse(shape: tuple[int, ...], kind: str) -> NoReturn:
    raise ShapeError(
        account(
            "this is not one picture",
            facts={"shape": shape, "numbers": kind},
            because="bytes are (height, width) or (height, width, 3), as a tensor (channels, "
            "height, width); real numbers are (channels, height, width)",
            fix="a file, a Pillow picture, or one of these",
        )
    )
