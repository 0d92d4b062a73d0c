"""Photographs to measure with: a few are made, the others are links to them."""

import os
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from bench.datasets import fresh

DIFFERENT = 20


@cache
def photographs(width: int, height: int, count: int) -> Path:
    """Make a folder of JPEG photographs.

    They are clouds of several sizes with some noise, as hard to decode as real ones.

    Args:
        width: pixels.
        height: pixels.
        count: files; every twentieth is a link to the same one.

    Returns:
        The folder.
    """
    folder = fresh("photographs")
    dice = np.random.default_rng(0)
    for number in range(min(DIFFERENT, count)):
        pixels = np.zeros((height, width, 3), np.float32)
        for cells in (4, 16, 64, 256):
            coarse = dice.integers(0, 256, (cells * 3 // 4, cells, 3), np.uint8)
            fine = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
            pixels += np.asarray(fine) / 4
        noisy = pixels + dice.normal(0, 4, (height, width, 1)).astype(np.float32)
        picture = Image.fromarray(noisy.clip(0, 255).astype(np.uint8))
        picture.save(folder / f"{number}.jpg", quality=90)
    for number in range(DIFFERENT, count):
        os.link(folder / f"{number % DIFFERENT}.jpg", folder / f"{number}.jpg")
    return folder
