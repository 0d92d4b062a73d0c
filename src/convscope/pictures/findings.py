"""What a look at a folder found: the facts, and what was made of them, as plain values."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from convscope.pictures.alike import Alike
from convscope.pictures.headers import Headers
from convscope.pictures.streaming import Stream

Severity = Literal["serious", "look", "fine"]


@dataclass(frozen=True, eq=False, slots=True)
class Inspected:
    """Everything that is judged, a value a picture in the order of `files`.

    Args:
        root: the folder.
        files: paths.
        labels: name of each picture's class.
        sides: "train", "valid", "test", or "" where the pictures are still to be divided.
        ignored: what lies in the folder and is no picture: path from the root, and why.
        headers: sizes and kinds of the files.
        bad: index and reason of each that cannot be read.
        array: uint8 of shape (pictures, channels, height, width), as decoded for the training.
        alike: which are the same.
        refusal: why nothing can be trained; "" where it can.
    """

    root: str
    files: list[str]
    labels: list[str]
    sides: list[str]
    ignored: tuple[tuple[str, str], ...]
    headers: Headers
    bad: dict[int, str]
    array: NDArray[np.uint8] | Stream
    alike: Alike
    refusal: str

    def sound(self, side: str | None = None) -> list[int]:
        """List the pictures that can be read, of one side or all."""
        return [
            index
            for index, its_side in enumerate(self.sides)
            if index not in self.bad and side in {None, its_side}
        ]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for.

    Args:
        key: its name, short and always the same.
        severity: "serious", "look" (worth one), or "fine" where nothing was found.
        headline: what was found, with its count.
        advice: why it matters and what to do; "" where it is fine.
        groups: indices of the pictures it is about; a group belongs together.
        notes: further lines, such as a file and its reason.
    """

    key: str
    severity: Severity
    headline: str
    advice: str = ""
    groups: tuple[tuple[int, ...], ...] = ()
    notes: list[str] = field(default_factory=list[str])
