"""What a network did with one picture, small enough to be kept with its run."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from convscope.runs.plain import as_json

Levels = NDArray[np.uint8]
MIDDLE = 128  # level of 0 where values have a sign


@dataclass(frozen=True, slots=True, eq=False)
class KeptMaps:
    """Some maps of a convolution.

    Attributes:
        layer: path of the convolution.
        channels: how many maps it has.
        shown: numbers of those that were kept, the most varied first.
        levels: (shown, rows, columns), 0..255, from `low` to `high`.
        low: least value of all maps of the layer.
        high: largest.
    """

    layer: str
    channels: int
    shown: tuple[int, ...]
    levels: Levels
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Insight:
    """What a network did with one picture.

    Attributes:
        row: of the predictions.
        picture: (channels, height, width), 0..255, as the network got it, but for its size.
        cam: (height, width), Grad-CAM of the class that was predicted, 255 is its largest; None
            where no map could be asked.
        cam_of_truth: the same of the class that it is of, where that is another.
        cam_layer: path and kind of the layer that was asked, "" for none.
        cam_cells: rows and columns of its map.
        fall: (height, width), by how much the probability of the predicted class falls where a
            square over the pixel is covered: 128 is not at all, 255 is `largest_fall`; None where
            that was too much work.
        largest_fall: 0..1.
        window: side of the covered square, in pixels of what the network gets.
        maps: of convolutions, in the order of execution.
    """

    row: int
    picture: Levels
    cam: Levels | None
    cam_of_truth: Levels | None
    cam_layer: str
    cam_cells: tuple[int, int]
    fall: Levels | None
    largest_fall: float
    window: int
    maps: tuple[KeptMaps, ...]


_ARRAYS = ("picture", "cam", "cam_of_truth", "fall")
_FACTS = ("row", "cam_layer", "cam_cells", "largest_fall", "window")
_OF_MAPS = ("layer", "channels", "shown", "low", "high")


def insight_files(number: int, one: Insight) -> dict[str, bytes]:
    """Write an insight as files of shown.zip.

    Returns:
        Contents by name: arrays, and the rest as JSON.
    """
    arrays = {name: getattr(one, name) for name in _ARRAYS if getattr(one, name) is not None}
    arrays |= {f"maps_{place}": maps.levels for place, maps in enumerate(one.maps)}
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    facts: dict[str, Any] = {name: getattr(one, name) for name in _FACTS}
    facts["maps"] = [{name: getattr(maps, name) for name in _OF_MAPS} for maps in one.maps]
    stem = f"insights/{number}"
    return {f"{stem}.npz": file.getvalue(), f"{stem}.json": as_json(facts).encode()}


def read_insights(files: Mapping[str, bytes]) -> list[Insight]:
    """Read the insights of a shown.zip; those that are damaged are left out.

    Args:
        files: contents by name.

    Returns:
        They, in the order in which they were kept.
    """
    found: list[tuple[str, Insight]] = []
    for name in files:
        if name.startswith("insights/") and name.endswith(".json"):
            try:
                found.append((name, _insight(files, name)))
            except (KeyError, ValueError, TypeError, BadZipFile, OSError):
                continue
    return [one for _, one in sorted(found, key=lambda pair: (len(pair[0]), pair[0]))]


def _insight(files: Mapping[str, bytes], name: str) -> Insight:
    facts = json.loads(files[name])
    with np.load(io.BytesIO(files[name.removesuffix("json") + "npz"]), allow_pickle=False) as npz:
        arrays = {key: npz[key] for key in npz.files}
    maps = [
        KeptMaps(
            layer=str(one["layer"]),
            channels=int(one["channels"]),
            shown=tuple(map(int, one["shown"])),
            levels=arrays[f"maps_{place}"],
            low=float(one["low"]),
            high=float(one["high"]),
        )
        for place, one in enumerate(facts.pop("maps"))
    ]
    facts["cam_cells"] = tuple(facts["cam_cells"])
    kept: dict[str, Any] = {**facts, **{key: arrays.get(key) for key in _ARRAYS}}
    return Insight(**kept, maps=tuple(maps))
