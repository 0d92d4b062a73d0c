"""Mix the pictures of a batch in pairs, and their classes with them."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from convscope.tensors import Images, Labels

Targets: TypeAlias = Labels | Float[Tensor, "batch classes"]
"""The class of each picture, or the share that every class has in it (rows add up to 1)."""

MIXUP_ALPHA = 0.4  # of the beta distribution: most pairs are nearly one of the two
CUTMIX_ALPHA = 1.0  # every share of the area is as likely


def mixup(
    images: Images, labels: Labels, draw: np.random.Generator, classes: int
) -> tuple[Images, Targets]:
    """Lay a second picture of the batch over each, more or less transparent.

    Args:
        images: of the batch.
        labels: the class of each.
        draw: the source of chance.
        classes: how many there are.

    Returns:
        share * picture + (1 - share) * the other, and the classes mixed likewise.

    Source:
        Zhang et al., "mixup: Beyond empirical risk minimization" (2018), section 2.
    """
    shares = draw.beta(MIXUP_ALPHA, MIXUP_ALPHA, len(images)).astype(np.float32)
    share = torch.from_numpy(np.maximum(shares, 1 - shares)).to(images.device)
    other = _partners(images, draw)
    mixed = images.lerp(images[other], 1 - share.view(-1, 1, 1, 1))
    return mixed, _shared(labels, labels[other], share, classes)


def cutmix(
    images: Images, labels: Labels, draw: np.random.Generator, classes: int
) -> tuple[Images, Targets]:
    """Put a rectangle of a second picture of the batch into each, at the same place.

    Args:
        images: of the batch.
        labels: the class of each.
        draw: the source of chance.
        classes: how many there are.

    Returns:
        The pictures, and the classes in proportion to their pixels.

    Source:
        Yun et al., "CutMix: Regularization strategy to train strong classifiers" (2019), section 3.
    """
    count = len(images)
    side = np.sqrt(draw.beta(CUTMIX_ALPHA, CUTMIX_ALPHA, count))  # of the rectangle: a share
    inside = boxes(images, draw.random((2, count)) * (1 - side), np.stack([side, side]))
    other = _partners(images, draw)
    share = 1 - inside.float().mean(dim=(1, 2, 3))  # by the pixels that were really replaced
    return torch.where(inside, images[other], images), _shared(
        labels, labels[other], share, classes
    )


Mix: TypeAlias = Callable[[Images, Labels, np.random.Generator, int], tuple[Images, Targets]]

MIXES: dict[str, Mix] = {"mixup": mixup, "cutmix": cutmix}


def boxes(
    images: Images, corners: Float[np.ndarray, "2 batch"], sides: Float[np.ndarray, "2 batch"]
) -> Bool[Tensor, "batch 1 height width"]:
    """Mark the pixels whose middle lies in a rectangle, one for each picture.

    Args:
        images: tell size and device.
        corners: upper left ones, y first, as shares of the sides, 0..1.
        sides: height and width, as shares of the sides, 0..1.

    Returns:
        True inside.

    Example:
        >>> half = np.full((2, 1), 0.5)
        >>> boxes(torch.zeros(1, 1, 2, 2), half, half)[0, 0].tolist()
        [[False, False], [False, True]]
    """
    inside: list[Tensor] = []
    for corner, side, length in zip(corners, sides, images.shape[2:], strict=True):
        start, end = (
            torch.from_numpy((length * edge).astype(np.float32)).to(images.device)[:, None]
            for edge in (corner, corner + side)
        )
        middles = torch.arange(length, device=images.device) + 0.5
        inside.append((middles >= start) & (middles < end))
    return (inside[0][:, :, None] & inside[1][:, None, :])[:, None]


def titles(targets: Targets, classes: Sequence[str]) -> list[str]:
    """Name what each picture shows, for a person.

    Returns:
        A class, or the two that are mixed with their shares.

    Example:
        >>> titles(torch.tensor([1]), ["cat", "dog"])
        ['dog']
        >>> titles(torch.tensor([[0.25, 0.75]]), ["cat", "dog"])
        ['dog 0.75, cat 0.25']
    """
    if not targets.is_floating_point():
        return [classes[int(label)] for label in targets.tolist()]
    shares, labels = targets.topk(2)
    return [
        ", ".join(f"{classes[k]} {s:.2f}" for k, s in zip(*row, strict=True) if s > 0)
        for row in zip(labels.tolist(), shares.tolist(), strict=True)
    ]


def _partners(images: Images, draw: np.random.Generator) -> Tensor:
    return torch.from_numpy(draw.permutation(len(images))).to(images.device)


def _shared(one: Labels, other: Labels, share: Tensor, classes: int) -> Tensor:
    rows = share[:, None] * F.one_hot(one, classes)
    return rows + (1 - share[:, None]) * F.one_hot(other, classes)
