"""Decode one share of a cache: the part of `building` that runs in processes of its own.

Run as `python -m convscope.pictures.worker FOLDER FIRST STEP`. It loads neither torch nor the
user's script, takes its orders from the files in FOLDER, writes straight into the arrays there,
and reports on standard output, one JSON object a line.
"""

import json
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convscope.pictures.decoding import UnreadableError, decoded, file_bytes, strict_pillow
from convscope.pictures.reading import Reading

ORDER, NAMES = "order.json", "names.bin"
PIXELS, HASHES, LOOKS, SUMS = "pixels.npy", "hashes.npy", "looks.npy", "sums.npy"
HASH_BYTES = 16
REPORT_SECONDS = 0.1


@dataclass(slots=True)
class Report:
    """What a worker did since its last report.

    `bad` holds index and reason of pictures that cannot be read; `odd` the index, height and
    width of one that is not as large as the first, which ends the work.
    """

    done: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    odd: list[int] | None = None

    @classmethod
    def parsed(cls, line: bytes) -> "Report":
        """Read a report as `main` writes it.

        Returns:
            The equal report.
        """
        facts = json.loads(line)
        return cls(facts["done"], [(index, why) for index, why in facts["bad"]], facts["odd"])


def content_hash(data: bytes) -> bytes:
    """Name the content of a file.

    Returns:
        16 bytes; equal exactly for equal content.

    Example:
        >>> len(content_hash(b"a picture"))
        16
    """
    return blake2b(data, digest_size=HASH_BYTES).digest()


def decode_share(folder: Path, first: int, step: int) -> Generator[Report]:
    """Decode the pictures first, first + step, ... of the order in `folder` into its arrays.

    Args:
        folder: holds the order, the names, and the arrays to fill: the pixels or, where they are
            not to be kept, the sums of every channel.
        first: index of the first picture.
        step: how many workers share the order.

    Yields:
        A report about every tenth of a second; the last is empty, or tells of an odd picture.
    """
    work = _Work.found(folder)
    indices = iter(range(first, len(work.names), step))
    while True:
        report = work.burst(indices)
        yield report
        if report.done == 0 or report.odd is not None:
            return


def orders_in(folder: Path) -> tuple[list[bytes], Reading, tuple[int, ...]]:
    """Read what is to be done.

    Returns:
        The names of all files, how to read them, and the shape of one.
    """
    names = (folder / NAMES).read_bytes()
    order = json.loads((folder / ORDER).read_bytes())
    reading = Reading.from_dict(order["reading"])
    return names.split(b"\0") if names else [], reading, tuple(order["shape"])


@dataclass(slots=True)
class _Work:
    names: list[bytes]
    reading: Reading
    shape: tuple[int, ...]
    hashes: NDArray[np.uint8]
    looks: NDArray[np.uint8]
    pixels: NDArray[np.uint8] | None
    sums: NDArray[np.int64] | None

    @classmethod
    def found(cls, folder: Path) -> "_Work":
        # the bare array behind the map: a `memmap` costs 2 us at every index
        arrays = (
            np.asarray(np.load(path, mmap_mode="r+")) if (path := folder / name).exists() else None
            for name in (HASHES, LOOKS, PIXELS, SUMS)
        )
        return cls(*orders_in(folder), *arrays)  # pyright: ignore[reportArgumentType] - two exist

    def burst(self, indices: Iterator[int]) -> Report:
        report, until = Report(), time.monotonic() + REPORT_SECONDS
        with strict_pillow():
            for index in indices:
                try:
                    data = file_bytes(self.names[index])
                    self.hashes[index] = np.frombuffer(content_hash(data), np.uint8)
                    picture = decoded(data, self.reading)
                except UnreadableError as reason:
                    report.bad.append((index, str(reason)))
                    picture = np.zeros(self.shape, np.uint8)
                if picture.shape != self.shape:
                    report.odd = [index, *picture.shape[1:]]
                    break
                self.keep(index, picture)
                report.done += 1
                if time.monotonic() > until:
                    break
        return report

    def keep(self, index: int, picture: NDArray[np.uint8]) -> None:
        self.looks[index] = np.frombuffer(content_hash(picture.tobytes()), np.uint8)
        if self.pixels is not None:
            self.pixels[index] = picture
        if self.sums is not None:
            flat = picture.reshape(len(picture), -1).astype(np.int64)
            self.sums[index] = flat.sum(axis=1), (flat * flat).sum(axis=1)


def main(folder: str, first: str, step: str) -> None:
    """Decode a share and report on standard output."""
    for report in decode_share(Path(folder), int(first), int(step)):
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
        sys.stdout.flush()  # if the parent is gone, this raises and ends us


if __name__ == "__main__":
    main(*sys.argv[1:])
