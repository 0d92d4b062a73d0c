"""Decode pictures once: afterwards they are one array on the disk, mapped into memory.

An entry is the folder `home()/cache/KEY`. The key stands for every file's path, size and time,
their order, and the way of reading; whatever of these changes, another entry is made. The key
does not see a file rewritten with its size and time kept.

Where the pixels would take more than the cache may, the entry holds only what is known of each
picture, and the pixels are a `Stream`.
"""

import json
import os
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from pathlib import Path

import numpy as np
import PIL
from numpy.typing import NDArray

from convscope.errors import DataError, account
from convscope.pictures.building import Job, Progress, fill, first_shape, unreadable
from convscope.pictures.entries import (
    cache_folder,
    cache_limit,
    drafted,
    hold,
    make_room,
    published,
    read_index,
)
from convscope.pictures.reading import Reading
from convscope.pictures.serving import UNREADABLE, stamp
from convscope.pictures.streaming import Stream
from convscope.pictures.worker import HASHES, LOOKS, PIXELS, SUMS

VERSION = 2
"""Raise it when `decoding` reads any picture differently: old entries are then not used."""


@dataclass(frozen=True, eq=False, slots=True)
class Pixels:
    """Pictures as one array, in the order of their files.

    Args:
        array: uint8 of shape (pictures, channels, height, width), mapped read-only; or a `Stream`
            of that shape where they would take more than the cache may.
        hashes: uint8 of shape (pictures, 16), the hash of each file's bytes; zero without any.
        looks: uint8 of shape (pictures, 16), the hash of each picture's pixels.
        bad: index and reason of each picture that cannot be read; its pixels are zero.
        warm: whether the entry was there already.
        seconds: what finding or making it took.
        limit_bytes: what the cache may take.
    """

    array: NDArray[np.uint8] | Stream
    hashes: NDArray[np.uint8]
    looks: NDArray[np.uint8]
    bad: dict[int, str]
    warm: bool
    seconds: float
    limit_bytes: int

    @property
    def size_bytes(self) -> int:
        """What all of them take decoded."""
        return int(np.prod(self.array.shape))

    @property
    def streamed(self) -> bool:
        """Whether they are decoded again whenever they are wanted."""
        return isinstance(self.array, Stream)


def cached_pixels(
    files: Sequence[Path | str],
    reading: Reading,
    *,
    progress: Progress | None = None,
    limit_bytes: int | None = None,
    strict: bool = False,
) -> Pixels:
    """Give the pixels of many pictures, decoded now by all processors or found decoded.

    Args:
        files: the pictures, in the order wanted.
        reading: size and channels; with no size, all pictures must be equally large.
        progress: told how many are done, of how many, while they are decoded.
        limit_bytes: what the cache may take; None for `cache_limit()`.
        strict: stop at the first picture that cannot be read.

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
    stamps = np.fromiter(chain.from_iterable(map(stamp, names)), np.int64, 2 * len(names))
    order = _Order(names, stamps.reshape(-1, 2), reading, progress or _silent, strict)
    limit = cache_limit() if limit_bytes is None else limit_bytes
    try:
        found, warm = order.pixels(limit)
    except OSError as error:
        raise DataError(_cannot_write(error)) from error
    array, hashes, looks, bad = found
    if strict and bad:
        raise DataError(unreadable(names, bad))
    return Pixels(array, hashes, looks, bad, warm, time.perf_counter() - start, limit)


_Found = tuple[NDArray[np.uint8] | Stream, NDArray[np.uint8], NDArray[np.uint8], dict[int, str]]


@dataclass(frozen=True, slots=True)
class _Order:
    names: list[str]
    stamps: NDArray[np.int64]
    reading: Reading
    progress: Progress
    strict: bool

    def pixels(self, limit_bytes: int) -> tuple[_Found, bool]:
        """Find the entry or make it.

        Returns:
            What it holds, and whether it was there.
        """
        key = self.key()
        kept, seen = cache_folder() / key, cache_folder() / f"{key}-seen"
        found = self.opened(kept)
        if found is not None and int(np.prod(found[0].shape)) <= limit_bytes:
            return found, True
        first, shape = first_shape(self.names, self.reading)
        job = Job(self.names, self.reading, shape, first, int(self.stamps[:, 0].sum()), self.strict)
        streamed = job.pixel_bytes > limit_bytes
        if streamed and (found := self.opened(seen, shape)) is not None:
            return found, True
        make_room(0 if streamed else job.pixel_bytes, limit_bytes)
        return self.built(seen if streamed else kept, job, streamed=streamed), False

    def key(self) -> str:
        digest = blake2b(digest_size=16)
        digest.update(json.dumps([VERSION, PIL.__version__, self.reading.to_dict()]).encode())
        digest.update("\0".join(self.names).encode(errors="surrogateescape"))
        digest.update(self.stamps.tobytes())
        return digest.hexdigest()

    def opened(self, entry: Path, shape: tuple[int, int, int] | None = None) -> _Found | None:
        """Map a finished entry, or (with a shape) stream by it.

        Returns:
            None if there is none, or somebody damaged it.
        """
        handle = hold(entry)
        if handle is None:
            return None
        owner: object = None
        try:
            bad = {int(number): str(reason) for number, reason in read_index(entry)["bad"]}
            hashes, looks = np.load(entry / HASHES), np.load(entry / LOOKS)
            if shape is None:
                array = np.load(entry / PIXELS, mmap_mode="r")
            else:
                sums = np.load(entry / SUMS)
                stamps = self.stamps.copy()
                stamps[list(bad)] = UNREADABLE
                array = Stream(self.names, stamps, self.reading, shape, looks, sums)
            if len(array) == len(hashes) == len(looks) == len(self.names):
                owner = array
                return array, hashes, looks, bad
        except (OSError, EOFError, ValueError, TypeError, KeyError):
            return None
        finally:
            if owner is None:
                os.close(handle)
            else:
                weakref.finalize(owner, os.close, handle)
        return None

    def built(self, entry: Path, job: Job, *, streamed: bool) -> _Found:
        with drafted() as draft:
            bad = fill(draft, job, self.progress, pixels_kept=not streamed)
            wanted = {SUMS if streamed else PIXELS, HASHES, LOOKS}
            for path in draft.iterdir():
                if path.name not in wanted:
                    path.unlink()  # orders and logs of the workers
            what = self.described(job) + (", decoded anew in every epoch" if streamed else "")
            index = {"version": VERSION, "what": what, "bad": list(bad.items())}
            for anew in (False, True):
                published(draft, entry, index, anew=anew)
                found = self.opened(entry, job.shape if streamed else None)
                if found is not None:
                    return found
        raise FileNotFoundError(2, "vanished while it was opened", str(entry))

    def described(self, job: Job) -> str:
        names = self.names
        place = os.path.commonpath([min(names), max(names)]) if names else "nowhere"
        size = f"{job.shape[2]} x {job.shape[1]} px, {'colour' if job.shape[0] == 3 else 'grey'}"
        return f"{len(names):,} pictures of {place}, {size}"


def _absolute(names: list[str]) -> list[str]:
    if all(name.startswith("/") for name in names):
        return names
    return [os.path.abspath(name) for name in names]  # noqa: PTH100 - strings, by the thousand


def _cannot_write(error: OSError) -> str:
    return account(
        "cannot write the cache of decoded pictures",
        facts={"folder": cache_folder()},
        because=error.strerror or str(error),
        fix="CONVSCOPE_HOME=/a/folder/with/room",
    )


def _silent(done: int, total: int) -> None:
    del done, total
