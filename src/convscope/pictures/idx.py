"""IDX files, the format in which MNIST and Fashion-MNIST are published: written out as pictures."""

import gzip
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedIOBase
from math import prod
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convscope.errors import DataError, LayoutError, account
from convscope.pictures.optional import byte_bars

_NAME = re.compile(
    r"(?P<set>.*?)(?P<side>train|t10k|test)-images[.-]idx3-ubyte(?P<packed>\.gz)?", re.IGNORECASE
)
_UNSIGNED_BYTE = 8
_CHUNK = 1000  # pictures read at a time
_LARGEST_SIDE = 10_000


@dataclass(frozen=True, slots=True)
class Pair:
    """The pictures of one side, and their labels."""

    images: Path
    labels: Path


def is_idx(name: str) -> bool:
    """Tell whether a file is named as IDX files of pictures and of labels are."""
    return _NAME.fullmatch(_images_of(name)) is not None


def idx_pairs(top: Path) -> dict[str, Pair]:
    """Find IDX files.

    Args:
        top: a folder with the files of a data set, or one file, images or labels, which is taken
            with its sibling.

    Returns:
        The files of "train" and of "test", as far as they are there; empty where `top` is
        something else.

    Raises:
        LayoutError: labels or images are missing, or the folder holds several data sets.
    """
    if top.is_file():
        images = top.with_name(_images_of(top.name))
        named = _NAME.fullmatch(images.name)
        return {_side(named): _pair(images)} if named else {}
    found: dict[str, Path] = {}
    names = list[Path]()
    with suppress(OSError):  # no folder, or one that may not be read: who lists it tells
        names = sorted(path for path in top.iterdir() if "-images" in path.name)
    for path in names:  # the unpacked one comes first
        if (named := _NAME.fullmatch(path.name)) and path.is_file():
            twin = found.setdefault(_side(named), path)
            if f"{twin.name}.gz" != path.name and twin != path:
                _refuse(
                    f"several data sets lie in {top}",
                    f"{twin.name} and {path.name}",
                    "one of the files",
                )
    return {side: _pair(found[side]) for side in ("train", "test") if side in found}


def write_pictures(pairs: dict[str, Pair], target: Path, most_bytes: int) -> None:
    """Write the pictures as PNG files in a folder for each side and class.

    Args:
        pairs: as `idx_pairs` found them.
        target: the folder to make.
        most_bytes: what the pixels may take.

    Raises:
        DataError: a file is no IDX file, cut off, too large, or labels and images are not equally
            many.
    """
    with byte_bars() as told:
        for side, pair in pairs.items():
            labels = _labels(pair.labels)
            with _opened(pair.images) as file:
                count, *shape = _dimensions(pair.images, file, 3)
                if count != len(labels):
                    _broken(pair.images, f"{count:,} pictures, but {len(labels):,} labels")
                if prod(shape) * count > most_bytes or max(shape) > _LARGEST_SIDE:
                    _broken(pair.images, f"{count:,} pictures of {shape} px are too many")
                for label in np.unique(labels):
                    (target / side / str(label)).mkdir(parents=True)
                for first in range(0, count, _CHUNK):
                    several = min(_CHUNK, count - first)
                    chunk = _read(pair.images, file, (several, *shape))
                    for index, pixels in enumerate(chunk, first):
                        place = target / side / str(labels[index]) / f"{index:05}.png"
                        Image.fromarray(pixels).save(place, compress_level=1)
                    told(f"unpacking {side}", (first + several) * prod(shape), count * prod(shape))


def _images_of(name: str) -> str:
    return re.sub("labels([.-])idx1", r"images\1idx3", name)


def _side(named: re.Match[str]) -> str:
    return "train" if named["side"].lower() == "train" else "test"


def _pair(images: Path) -> Pair:
    labels = images.with_name(re.sub(r"images([.-])idx3", r"labels\1idx1", images.name))
    for path in (images, labels):
        if not path.is_file():
            _refuse(f"{path.name} is missing", f"it belongs to {images.parent}", "both files")
    return Pair(images, labels)


def _labels(path: Path) -> NDArray[np.uint8]:
    with _opened(path) as file:
        (count,) = _dimensions(path, file, 1)
        return _read(path, file, (count,))


def _opened(path: Path) -> BufferedIOBase:
    if path.suffix.lower() == ".gz":
        return gzip.GzipFile(path)
    return path.open("rb")


def _dimensions(path: Path, file: BufferedIOBase, wanted: int) -> list[int]:
    magic = _bytes(path, file, 4)
    if magic != bytes([0, 0, _UNSIGNED_BYTE, wanted]):
        _broken(path, f"it does not begin as an IDX file of bytes with {wanted} dimensions does")
    return [int.from_bytes(_bytes(path, file, 4)) for _ in range(wanted)]


def _read(path: Path, file: BufferedIOBase, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.frombuffer(_bytes(path, file, prod(shape)), np.uint8).reshape(shape)


def _bytes(path: Path, file: BufferedIOBase, count: int) -> bytes:
    """Read exactly so many bytes, whose number nobody vouches for.

    Returns:
        They.

    Raises:
        DataError: there are not so many.
    """
    parts: list[bytes] = []
    left = count
    try:
        while left and (part := file.read(min(left, 2**20))):
            parts.append(part)
            left -= len(part)
    except (EOFError, OSError, zlib.error) as error:
        _broken(path, f"it is damaged or cut off: {error}")
    if left:
        _broken(path, f"it is cut off: {left:,} bytes are missing")
    return b"".join(parts)


def _broken(path: Path, because: str) -> NoReturn:
    raise DataError(
        account(
            "cannot read this IDX file",
            facts={"file": path},
            because=because,
            fix="the whole file, as it was published",
        )
    )


def _refuse(headline: str, because: str, fix: str) -> NoReturn:
    raise LayoutError(account(headline, facts={}, because=because, fix=fix))
