"""Decode one share of a cache: the part of `building` that runs in processes of its own.

Run as `python -m convscope.pictures.worker FOLDER FIRST STEP`. It loads neither torch nor the
user's script, takes its orders from the files in FOLDER, writes straight into the arrays there,
and reports on standard output, one JSON object a line.
"""

import json
import signal
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

ORDER, NAMES, PIXELS, HASHES = "order.json", "names.bin", "pixels.npy", "hashes.npy"
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
        folder: holds the order, the names, and the arrays to fill.
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


@dataclass(slots=True)
class _Work:
    names: list[bytes]
    reading: Reading
    pixels: NDArray[np.uint8]
    hashes: NDArray[np.uint8]

    @classmethod
    def found(cls, folder: Path) -> "_Work":
        names = (folder / NAMES).read_bytes()
        return cls(
            names.split(b"\0") if names else [],
            Reading.from_dict(json.loads((folder / ORDER).read_bytes())),
            # the bare array behind the map: a `memmap` costs 2 us at every index
            np.asarray(np.load(folder / PIXELS, mmap_mode="r+")),
            np.asarray(np.load(folder / HASHES, mmap_mode="r+")),
        )

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
                else:
                    if picture.shape != self.pixels.shape[1:]:
                        report.odd = [index, *picture.shape[1:]]
                        break
                    self.pixels[index] = picture
                report.done += 1
                if time.monotonic() > until:
                    break
        return report


def main(folder: str, first: str, step: str) -> None:
    """Decode a share and report on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent acts
    for report in decode_share(Path(folder), int(first), int(step)):
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
        sys.stdout.flush()  # if the parent is gone, this raises and ends us


if __name__ == "__main__":
    main(*sys.argv[1:])
