"""From bytes 0..255 to the floats a network likes: statistics once, then one function for all."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Int, UInt8
from torch import Tensor

from convscope.errors import ConfigError, account
from convscope.pictures import Stream
from convscope.tensors import Images

WHITE = 255
_CHUNK_PIXELS = 2**18  # added up at a time: as whole numbers these still fit a processor's cache


@dataclass(frozen=True)
class Scaling:
    """What every picture goes through after decoding: (pixel / 255 - mean) / deviation.

    Training, validation, prediction and export all call this one object.

    Args:
        mean: one for each channel, on the scale 0..1.
        deviation: one for each channel, on the scale 0..1, above 0.

    Example:
        >>> Scaling((0.2,), (0.4,))(torch.tensor([[[[0, 51, 255]]]], dtype=torch.uint8))
        tensor([[[[-0.5000,  0.0000,  2.0000]]]])
    """

    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    @classmethod
    def plain(cls, channels: int) -> "Scaling":
        """Make the scaling that only divides by 255."""
        return cls((0.0,) * channels, (1.0,) * channels)

    def __call__(self, pixels: UInt8[Tensor, "batch channels height width"]) -> Images:
        """Scale a batch on the device where it lies.

        Args:
            pixels: bytes as decoded.

        Returns:
            float32 of the same shape; 0..1 where the mean is 0 and the deviation 1.
        """
        return self.scaled_(pixels.float())

    def scaled_(self, levels: Images) -> Images:
        """Scale pixels that are floats already, in place.

        Args:
            levels: 0..255.

        Returns:
            The same tensor.
        """
        # Two passes (and one for `float`), each correctly rounded, so that a picture's values do
        # not depend on its neighbours in the batch, and / 255 is exact. Measured on 512 x 784
        # pixels, one thread: this 0.134 ms, mul_ + add_ 0.102, F.batch_norm 0.138, torch.addcmul
        # 0.263, a table of 256 values 0.345 (numpy.take). A step of the chapter's net takes 19 ms.
        shift, scale = _constants(self, levels.device)
        return levels.sub_(shift).div_(scale)

    def undone(self, images: Images) -> Images:
        """Bring scaled images back to 0..1, to be looked at.

        Returns:
            A new tensor of the same shape.
        """
        shift, scale = _constants(self, images.device)
        return images.mul(scale).add_(shift).div_(WHITE).clamp_(0, 1)


@lru_cache(maxsize=64)
def _constants(scaling: Scaling, device: torch.device) -> tuple[Tensor, Tensor]:
    """Keep mean and deviation on the device, in pixel levels: a copy a batch would stall a GPU."""
    levels = (torch.tensor(scaling.mean), torch.tensor(scaling.deviation))
    shift, scale = (WHITE * values.double().view(1, -1, 1, 1) for values in levels)
    return shift.float().to(device), scale.float().to(device)


class Normalize:
    """Ask for pixels with mean 0 and deviation 1 in every channel.

    Args:
        mean: of each channel on the scale 0..1, or one number for all; None (and no `std`) takes
            the statistics of the whole training set.
        std: deviation of each channel on the scale 0..1, above 0, or one number for all.

    Raises:
        ConfigError: only one of the two is given, or they are no finite numbers, or `std` <= 0.

    Example:
        >>> Normalize(0.1307, 0.3081).scaling(np.zeros((1, 1, 2, 2), np.uint8), np.array([0]))
        Scaling(mean=(0.1307,), deviation=(0.3081,))
    """

    def __init__(
        self,
        mean: float | Sequence[float] | None = None,
        std: float | Sequence[float] | None = None,
    ) -> None:
        self.mean = _numbers(mean)
        self.std = _numbers(std)
        if (self.mean is None) != (self.std is None):
            self._refuse("mean and deviation belong together", "both, or Normalize() for neither")
        if not all(map(math.isfinite, (self.mean or ()) + (self.std or ()))):
            self._refuse("they must be finite numbers", "Normalize() to measure them")
        if self.std is not None and min(self.std, default=0) <= 0:
            self._refuse("pixels are divided by the deviation", "deviations above 0")

    @classmethod
    def from_stats(cls, mean: float | Sequence[float], std: float | Sequence[float]) -> "Normalize":
        """Normalise with known statistics, as the chapter's library calls it."""
        return cls(mean, std)

    def scaling(
        self,
        pixels: UInt8[np.ndarray, "items channels height width"] | Stream,
        train: Int[np.ndarray, " n"],
    ) -> Scaling:
        """Settle the numbers for one set of pictures.

        Args:
            pixels: all pictures, as decoded.
            train: which of them are trained with.

        Returns:
            A mean and a deviation for each channel.

        Raises:
            ConfigError: the given statistics are for another number of channels.
        """
        channels = pixels.shape[1]
        if self.mean is None or self.std is None:
            return channel_statistics(pixels, train)
        sizes = {len(self.mean), len(self.std)}
        if not sizes <= {1, channels}:
            self._refuse(
                f"channels of the pictures: {channels}", "a number for each channel, or one for all"
            )
        mean, std = (v * channels if len(v) == 1 else v for v in (self.mean, self.std))
        return Scaling(mean, std)

    def _refuse(self, because: str, fix: str) -> None:
        facts = {"mean": self.mean, "std": self.std}
        raise ConfigError(
            account("cannot normalise with these numbers", facts=facts, because=because, fix=fix)
        )


