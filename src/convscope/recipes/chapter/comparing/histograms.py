"""Histograms of oriented gradients, by hand: features as they were before they were learnt."""

from math import pi

import torch
from torch import Tensor
from torch.nn import functional as F

from convscope.tensors import Images

BINS = 9  # directions from 0 to 180 degrees
CELL = 4  # pixels; 8 in the paper, for people of 128 pixels
BLOCK = 2  # cells a side
CLIP, TINY = 0.2, 1e-3


def oriented_gradients(images: Images, cell: int = CELL) -> Tensor:
    """Count in every cell of a picture in which directions it changes, and how much.

    1. Differences of neighbours, [-1, 0, 1], across and down; of several channels, each place
       takes the one that changes most.
    2. Each place votes with the length of its gradient, shared linearly between the two nearest of
       nine directions; light to dark and dark to light are one direction.
    3. The votes of a cell are added up.
    4. Every 2 x 2 cells are a block, divided by its length, clipped at 0.2, and divided again.

    The paper also shares votes between neighbouring cells; this is left out.

    Args:
        images: any scale, at least two cells a side; what does not fill a cell is cut off.
        cell: pixels a side.

    Returns:
        (batch, features), 0..1: blocks down x blocks across x 4 cells x 9 directions; 1,296 for
        28 pixels.

    Example:
        >>> oriented_gradients(torch.zeros(2, 1, 28, 28)).shape
        torch.Size([2, 1296])

    Source:
        Dalal & Triggs, "Histograms of oriented gradients for human detection" (2005).
    """
    lengths, angles = _gradients(images)
    bins = angles / (pi / BINS) - 0.5  # a direction's middle is a whole number
    lower = bins.floor()
    share = bins - lower
    votes = torch.zeros(len(images), BINS, *lengths.shape[1:], device=images.device)
    for number, part in ((lower, 1 - share), (lower + 1, share)):
        votes.scatter_add_(1, (number.long() % BINS)[:, None], (lengths * part)[:, None])
    cells = F.avg_pool2d(votes, cell)
    blocks = torch.cat(
        [
            cells[:, :, down : cells.shape[2] - 1 + down, across : cells.shape[3] - 1 + across]
            for down in range(BLOCK)
            for across in range(BLOCK)
        ],
        dim=1,
    )
    return _unit(_unit(blocks).clamp(max=CLIP)).flatten(1)


def _gradients(images: Images) -> tuple[Tensor, Tensor]:
    """Give length and direction (0 to pi) of the gradient at every place."""
    wide = F.pad(images, (1, 1, 1, 1), mode="replicate")
    across = wide[:, :, 1:-1, 2:] - wide[:, :, 1:-1, :-2]
    down = wide[:, :, 2:, 1:-1] - wide[:, :, :-2, 1:-1]
    lengths, channel = torch.hypot(across, down).max(dim=1)
    across, down = (one.gather(1, channel[:, None])[:, 0] for one in (across, down))
    return lengths, torch.atan2(down, across) % pi


def _unit(blocks: Tensor) -> Tensor:
    return blocks / (blocks.square().sum(dim=1, keepdim=True) + TINY**2).sqrt()
