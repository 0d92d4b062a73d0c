"""Digits that are painted: a set whose classes differ in shape and in colour."""

from colorsys import hsv_to_rgb

import numpy as np
import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from convscope.data import DataLoaders
from convscope.recipes.chapter.material import Material

TINTS = 2  # of each digit
SCATTER = 45.0  # deviation of the hue, degrees: some of the one look like the other
SEED = 0  # the paint belongs to the pictures, not to the experiment

Paint = Float[np.ndarray, "batch 3"]


def painted(material: Material) -> Material:
    """Paint the digits of a material; a class is a digit and its tint.

    The two inks of a digit have opposite hues, and those of all classes lie as far from each other
    all around the circle (`class_hues`): no hue matters more than another, so it makes no
    difference where a colour space begins to count. Brightness and saturation of the ink are any,
    the ground is dim and of any hue. So half of what tells the classes apart is colour, by
    construction; what a net makes of that is what is measured.

    Args:
        material: grey digits.

    Returns:
        A material of three channels, 0..1, with twice as many classes.
    """
    dls = material.dls
    dice = np.random.default_rng(SEED)
    hues = class_hues(len(dls.vocab))
    sides: list[tuple[Tensor, Tensor]] = []
    for loader in (dls.train.in_order(), dls.valid):
        parts = [
            painted_batch(
                (255 * dls.prepare.scaling.undone(images)).round().byte().cpu(),
                hues[numbers.cpu().numpy()],
                dice,
            )
            for images, numbers in loader
        ]
        labels = torch.cat([numbers for _, numbers in loader]).cpu()
        pictures, tints = (torch.cat(part) for part in zip(*parts, strict=True))
        sides.append((pictures, TINTS * labels + tints))
    vocab = [f"{digit} {tint}" for digit in dls.vocab for tint in range(TINTS)]
    made = DataLoaders.from_arrays(*sides[0], *sides[1], vocab=vocab, bs=1, device=dls.device)
    return Material(material.name, material.epochs_factor, made, material.folder)


def class_hues(digits: int) -> Float[np.ndarray, "digits tints"]:
    """Spread the hues of all classes evenly around the circle.

    Args:
        digits: how many, at least 1.

    Returns:
        Degrees: a row a digit, whose two lie opposite; none at 0, and those next to it as far from
        it on either side.

    Example:
        >>> class_hues(2).tolist()
        [[45.0, 225.0], [135.0, 315.0]]
    """
    half = 360 / TINTS
    firsts = half / digits * (np.arange(digits) + 0.5)
    return firsts[:, None] + half * np.arange(TINTS)


def painted_batch(
    ink: UInt8[Tensor, "batch 1 height width"],
    middles: Float[np.ndarray, "batch tints"],
    dice: np.random.Generator,
) -> tuple[UInt8[Tensor, "batch 3 height width"], Int[Tensor, " batch"]]:
    """Paint some digits.

    Args:
        ink: 0 ground to 255 ink.
        middles: the hues that each may get, degrees.
        dice: the source of chance.

    Returns:
        Coloured pictures, and the tint of each by its number.
    """
    count = len(ink)
    tints = dice.integers(0, TINTS, count)
    hues = middles[np.arange(count), tints] + SCATTER * dice.standard_normal(count)
    front = _mixed(hues, dice.uniform(0.4, 1, count), dice.uniform(0.5, 1, count))
    hues = dice.uniform(0, 360, count)
    back = _mixed(hues, dice.uniform(0, 0.4, count), dice.uniform(0, 0.4, count))
    cover = ink.numpy() / 255.0
    levels = 255 * (cover * front[..., None, None] + (1 - cover) * back[..., None, None])
    return torch.from_numpy(levels.round().astype(np.uint8)), torch.from_numpy(tints)


def _mixed(
    hues: Float[np.ndarray, " n"],
    saturations: Float[np.ndarray, " n"],
    values: Float[np.ndarray, " n"],
) -> Paint:
    """Mix red, green and blue, 0..1, from hue in degrees, saturation and value, 0..1."""
    mixed = [
        hsv_to_rgb(hue / 360 % 1, saturation, value)
        for hue, saturation, value in zip(hues, saturations, values, strict=True)
    ]
    return np.array(mixed)