def channel_statistics(
    pixels: UInt8[np.ndarray, "items channels height width"] | Stream,
    chosen: Int[np.ndarray, " n"],
) -> Scaling:
    """Measure mean and deviation of every channel over all pixels of the chosen pictures.

    Exact: all sums are whole numbers. A channel that is the
    same everywhere gets deviation 1, so that it becomes 0 and not a division by zero.

    Args:
        pixels: all pictures, as decoded.
        chosen: indices of those to measure, at least one.

    Returns:
        The scaling that gives these pixels mean 0 and (population) deviation 1.

    Example:
        >>> channel_statistics(np.array([[[[0, 255]]], [[[9, 9]]]], np.uint8), np.array([0]))
        Scaling(mean=(0.5,), deviation=(0.5,))
    """
    height, width = pixels.shape[2:]
    if isinstance(pixels, Stream):  # added up when its pictures were looked at first
        sums = np.take(pixels.sums, chosen, axis=0).sum(axis=0)
    else:
        sums = _sums(pixels, chosen)
    n = len(chosen) * height * width
    pairs = [_moments(n, total, squares) for total, squares in sums.T.tolist()]
    return Scaling(tuple(mean for mean, _ in pairs), tuple(std for _, std in pairs))


def _sums(
    pixels: UInt8[np.ndarray, "items channels height width"], chosen: Int[np.ndarray, " n"]
) -> Int[np.ndarray, "2 channels"]:
    _, channels, height, width = pixels.shape
    # a row's sum of squares must fit the whole numbers it is added up in
    wide = np.int32 if width * WHITE**2 < 2**31 else np.int64
    sums = np.zeros((2, channels), np.int64)
    several = max(1, _CHUNK_PIXELS // (channels * height * width))
    for start in range(0, len(chosen), several):
        part = np.take(pixels, chosen[start : start + several], axis=0).astype(wide)
        # 47 million pixels of digits: this 0.044 s, torch.bincount 0.16, sums of float64 0.2
        rows = np.einsum("nchw->nch", part), np.einsum("nchw,nchw->nch", part, part)
        sums += [row.sum(axis=(0, 2), dtype=np.int64) for row in rows]
    return sums


def _moments(n: int, total: int, squares: int) -> tuple[float, float]:
    spread = n * squares - total * total  # n^2 times the variance, with nothing rounded yet
    return total / (n * WHITE), math.sqrt(spread) / (n * WHITE) or 1.0


def _numbers(given: float | Sequence[float] | None) -> tuple[float, ...] | None:
    if given is None:
        return None
    return tuple(map(float, given)) if isinstance(given, Sequence) else (float(given),)
