"""One way for every picture: what training did to its pictures, for whoever comes later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import UInt8
from PIL import Image

from convscope.data.normalise import Scaling
from convscope.errors import DataError, account
from convscope.pictures import Reading, read_picture
from convscope.tensors import Images

Source = str | Path | bytes | Image.Image


@dataclass(frozen=True)
class Preparation:
    """Decode, size and scale a picture as in training, and name the classes.

    Calling it with a picture, or several, gives a batch: see `__call__`.

    Args:
        reading: how the training pictures were decoded.
        size: height and width in pixels of every training picture.
        scaling: how bytes became floats.
        classes: names of the classes, by label.

    Example:
        >>> prepare = Preparation(Reading(None, None, 1), (2, 2), Scaling.plain(1), ("3", "7"))
        >>> prepare([Image.new("L", (2, 2), 255), Image.new("RGB", (8, 6))]).shape
        torch.Size([2, 1, 2, 2])
    """

    reading: Reading
    size: tuple[int, int]
    scaling: Scaling
    classes: tuple[str, ...]

    def __call__(
        self, source: Source | Sequence[Source], *, device: torch.device | str = "cpu"
    ) -> Images:
        """Make the batch that training would have seen.

        Args:
            source: a file, its bytes or a Pillow image, or a sequence of these.
            device: where the batch goes.

        Returns:
            Scaled images of shape (pictures, channels, height, width). A picture of another size
            than those of training is fitted to theirs.

        Raises:
            DataError: a picture cannot be read.
        """
        several = [source] if isinstance(source, str | Path | bytes | Image.Image) else source
        pixels = np.stack([self.pixels(one) for one in several])
        return self.scaling(torch.from_numpy(pixels).to(device))

    def pixels(self, source: Source) -> UInt8[np.ndarray, "channels height width"]:
        """Decode one picture and bring it to size, before it is scaled.

        Returns:
            Bytes of shape (channels, height, width), as training kept its own.

        Raises:
            DataError: it cannot be read.
        """
        source = Path(source) if isinstance(source, str) else source
        pixels = read_picture(source, self.reading)
        if pixels.shape[1:] == self.size:
            return pixels
        # the training pictures kept their own size, and this one has another
        return read_picture(source, self.reading.sized(*self.size))

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON, to be stored beside the weights."""
        return {
            "reading": self.reading.to_dict(),
            "size": list(self.size),
            "mean": list(self.scaling.mean),
            "deviation": list(self.scaling.deviation),
            "classes": list(self.classes),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Preparation":
        """Make the preparation again from what `to_dict` gave.

        Returns:
            An equal preparation.

        Raises:
            DataError: something is missing or has another form.
        """
        try:
            height, width = map(int, stored["size"])
            return cls(
                reading=Reading.from_dict(stored["reading"]),
                size=(height, width),
                scaling=Scaling(
                    tuple(map(float, stored["mean"])), tuple(map(float, stored["deviation"]))
                ),
                classes=tuple(map(str, stored["classes"])),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(
                account(
                    "cannot tell how pictures were prepared",
                    facts={"stored": sorted(stored), "wrong": repr(error)},
                    because="reading, size, mean, deviation and classes are all needed",
                    fix="the model file as convscope wrote it",
                )
            ) from error
