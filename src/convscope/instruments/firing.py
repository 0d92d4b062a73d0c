"""How often each channel of one layer is above 0, counted while its values are."""

import ctypes

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Numbers = NDArray[np.int64]

_COMPARABLE = {torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.bool, torch.int64}


class _Layout(ctypes.Structure):
    """The `Layout` of counting.c."""

    _fields_ = (
        *((name, ctypes.c_int64) for name in ("channels", "inner", "rows")),
        ("last", ctypes.c_void_p),
        ("total", ctypes.c_void_p),
    )


class Firing:
    """Add up at how many places, and in how many pictures, each channel is above 0.

    Args:
        channels: how many there are, at least 1.

    Attributes:
        channels: how many there are.

    Example:
        >>> firing = Firing(2)
        >>> firing.add_slowly(torch.tensor([[[1.0, -1.0], [0.0, 0.0]], [[2.0, 3.0], [0.0, 1.0]]]))
        >>> firing.taken().tolist()  # places above 0, pictures with one, places, pictures
        [[3, 1], [2, 1], [4, 4], [2, 2]]
    """

    def __init__(self, channels: int) -> None:
        self.channels = channels
        self._numbers = np.zeros((2, 2, channels), np.int64)  # of the last call, of all
        self._places = self._pictures = self._last_places = self._last_pictures = 0
        last, total = self._numbers[0].ctypes.data, self._numbers[1].ctypes.data
        self._layout = _Layout(channels, 1, 1, last, total)
        self._where = ctypes.addressof(self._layout)

    def layout(self, values: Tensor) -> int:
        """Say how values lie.

        Args:
            values: of shape (pictures, channels, ...), not empty; contiguous or channels_last.

        Returns:
            The address of a `Layout`, for counting.c, which then adds them up.
        """
        places = values.numel() // values.shape[0] // self.channels
        has_planes = values.is_contiguous()
        self._layout.inner, self._layout.rows = (places, 1) if has_planes else (1, places)
        return self._where

    def saw(self, values: Tensor) -> None:
        """Count pictures and places, when counting.c has counted what fires."""
        self._last_pictures = values.shape[0]
        self._last_places = values.numel() // self.channels
        self._pictures += self._last_pictures
        self._places += self._last_places

    def add_slowly(self, values: Tensor) -> None:
        """Count with torch operations.

        Args:
            values: real, of shape (pictures, channels, ...), not empty.
        """
        known = values.detach()
        fires = (known if known.dtype in _COMPARABLE else known.double()) > 0
        planes = fires.reshape(*fires.shape[:2], -1)
        both = torch.stack([planes.sum(dim=(0, 2)), planes.any(dim=2).sum(dim=0)])
        self._numbers[0] = both.cpu().numpy()
        self._numbers[1] += self._numbers[0]
        self.saw(values)

    def repeat(self, other: "Firing") -> None:
        """Add what another one was given last: a ReLU lets pass what is above 0, and only that."""
        self._numbers[1] += other._numbers[0]  # noqa: SLF001 - its own kind
        self._pictures += other._last_pictures  # noqa: SLF001
        self._places += other._last_places  # noqa: SLF001

    def taken(self) -> Numbers:
        """Give what was counted, and begin anew.

        Returns:
            For each channel the places above 0, the pictures with such a place, all places and all
            pictures, of shape (4, channels).
        """
        seen = np.array([[self._places], [self._pictures]]).repeat(self.channels, axis=1)
        taken = np.concatenate([self._numbers[1], seen])
        self._numbers[1] = self._places = self._pictures = 0
        return taken
