"""What is measured with: the archives that CONVSCOPE_DATA names, or the embedded digits."""

import os
import tarfile
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from convscope.pictures import Reading, cached_pixels, digits_folder, get_image_files

MNIST, SAMPLE = "mnist_png", "mnist_sample"


def missing(name: str) -> str:
    """Say why the data set `name` cannot be used; nothing if it can.

    Returns:
        A reason, or "".
    """
    folder = os.environ.get("CONVSCOPE_DATA", "")
    if not folder:
        return f"CONVSCOPE_DATA is not set: the folder that holds {name}.tgz"
    archive = Path(folder) / f"{name}.tgz"
    return "" if archive.exists() else f"there is no {archive.name} in CONVSCOPE_DATA"


@cache
def workspace() -> "tempfile.TemporaryDirectory[str]":
    """Make the one folder that benchmarks write to; it goes when the process ends.

    Returns:
        Its owner, which must be kept.
    """
    return tempfile.TemporaryDirectory(prefix="convscope-bench-")


def fresh(prefix: str) -> Path:
    """Make a new empty folder in the workspace.

    Returns:
        The folder.
    """
    return Path(tempfile.mkdtemp(prefix=f"{prefix}-", dir=workspace().name))


@cache
def unpacked(name: str) -> Path:
    """Unpack an archive of CONVSCOPE_DATA, once.

    Returns:
        The folder of pictures.
    """
    target = fresh("data")
    with tarfile.open(Path(os.environ["CONVSCOPE_DATA"]) / f"{name}.tgz") as archive:
        archive.extractall(target, filter="data")
    return target / name


@cache
def training_digits() -> tuple[Tensor, Tensor]:
    """Give 60,000 digits to train with: MNIST's, or the embedded 4,000 fifteen times.

    Returns:
        uint8 pixels of shape (60000, 1, 28, 28), and labels 0..9.
    """
    if not missing(MNIST):
        return _read(unpacked(MNIST) / "training")
    pixels, labels = _read(digits_folder() / "train")
    return pixels.repeat(15, 1, 1, 1), labels.repeat(15)


def valid_digits() -> tuple[Tensor, Tensor]:
    """Give digits to validate with: MNIST's 10,000, or the embedded 1,000.

    Returns:
        The same as `training_digits`.
    """
    if not missing(MNIST):
        return _read(unpacked(MNIST) / "testing")
    return _read(digits_folder() / "valid")


def _read(side: Path) -> tuple[Tensor, Tensor]:
    files = get_image_files(side)
    pixels = np.array(cached_pixels(files, Reading(28, 28, 1)).array)
    return torch.from_numpy(pixels), torch.tensor([int(file.parent.name) for file in files])
