"""Decode pictures once: afterwards they are one array on the disk, mapped into memory.

An entry is the folder `home()/cache/KEY`. The key stands for every file's path, size and time,
their order, and the way of reading; whatever of these changes, another entry is made. The key
does not see a file rewritten with its size and time kept.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from pathlib import Path

import numpy as np
import PIL
from numpy.typing import NDArray

from convscope.errors import DataError, account
from convscope.pictures.building import Progress, fill
from convscope.pictures.home import home
from convscope.pictures.reading import Reading
from convscope.pictures.worker import HASHES, PIXELS

VERSION = 1
"""Raise it when `decoding` reads any picture differently: old entries are then not used."""
INDEX = "index.json"
_STALE_SECONDS = 24 * 3600


@dataclass(frozen=True, eq=False, slots=True)
class Pixels:
    """Pictures as one array, in the order of their files.

    Args:
        array: uint8 of shape (pictures, channels, height, width), mapped read-only.
        hashes: uint8 of shape (pictures, 16), the hash of each file's bytes; zero without any.
        bad: index and reason of each picture that cannot be read; its pixels are zero.
        warm: whether the entry was there already.
        seconds: what finding or making it took.
    """

    array: NDArray[np.uint8]
    hashes: NDArray[np.uint8]
    bad: dict[int, str]
    warm: bool
    seconds: float


def cached_pixels(
    files: Sequence[Path | str], reading: Reading, *, progress: Progress | None = None
) -> Pixels:
    """Give the pixels of many pictures, decoded now by all processors or found decoded.

    Args:
        files: the pictures, in the order wanted.
        reading: size and channels; with no size, all pictures must be equally large.
        progress: told how many are done, of how many, while they are decoded.

    Returns:
        The pixels, with what could not be read.

    Raises:
        DataError: pictures of different sizes without a size asked for, not one readable, a
            decoding process killed, or a cache folder that cannot be written.

    Example:
        >>> cached_pixels([], Reading(28, 28, 1)).array.shape
        (0, 1, 28, 28)
    """
    start = time.perf_counter()
    names = _absolute([os.fspath(file) for file in files])
    key, size_bytes = _key(names, reading)
    entry = home() / "cache" / key
    found = _open(entry, len(names))
    warm = found is not None
    if found is None:
        try:
            found = _build(entry, names, reading, size_bytes, progress or _silent)
        except OSError as error:
            raise DataError(_cannot_write(entry, error)) from error
    array, hashes, bad = found
    return Pixels(array, hashes, bad, warm, time.perf_counter() - start)


_Entry = tuple[NDArray[np.uint8], NDArray[np.uint8], dict[int, str]]


def _absolute(names: list[str]) -> list[str]:
    if all(name.startswith("/") for name in names):
        return names
    return [os.path.abspath(name) for name in names]  # noqa: PTH100 - strings, by the thousand


def _key(names: list[str], reading: Reading) -> tuple[str, int]:
    digest = blake2b(digest_size=16)
    digest.update(json.dumps([VERSION, PIL.__version__, reading.to_dict()]).encode())
    digest.update("\0".join(names).encode(errors="surrogateescape"))
    facts = np.fromiter(chain.from_iterable(map(_size_and_time, names)), np.int64, 2 * len(names))
    digest.update(facts.tobytes())
    return digest.hexdigest(), int(facts[::2].sum())


def _size_and_time(name: str) -> tuple[int, int]:
    try:
        status = os.stat(name)  # noqa: PTH116 - a third of the cost of Path.stat
    except OSError:
        return 0, 0  # decoding says what is wrong with it
    return status.st_size, status.st_mtime_ns


def _open(entry: Path, count: int) -> _Entry | None:
    """Map a finished entry.

    Returns:
        None if there is none, or somebody damaged it.
    """
    try:
        index = json.loads((entry / INDEX).read_bytes())
        bad = {int(number): str(reason) for number, reason in index["bad"]}
        array = np.load(entry / PIXELS, mmap_mode="r")
        hashes = np.load(entry / HASHES)
    except (OSError, EOFError, ValueError, TypeError, KeyError):
        return None
    if not len(array) == len(hashes) == count:
        return None
    return array, hashes, bad


def _build(
    entry: Path, names: list[str], reading: Reading, size_bytes: int, progress: Progress
) -> _Entry:
    entry.parent.mkdir(parents=True, exist_ok=True)
    _sweep(entry.parent)
    draft = Path(tempfile.mkdtemp(prefix=".building-", dir=entry.parent))
    try:
        bad = fill(draft, names, reading, size_bytes, progress)
        (draft / INDEX).write_text(json.dumps({"version": VERSION, "bad": list(bad.items())}))
        for path in draft.iterdir():
            if path.name not in {PIXELS, HASHES, INDEX}:
                path.unlink()  # orders and logs of the workers
                continue
            with path.open("rb") as file:
                os.fsync(file.fileno())
        return _published(draft, entry, len(names))
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _published(draft: Path, entry: Path, count: int) -> _Entry:
    """Rename the finished draft, unless another process was quicker.

    Returns:
        The entry, open.

    Raises:
        FileNotFoundError: the entry vanished while it was opened.
    """
    with suppress(OSError):  # there is one already: another process's, or a damaged one
        draft.rename(entry)
    found = _open(entry, count)
    if found is None:
        shutil.rmtree(entry, ignore_errors=True)
        draft.rename(entry)
        found = _open(entry, count)
    if found is None:
        raise FileNotFoundError(2, "vanished while it was opened", str(entry))
    return found


def _sweep(folder: Path) -> None:
    """Remove what killed processes left half-built."""
    for draft in folder.glob(".building-*"):
        with suppress(OSError):
            if time.time() - draft.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(draft, ignore_errors=True)


def _cannot_write(entry: Path, error: OSError) -> str:
    return account(
        "cannot write the cache of decoded pictures",
        facts={"folder": entry.parent},
        because=error.strerror or str(error),
        fix="CONVSCOPE_HOME=/a/folder/with/room",
    )


def _silent(done: int, total: int) -> None:
    del done, total
