"""How a picture becomes an array: the settings, without any decoding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from convscope.errors import ConfigError, account

GREY, COLOUR = 1, 3
RESIZES = {
    "crop": "scaled until the shorter side fits, and cropped at the centre",
    "squash": "scaled to fit, each side by its own factor",
    "pad": "scaled until the longer side fits, with white around",
}
"""What is done with a picture of another shape than wanted."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a picture is read: into how many pixels and channels.

    Args:
        height: pixels, at least 1; None keeps each picture's own size.
        width: pixels, at least 1; None exactly where height is None.
        channels: 1 (grey) or 3 (red, green, blue).
        resize: a key of `RESIZES`.

    Raises:
        ConfigError: a size below 1, only one of the sizes, another number of channels, or an
            unknown way to resize.

    Example:
        >>> Reading(28, 28, 1).to_dict()
        {'height': 28, 'width': 28, 'channels': 1, 'resize': 'crop'}
    """

    height: int | None
    width: int | None
    channels: int
    resize: str = "crop"

    def __post_init__(self) -> None:
        if self.channels not in {GREY, COLOUR}:
            _refuse(self, "pictures are read as grey (1) or as colour (3)", "channels=1 or 3")
        if (self.height is None) != (self.width is None):
            _refuse(self, "one size is set and the other is not", "both sizes, or neither")
        if min(self.height or 1, self.width or 1) < 1 or 0 in {self.height, self.width}:
            _refuse(self, "a picture has at least one pixel a side", "sizes of 1 px or more")
        if self.resize not in RESIZES:
            ways = " or ".join(map(repr, RESIZES))
            _refuse(self, "there is no such way to resize", f"resize={ways}")

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels as Pillow has them, or None for the picture's own."""
        if self.height is None or self.width is None:
            return None
        return self.width, self.height

    def sized(self, height: int, width: int) -> "Reading":
        """Read in the same way into another size.

        Returns:
            A new reading.
        """
        return Reading(height, width, self.channels, self.resize)

    def to_dict(self) -> dict[str, Any]:
        """Give the settings as plain values for JSON."""
        return {
            "height": self.height,
            "width": self.width,
            "channels": self.channels,
            "resize": self.resize,
        }

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> "Reading":
        """Make a reading from what `to_dict` gave, also before there were ways to resize.

        Returns:
            The equal reading.

        Example:
            >>> Reading.from_dict({"height": None, "width": None, "channels": 3})
            Reading(height=None, width=None, channels=3, resize='crop')
        """
        size = settings["height"], settings["width"]
        return cls(*size, settings["channels"] or 0, settings.get("resize", "crop"))


def _refuse(reading: Reading, because: str, fix: str) -> None:
    message = account(
        "no picture can be read so", facts={"asked": reading}, because=because, fix=fix
    )
    raise ConfigError(message)
