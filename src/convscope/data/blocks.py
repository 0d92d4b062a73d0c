"""What an item is made of: a picture and a class, in the chapter's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from PIL import Image

from convscope.pictures import Reading, read_picture


class PILImage:
    """A colour picture."""

    channels: ClassVar[int] = 3

    @classmethod
    def create(cls, source: Path | str | bytes | Image.Image) -> Image.Image:
        """Open a picture as training would: upright, on white, in this class's channels.

        Args:
            source: a file, its bytes or a Pillow image.

        Returns:
            A Pillow image in mode RGB (`PILImage`) or L (`PILImageBW`), in its own size.

        Raises:
            DataError: it is not a whole and sound picture.

        Example:
            >>> PILImageBW.create(Image.new("RGB", (4, 2), "white")).getextrema()
            (255, 255)
        """
        source = Path(source) if isinstance(source, str) else source
        pixels = read_picture(source, Reading(None, None, cls.channels))
        return Image.fromarray(pixels.transpose(1, 2, 0).squeeze(2 if cls.channels == 1 else ()))


class PILImageBW(PILImage):
    """A grey picture."""

    channels: ClassVar[int] = 1


@dataclass(frozen=True)
class ImageBlock:
    """The picture of an item.

    Args:
        cls: `PILImage` for colour, `PILImageBW` for grey.
    """

    cls: type[PILImage] = PILImage


@dataclass(frozen=True)
class CategoryBlock:
    """The class of an item.

    Args:
        vocab: the classes in the order of their numbers; None takes the sorted labels of the
            training pictures.
    """

    vocab: Sequence[str] | None = None


@dataclass(frozen=True)
class Resize:
    """Bring every picture to one size.

    Args:
        size: pixels of a square, or (height, width).
        method: "crop" (scaled to cover it, and cropped at the centre), "squash" (each side scaled
            by its own factor) or "pad" (scaled to lie within it, with white around).

    Example:
        >>> Resize((20, 30), "pad").reading(1)
        Reading(height=20, width=30, channels=1, resize='pad')
    """

    size: int | tuple[int, int]
    method: str = "crop"

    def reading(self, channels: int) -> Reading:
        """Say how pictures are read.

        Returns:
            This size with `channels`, 1 or 3.

        Raises:
            ConfigError: a size below one pixel, or an unknown method.
        """
        height, width = (self.size, self.size) if isinstance(self.size, int) else self.size
        return Reading(height, width, channels, self.method)
