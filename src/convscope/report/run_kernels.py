"""Kernels that were learnt, beside those made by hand that they resemble."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convscope.conv import KERNELS, Kernel, box_blur, gabor, gaussian_blur
from convscope.report.run_material import Kernels, data_uri
from convscope.words import label

SMALLEST, LARGEST = 3, 11  # sides of kernels that are compared
MOST_KERNELS = 64
_DRAWS, _RARE = (
    2_000,
    0.95,
)  # kernels of random numbers, and the share of them that counts as chance
_BLUE, _WHITE, _RED = ((33, 102, 172), (247, 247, 247), (178, 24, 43))
_MADE_TO_SIZE = ("box_blur", "gaussian_blur", "gabor")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Resembled:
    """A learnt kernel and the one made by hand that is nearest.

    Attributes:
        number: of the kernel, from 0.
        source: it, as a data URI: blue below 0, red above.
        name: of the nearest; "" where none was compared.
        answers_to: what the nearest answers to.
        nearest: it, as a data URI, with the sign of the match.
        similarity: |cosine| of both, 0..1.
        is_negative: the match is with the negative of the kernel made by hand.
        is_rare: less than one kernel of random numbers in twenty is so near to any.
    """

    number: int
    source: str
    name: str = ""
    answers_to: str = ""
    nearest: str = ""
    similarity: float = 0.0
    is_negative: bool = False
    is_rare: bool = False


def resembled(kernels: Kernels) -> tuple[list[Resembled], float, float]:
    """Compare learnt kernels with those made by hand.

    Kernels of several channels are averaged over them. Those made by hand are stretched to the size
    of the learnt ones (bilinear), or made at that size where a formula makes them. Similarity is
    the cosine between the weights as vectors, without its sign.

    Args:
        kernels: the first convolution's.

    Returns:
        Up to `MOST_KERNELS` of them; the similarity that half of the kernels of random numbers
        reach, and that which one in twenty reaches (NaN where nothing was compared).
    """
    flat = np.nan_to_num(kernels.mean(axis=1))[:MOST_KERNELS]
    side = flat.shape[1]
    if flat.shape[1] != flat.shape[2] or not SMALLEST <= side <= LARGEST:
        return [Resembled(place, tile(one)) for place, one in enumerate(flat)], np.nan, np.nan
    names, made = _by_hand(side)
    usual, rare = _chance(side)
    cosines = _unit(flat.reshape(len(flat), -1)) @ made.T
    found: list[Resembled] = []
    for place, row in enumerate(cosines):
        best = int(np.abs(row).argmax())
        sign = -1.0 if row[best] < 0 else 1.0
        likeness = float(abs(row[best]))
        found.append(
            Resembled(
                place,
                tile(flat[place]),
                names[best].name,
                names[best].answers_to,
                tile(sign * made[best].reshape(side, side)),
                likeness,
                sign < 0,
                likeness >= rare,
            )
        )
    return found, usual, rare


def tile(weights: Floats) -> str:
    """Draw weights as a picture, a pixel for each: blue below 0, white at 0, red above.

    Args:
        weights: (height, width).

    Returns:
        A data URI.
    """
    most = float(np.abs(weights).max()) or 1.0
    shares = (weights / most)[..., None]
    ends = np.where(shares < 0, np.array(_BLUE), np.array(_RED))
    levels = np.array(_WHITE) + np.abs(shares) * (ends - np.array(_WHITE))
    file = io.BytesIO()
    Image.fromarray(levels.round().astype(np.uint8)).save(file, "PNG")
    return data_uri("png", file.getvalue())


def _by_hand(side: int) -> tuple[list[Kernel], Floats]:
    candidates = list(_candidates(side))
    rows = np.array([matrix.reshape(-1) for _, matrix in candidates])
    return [kernel for kernel, _ in candidates], _unit(rows)


def _candidates(side: int) -> Iterator[tuple[Kernel, Floats]]:
    for name, one in KERNELS.items():
        if name in _MADE_TO_SIZE:
            continue
        matrix = np.array(one.matrix)
        if name == "identity":
            matrix = np.zeros((side, side))
            matrix[side // 2, side // 2] = 1.0
        yield one, _stretched(matrix, side)
    for made in (box_blur(side), gaussian_blur(side)):
        yield made, np.array(made.matrix)
    for angle in (0.0, 45.0, 90.0, 135.0):
        for phase in (0.0, 90.0):
            made = gabor(side, angle=angle, phase=phase, wavelength=side / 1.5, sigma=side / 4)
            yield made, np.array(made.matrix)


def _stretched(matrix: Floats, side: int) -> Floats:
    if len(matrix) == side:
        return matrix
    picture = Image.fromarray(matrix.astype(np.float32))
    return np.asarray(picture.resize((side, side), Image.Resampling.BILINEAR), np.float64)


@lru_cache(maxsize=4)
def _chance(side: int) -> tuple[float, float]:
    dice = np.random.default_rng(0)
    likeness = np.abs(_unit(dice.standard_normal((_DRAWS, side * side))) @ _by_hand(side)[1].T)
    usual, rare = np.quantile(likeness.max(axis=1), [0.5, _RARE])
    return float(usual), float(rare)


def _unit(rows: Floats) -> Floats:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def kernel_name(found: Resembled) -> str:
    """Name the kernel that a learnt one resembles.

    Returns:
        Such as "sobel_x", or "-sobel_x" for its negative.
    """
    return f"{'-' if found.is_negative else ''}{found.name}" if found.name else label("report_none")
