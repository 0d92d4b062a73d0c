"""Fill the arrays of a cache entry, with every processor there is.

The workers are plain child processes, not `multiprocessing`: they must not import the user's
`__main__` again (a script without a guard, a notebook, `python -c`), and not load torch.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import numpy as np

from convscope.errors import DataError, account
from convscope.pictures.decoding import UnreadableError, decoded, file_bytes, strict_pillow
from convscope.pictures.reading import Reading
from convscope.pictures.worker import HASH_BYTES, HASHES, NAMES, ORDER, PIXELS, Report, decode_share

Progress = Callable[[int, int], None]
"""Told how many pictures are done, of how many."""

WORKER = "convscope.pictures.worker"
ALONE_FILES, ALONE_BYTES = 500, 8 * 2**20
"""Up to so much is decoded here: starting a worker takes 0.2 s."""


def fill(
    folder: Path, names: Sequence[str], reading: Reading, size_bytes: int, progress: Progress
) -> dict[int, str]:
    """Decode every picture into new arrays in `folder`.

    Args:
        folder: an empty folder.
        names: the files, in order.
        reading: size and channels; with no size, all must be as large as the first.
        size_bytes: of all files together.
        progress: told done and total.

    Returns:
        Index and reason of the pictures that cannot be read; their pixels are zero.

    Raises:
        DataError: sizes differ, no picture can be read, or a worker died.
        OSError: the folder cannot be written, or its disk is full.
    """
    first, shape = _first(names, reading)
    (folder / ORDER).write_text(json.dumps(reading.to_dict()))
    (folder / NAMES).write_bytes(b"\0".join(os.fsencode(name) for name in names))
    _reserve(folder / PIXELS, (len(names), *shape))
    _reserve(folder / HASHES, (len(names), HASH_BYTES))
    alone = len(names) <= ALONE_FILES and size_bytes <= ALONE_BYTES
    workers = 1 if alone else min(processors(), len(names))
    done, bad = 0, dict[int, str]()
    reports = decode_share(folder, 0, 1) if workers == 1 else _gathered(folder, workers)
    for report in reports:
        if report.odd is not None:
            raise DataError(_sizes_differ(names, report.odd, first, shape))
        done += report.done
        bad.update(report.bad)
        progress(done, len(names))
    return dict(sorted(bad.items()))


def processors() -> int:
    """Count the processors this process may use.

    Returns:
        At least 1.

    Example:
        >>> processors() >= 1
        True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _first(names: Sequence[str], reading: Reading) -> tuple[str, tuple[int, int, int]]:
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


def _sizes_differ(
    names: Sequence[str], odd: list[int], first: str, shape: tuple[int, int, int]
) -> str:
    index, height, width = odd
    return account(
        "the pictures are not all of one size",
        facts={
            "one": f"{first}: {shape[2]} x {shape[1]} px",
            "another": f"{names[index]}: {width} x {height} px",
        },
        because="no size was asked for, so every picture keeps its own",
        fix=f"a size to bring them all to, such as {min(*shape[1:], height, width)} px",
    )


def _reserve(path: Path, shape: tuple[int, ...]) -> None:
    """Make a uint8 array of zeros on the disk whose every byte is already there.

    Writing through a memory map into a file with holes kills the process when the disk is full.
    """
    array = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
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
    with _running(folder, workers) as processes:
        for number, process in enumerate(processes):
            Thread(target=_pass_on, args=(number, process, lines), daemon=True).start()
        at_work = workers
        while at_work:
            number, line = lines.get()
            if line is not None:
                yield Report.parsed(line)
            elif code := processes[number].wait():
                raise DataError(_worker_died(folder / f"worker-{number}.log", code))
            else:
                at_work -= 1


@contextmanager
def _running(folder: Path, workers: int) -> Generator[list[subprocess.Popen[bytes]]]:
    root = str(Path(__file__).parents[2])  # where `convscope` itself lies, however it was found
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"}
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for number in range(workers):
            with (folder / f"worker-{number}.log").open("wb") as log:
                # -P: a file of the user's called numpy.py must not be found first
                command = [sys.executable, "-P", "-m", WORKER]
                processes.append(
                    subprocess.Popen(
                        [*command, str(folder), str(number), str(workers)],
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE,
                        stderr=log,
                        env=environment,
                    )
                )
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


def _worker_died(log: Path, code: int) -> str:
    said = log.read_text(errors="replace").strip().splitlines()
    cause = (
        f"ended by signal {-code}, often for lack of memory" if code < 0 else f"exit code {code}"
    )
    return account(
        "a process that decodes pictures died",
        facts={"process": log.stem, "said": said[-1] if said else "nothing"},
        because=cause,
        fix="again; nothing half-done was kept",
    )
