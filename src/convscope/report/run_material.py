"""What the page of a run is made of."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from convscope.runs import (
    Activations,
    AnatomyRecord,
    EpochRow,
    Manifest,
    PredictionTable,
    Steps,
)

Kernels = NDArray[np.float64]
"""(kernels, channels, height, width)."""
_KINDS = {"png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMaterial:
    """A run, read as far as it could be.

    Attributes:
        name: of the run.
        folder: it lies in.
        status: how it stands, as `RunFolder.status` says.
        about: what run.json holds.
        rows: an entry an epoch.
        steps: every step, where they were recorded.
        predictions: of the validation pictures, by the best weights.
        shown: files of shown.zip, by name.
        anatomy: the network taken apart.
        kernels: of the first convolution, with its name.
        seen: what was recorded inside.
        is_flattered: the best epoch was chosen on the only test set there is.
        gaps: why something could not be read, by the name of its file.
    """

    name: str
    folder: str
    status: str
    about: Manifest
    rows: Sequence[EpochRow] = ()
    steps: Steps | None = None
    predictions: PredictionTable | None = None
    shown: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    anatomy: AnatomyRecord | None = None
    kernels: tuple[str, Kernels] | None = None
    seen: Activations | None = None
    is_flattered: bool = False
    gaps: Mapping[str, str] = field(default_factory=dict[str, str])

    def sources(self) -> dict[int, str]:
        """Give the small pictures that were kept.

        Returns:
            Data URIs by row of the predictions.
        """
        found: dict[int, str] = {}
        for name, content in self.shown.items():
            path = PurePosixPath(name)
            if path.parent.name == "pictures" and path.stem.isdecimal():
                found[int(path.stem)] = data_uri(path.suffix[1:], content)
        return found


def data_uri(kind: str, content: bytes) -> str:
    """Write a file as an address that holds it.

    Args:
        kind: png or jpg.
        content: of the file.

    Returns:
        The address.

    Example:
        >>> data_uri("png", b"pixels")
        'data:image/png;base64,cGl4ZWxz'
    """
    return f"data:{_KINDS.get(kind, 'image/png')};base64,{b64encode(content).decode()}"
