"""Pictures that are too many to be kept decoded: decoded again in every epoch, a few ahead.

The order of the batches, and every byte in them, are those of the pictures kept decoded. What is
in memory at a time is one batch here and one in each of the processes that decode.
"""

import json
import shutil
import subprocess
import time
import weakref
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convscope.errors import DataError, account
from convscope.pictures.building import lay_out
from convscope.pictures.decoding import UnreadableError, strict_pillow
from convscope.pictures.entries import let_go, passing
from convscope.pictures.reading import Reading
from convscope.pictures.serving import STAMPS, picture_again
from convscope.pictures.workers import processors, started, unheard, worker_died

Rows = int | slice | Sequence[int] | NDArray[np.int64]
SERVER = "convscope.pictures.serving"
_TIMED = 8
IDLE = 2
"""Groups of processes that are kept for the next epoch: of training, of validation."""


class Stream:
    """Decode pictures whenever they are wanted; indexed like the array that would hold them all.

    Args:
        names: the files, in order.
        stamps: size and time of each, int64 of shape (pictures, 2).
        reading: how they are read.
        shape: channels, height, width.
        looks: uint8 of shape (pictures, 16), the hash of each picture's pixels.
        sums: int64 of shape (pictures, 2, channels), of its pixels and of their squares.
    """

    def __init__(
        self,
        names: Sequence[str],
        stamps: NDArray[np.int64],
        reading: Reading,
        shape: tuple[int, int, int],
        looks: NDArray[np.uint8],
        sums: NDArray[np.int64],
    ) -> None:
        self.names = names
        self.stamps = stamps
        self.reading = reading
        self.shape = (len(names), *shape)
        self.looks = looks
        self.sums = sums
        self._idle: list[_Servers] = []

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, rows: Rows) -> NDArray[np.uint8]:
        """Decode some pictures here and now.

        Returns:
            One picture for a number, else an array of them.

        Raises:
            DataError: a file has changed or is gone.
        """
        chosen = np.arange(len(self))[rows]
        several = [int(row) for row in np.atleast_1d(chosen)]
        pictures = np.zeros((len(several), *self.shape[1:]), np.uint8)
        with strict_pillow():
            for place, row in enumerate(several):
                size, changed = self.stamps[row].tolist()
                try:
                    pictures[place] = picture_again(
                        self.names[row], self.reading, self.shape[1:], (size, changed)
                    )
                except UnreadableError as error:
                    raise DataError(self._changed(row, str(error))) from error
        return pictures if np.ndim(chosen) else pictures[0]

    def gathered(self, order: NDArray[np.int64], several: int) -> Generator[NDArray[np.uint8]]:
        """Give the pictures of an order in batches, decoded ahead by processes of their own.

        Args:
            order: indices of pictures.
            several: pictures a batch.

        Yields:
            Batches in this order; the last may be smaller.

        Raises:
            DataError: a file has changed or is gone, or a process died.
        """
        servers = self._idle.pop() if self._idle else _Servers(self)
        finished = False
        try:
            for batch, problem in servers.batches(order, several, self.shape[1:]):
                if problem is not None:
                    raise DataError(self._changed(*problem))
                yield batch
            finished = True
        finally:
            if finished and len(self._idle) < IDLE:
                self._idle.append(servers)
            else:  # somebody stopped in the middle: what is decoded ahead is of no use
                servers.stop()

    def seconds_each(self) -> float:
        """Measure what a picture takes where all processors decode.

        Returns:
            Seconds, from a few pictures decoded here.
        """
        rows = np.unique(np.linspace(0, len(self) - 1, _TIMED).astype(np.int64))
        self[rows[:1]]  # wakes the decoder
        start = time.perf_counter()
        self[rows]
        return (time.perf_counter() - start) / len(rows) / processors()

    def close(self) -> None:
        """End the processes that wait for the next epoch."""
        while self._idle:
            self._idle.pop().stop()

    def _changed(self, row: int, reason: str) -> str:
        return account(
            "a picture cannot be read any more",
            facts={"picture": self.names[row]},
            because=reason,
            fix="put it back and resume; pictures must stay as they are while they are used",
        )


class _Servers:
    """Processes that decode batches in turn, and their folder."""

    def __init__(self, stream: Stream) -> None:
        self.folder, handle = passing("streaming")
        self.processes: list[subprocess.Popen[bytes]] = []
        self.stop = weakref.finalize(self, _ended, self.folder, handle, self.processes)
        lay_out(self.folder, stream.names, stream.reading, stream.shape[1:])
        np.save(self.folder / STAMPS, stream.stamps)
        self._orders = 0
        with unheard():
            for number in range(processors()):
                self.processes.append(started(SERVER, self.folder, number, (), told=True))

    def batches(
        self, order: NDArray[np.int64], several: int, shape: tuple[int, ...]
    ) -> Iterator[tuple[NDArray[np.uint8], tuple[int, str] | None]]:
        self._orders += 1
        file = self.folder / f"order-{self._orders}.npy"
        np.save(file, order)
        for number, process in enumerate(self.processes):
            wish = json.dumps([file.name, several, number, len(self.processes)])
            with suppress(BrokenPipeError):  # it has died, as we shall see
                self._tell(process, wish)
        for batch, start in enumerate(range(0, len(order), several)):
            number = batch % len(self.processes)
            pixels = np.empty((min(several, len(order) - start), *shape), np.uint8)
            yield pixels, self._fill(number, pixels)
        file.unlink(missing_ok=True)

    @staticmethod
    def _tell(process: subprocess.Popen[bytes], wish: str) -> None:
        if process.stdin is not None:
            process.stdin.write(wish.encode() + b"\n")
            process.stdin.flush()

    def _fill(self, number: int, pixels: NDArray[np.uint8]) -> tuple[int, str] | None:
        process = self.processes[number]
        stream = process.stdout
        header = stream.readline() if stream is not None else b""
        space, filled = pixels.reshape(-1).data, 0
        while stream is not None and header and filled < len(space):
            read = stream.readinto(space[filled:])  # pyright: ignore[reportAttributeAccessIssue] - it is buffered
            if not read:
                break
            filled += read
        if not header or filled < len(space):
            raise DataError(worker_died(self.folder, number, process.wait()))
        told = json.loads(header)
        return (told["row"], told["reason"]) if told else None


def _ended(folder: Path, handle: int | None, processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        process.wait()
    let_go(handle)
    shutil.rmtree(folder, ignore_errors=True)
