"""The digits that come with the package, unpacked as anybody's folder of pictures."""

import lzma
import os
import shutil
import tempfile
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convscope.errors import DataError, account
from convscope.pictures.home import home

SIDE = 28
EACH, TRAIN_EACH = 500, 400
"""Digits of each class, and how many of them are for training; the rest validate."""


def digits_folder() -> Path:
    """Unpack the 5,000 embedded MNIST digits, unless they are there.

    Returns:
        `home()/digits`, with 4,000 files `train/0..9/*.png` and 1,000 files `valid/0..9/*.png`,
        28 x 28 px, grey.

    Raises:
        DataError: the folder cannot be written.

    Source:
        MNIST by LeCun, Cortes and Burges (CC BY-SA 3.0), see DIGITS.md.
    """
    target = home() / "digits"
    if _complete(target):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".digits-", dir=target.parent))
        try:
            _write(draft / "digits")
            _publish(draft, target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise DataError(
            account(
                "cannot unpack the digits that come with convscope",
                facts={"folder": target},
                because=error.strerror or str(error),
                fix="CONVSCOPE_HOME=/a/folder/with/room",
            )
        ) from error
    return target


def embedded_digits() -> NDArray[np.uint8]:
    """Decompress the digits.

    Returns:
        uint8 of shape (10, 500, 28, 28): digit, example, row, column; 0 paper to 255 ink.

    Example:
        >>> int(embedded_digits()[3, 12].sum())  # the digit of the book's chapter
        35761
    """
    packed = files("convscope.pictures").joinpath("digits.xz").read_bytes()
    return np.frombuffer(lzma.decompress(packed), np.uint8).reshape(10, EACH, SIDE, SIDE)


def _publish(draft: Path, target: Path) -> None:
    """Put the digits in their place; another process may do the same at the same time."""
    if not _complete(target):
        with suppress(FileNotFoundError):
            target.rename(draft / "incomplete")
    try:
        (draft / "digits").rename(target)
    except OSError:
        if not _complete(target):  # nobody else was quicker: it cannot be done
            raise


def _place(digit: int, number: int) -> str:
    return f"{'train' if number < TRAIN_EACH else 'valid'}/{digit}/{number}.png"


def _complete(target: Path) -> bool:
    found: set[str] = set()
    for split in ("train", "valid"):
        for digit in range(10):
            with suppress(OSError), os.scandir(target / split / str(digit)) as entries:
                found |= {f"{split}/{digit}/{e.name}" for e in entries if e.stat().st_size > 0}
    return found == {_place(digit, number) for digit in range(10) for number in range(EACH)}


def _write(target: Path) -> None:
    for digit, examples in enumerate(embedded_digits()):
        (target / "train" / str(digit)).mkdir(parents=True)
        (target / "valid" / str(digit)).mkdir(parents=True)
        for number, pixels in enumerate(examples):
            Image.fromarray(pixels).save(target / _place(digit, number))
