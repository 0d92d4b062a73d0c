"""Fill the arrays of a cache entry, with every processor there is."""

import json
import os
import subprocess
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import numpy as np

from convscope.errors import DataError, account
from convscope.pictures.decoding import UnreadableError, decoded, file_bytes, strict_pillow
from convscope.pictures.reading import Reading
from convscope.pictures.worker import (
    HASH_BYTES,
    HASHES,
    LOOKS,
    NAMES,
    ORDER,
    PIXELS,
    SUMS,
    Report,
    decode_share,
)
from convscope.pictures.workers import processors, started, unheard, worker_died

Shape = tuple[int, int, int]
"""Channels, height, width."""
Progress = Callable[[int, int], None]
"""Told how many pictures are done, of how many."""

WORKER = "convscope.pictures.worker"
ALONE_FILES, ALONE_BYTES = 500, 8 * 2**20
"""Up to so much is decoded here: starting a worker takes 0.2 s."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be decoded.

    Args:
        names: the files, in order.
        reading: size and channels.
        shape: what all must have.
        first: the file that set the shape; empty where `reading` does.
        size_bytes: of all files together.
        strict: stop at the first that cannot be read.
    """

    names: Sequence[str]
    reading: Reading
    shape: Shape
    first: str
    size_bytes: int
    strict: bool = False

    @property
    def pixel_bytes(self) -> int:
        """What all pixels take."""
        return len(self.names) * int(np.prod(self.shape))


def fill(folder: Path, job: Job, progress: Progress, *, pixels_kept: bool) -> dict[int, str]:
    """Decode every picture into new arrays in `folder`.

    Args:
        folder: an empty folder.
        job: what to decode.
        progress: told done and total.
        pixels_kept: keep the pixels, else only what is known of them: hashes and sums.

    Returns:
        Index and reason of the pictures that cannot be read; their pixels are zero.

    Raises:
        DataError: sizes differ, a worker died, or (strictly) a picture cannot be read.
        OSError: the folder cannot be written, or its disk is full.
    """
    lay_out(folder, job.names, job.reading, job.shape)
    count = len(job.names)
    _reserve(folder / HASHES, (count, HASH_BYTES))
    _reserve(folder / LOOKS, (count, HASH_BYTES))
    if pixels_kept:
        _reserve(folder / PIXELS, (count, *job.shape))
    else:
        _reserve(folder / SUMS, (count, 2, job.shape[0]), np.int64)
    alone = count <= ALONE_FILES and job.size_bytes <= ALONE_BYTES
    workers = 1 if alone else min(processors(), count)
    done, bad = 0, dict[int, str]()
    reports = decode_share(folder, 0, 1) if workers == 1 else _gathered(folder, workers)
    for report in reports:
        if report.odd is not None:
            raise DataError(_sizes_differ(job, report.odd))
        if report.bad and job.strict:
            raise DataError(unreadable(job.names, dict(report.bad)))
        done += report.done
        bad.update(report.bad)
        progress(done, count)
    return dict(sorted(bad.items()))


def lay_out(folder: Path, names: Sequence[str], reading: Reading, shape: Shape) -> None:
    """Write down for the workers what is to be decoded."""
    (folder / ORDER).write_text(json.dumps({"reading": reading.to_dict(), "shape": shape}))
    (folder / NAMES).write_bytes(b"\0".join(os.fsencode(name) for name in names))


def unreadable(names: Sequence[str], bad: dict[int, str]) -> str:
    """Say which picture stops a strict run."""
    index = min(bad)
    return account(
        "a picture cannot be read",
        facts={"picture": names[index]},
        because=bad[index],
        fix="a whole file in its place, or without strictness: then it is left out and listed",
    )


def first_shape(names: Sequence[str], reading: Reading) -> tuple[str, Shape]:
    """Find out how large all must be.

    Returns:
        The picture that decides, and its shape (channels, height, width).

    Raises:
        DataError: there is no size in `reading`, and no picture to take it from.
    """
    if reading.height is not None and reading.width is not None:
        return "", (reading.channels, reading.height, reading.width)
    reason = "there are no files"
    for name in names:
        try:
            with strict_pillow():
                channels, height, width = decoded(file_bytes(name), reading).shape
        except UnreadableError as error:
            reason = str(error)
        else:
            return name, (channels, height, width)
    raise DataError(
        account(
            "not one picture can be read",
            facts={"files": len(names), "last": names[-1] if names else "none"},
            because=reason,
            fix="a folder of whole pictures",
        )
    )


def _sizes_differ(job: Job, odd: list[int]) -> str:
    index, height, width = odd
    shape = job.shape
    return account(
        "the pictures are not all of one size",
        facts={
            "one": f"{job.first}: {shape[2]} x {shape[1]} px",
            "another": f"{job.names[index]}: {width} x {height} px",
        },
        because="no size was asked for, so every picture keeps its own",
        fix=f"a size to bring them all to, such as {min(*shape[1:], height, width)} px",
    )


def _reserve(path: Path, shape: tuple[int, ...], kind: Any = np.uint8) -> None:  # noqa: ANN401 - as numpy
    """Make an array of zeros on the disk whose every byte is already there.

    Writing through a memory map into a file with holes kills the process when the disk is full.
    """
    array = np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=shape)
    size_bytes = path.stat().st_size
    del array
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, size_bytes)


def _gathered(folder: Path, workers: int) -> Generator[Report]:
    """Run the workers and pass on their reports as they come.

    Yields:
        The reports of all, mixed.

    Raises:
        DataError: a worker ended before its work did.
    """
    lines: SimpleQueue[tuple[int, bytes | None]] = SimpleQueue()
    with _running(folder, workers, lines) as processes:
        at_work = workers
        while at_work:
            number, line = lines.get()
            if line is not None:
                yield Report.parsed(line)
            elif code := processes[number].wait():
                raise DataError(worker_died(folder, number, code))
            else:
                at_work -= 1


@contextmanager
def _running(
    folder: Path, workers: int, lines: SimpleQueue[tuple[int, bytes | None]]
) -> Generator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    try:
        with unheard():
            for number in range(workers):  # one by one: if a start fails, the others must end
                process = started(WORKER, folder, number, (number, workers))
                processes.append(process)
                Thread(target=_pass_on, args=(number, process, lines), daemon=True).start()
        yield processes
    finally:  # done, a worker died, Ctrl-C: no process stays
        for process in processes:
            process.kill()
            process.wait()


def _pass_on(
    number: int,
    process: subprocess.Popen[bytes],
    lines: SimpleQueue[tuple[int, bytes | None]],
) -> None:
    if process.stdout is not None:
        with process.stdout as stream:
            for line in stream:
                lines.put((number, line))
    lines.put((number, None))
