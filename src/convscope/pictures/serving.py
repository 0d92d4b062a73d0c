"""Decode batches for somebody who trains: the part of `streaming` in processes of its own.

Run as `python -m convscope.pictures.serving FOLDER`. Every line on standard input names an order of
pictures and which batches of it are wanted; each batch goes to standard output, a line of JSON and
then its bytes. Who does not read makes us wait: no more than one batch is ever decoded ahead.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convscope.pictures.decoding import UnreadableError, decoded, file_bytes, strict_pillow
from convscope.pictures.reading import Reading
from convscope.pictures.worker import orders_in

STAMPS = "stamps.npy"
"""Size and time of every file, as they were when it was looked at first."""


UNREADABLE = (-1, -1)
"""In their place for a file that could not be read then: its pixels are zero."""


def stamp(name: str | bytes) -> tuple[int, int]:
    """Give a file's size in bytes and its time in nanoseconds; zeros where there is none."""
    try:
        status = os.stat(name)  # noqa: PTH116 - a third of the cost of Path.stat
    except OSError:
        return 0, 0  # decoding says what is wrong with it
    return status.st_size, status.st_mtime_ns


def picture_again(
    name: str | bytes, reading: Reading, shape: tuple[int, ...], known: tuple[int, int]
) -> NDArray[np.uint8]:
    """Decode a picture that could be decoded before.

    Args:
        name: the file.
        reading: as before.
        shape: as before.
        known: its `stamp` as it was.

    Returns:
        The same pixels as before.

    Raises:
        UnreadableError: the file has changed since, or is gone.
    """
    if known == UNREADABLE:
        return np.zeros(shape, np.uint8)
    data = file_bytes(name)
    if stamp(name) != known:
        raise UnreadableError("it was changed while it was trained with")
    picture = decoded(data, reading)
    if picture.shape != shape:
        raise UnreadableError("it has another size than before")
    return picture


def batches(folder: Path, wishes: Iterator[bytes]) -> Iterator[tuple[bytes, memoryview]]:
    """Decode what is wished for.

    Args:
        folder: holds names, stamps and orders.
        wishes: lines of JSON: the order's file, pictures a batch, the first batch, the step.

    Yields:
        For each batch a header, which names a picture that cannot be read, and the pixels.
    """
    names, reading, shape = orders_in(folder)
    stamps = np.load(folder / STAMPS)
    for wish in wishes:
        file, several, first, step = json.loads(wish)
        order = np.load(folder / file)
        for start in range(first * several, len(order), step * several):
            rows = order[start : start + several].tolist()
            batch = np.zeros((len(rows), *shape), np.uint8)
            header: dict[str, object] = {}
            with strict_pillow():
                for place, row in enumerate(rows):
                    size, time = stamps[row].tolist()
                    try:
                        batch[place] = picture_again(names[row], reading, shape, (size, time))
                    except UnreadableError as reason:
                        header = {"row": row, "reason": str(reason)}
            yield json.dumps(header).encode() + b"\n", batch.reshape(-1).data


def main(folder: str) -> None:
    """Serve batches until nobody asks any more."""
    with suppress(BrokenPipeError):
        for header, pixels in batches(Path(folder), iter(sys.stdin.buffer.readline, b"")):
            sys.stdout.buffer.write(header)
            sys.stdout.buffer.write(pixels)
            sys.stdout.buffer.flush()
    with suppress(BrokenPipeError):
        sys.stdout.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
