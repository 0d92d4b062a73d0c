"""How maps become smaller: a stride of 2, or a stride of 1 and pooling."""

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import torch
from torch import nn

from convscope.probe import anatomy
from convscope.recipes.chapter.comparing.judging import against_the_first
from convscope.recipes.chapter.comparing.lab import Lab, tried
from convscope.recipes.chapter.trial import Outcome, Trial
from convscope.runs import Comparison, Phrase, Tried, said

Way = Literal["stride", "max", "average"]
WAYS: tuple[Way, ...] = ("stride", "max", "average")
WIDTHS = (8, 16, 32, 64)  # of the chapter's net, before the classes
FIRST_KERNEL, KERNEL = 5, 3


def halving_net(way: Way, *, channels: int = 1, classes: int = 10) -> nn.Sequential:
    """Make the chapter's net with BatchNorm, its maps halved in one of three ways.

    Kernels, widths and parameters are the same; so are the sizes of the maps: 14, 7, 4, 2, 1 for 28
    pixels. A convolution with stride 1 computes up to four times as many places.

    Args:
        way: "stride" of 2 as in the chapter; stride 1, then "max" or "average" of 2 x 2.
        channels: of the pictures.
        classes: number of outputs.

    Returns:
        A network from (batch, channels, 28, 28) to (batch, classes).

    Example:
        >>> [tuple(halving_net(way)(torch.zeros(2, 1, 28, 28)).shape) for way in WAYS]
        [(2, 10), (2, 10), (2, 10)]
    """
    pools: dict[Way, Callable[[], nn.Module]] = {
        "max": lambda: nn.MaxPool2d(2, ceil_mode=True),
        "average": lambda: nn.AvgPool2d(2, ceil_mode=True),
    }
    widths = (channels, *WIDTHS, classes)
    layers: list[nn.Module] = []
    for place, (before, after) in enumerate(pairwise(widths), start=1):
        side = FIRST_KERNEL if place == 1 else KERNEL
        stride = 2 if way == "stride" else 1
        layers += [
            nn.Conv2d(before, after, side, stride=stride, padding=side // 2),
            nn.BatchNorm2d(after),
        ]
        layers += [nn.ReLU()] if place < len(widths) - 1 else []
        layers += [pools[way]()] if way in pools else []
    net = nn.Sequential(*layers, nn.Flatten())  # in memory as the chapter's other nets
    return net.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue, reportUnknownVariableType] missing in torch's stubs


def compare_pools(lab: Lab) -> Comparison:
    """Train the three nets; the chapter puts the question to Howard, Szegedy and LeCun.

    Args:
        lab: where.

    Returns:
        A row a way, with multiply-adds for one picture.
    """
    ways: list[tuple[Tried, list[Outcome]]] = []
    for way in WAYS:
        name = Phrase(f"compare_pool_{way}")
        outcomes = lab.outcomes(_trial(lab, said(name), way))
        work = anatomy(halving_net(way), (1, 28, 28)).multiply_adds
        ways.append((tried(name, outcomes, multiply_adds=[float(work)] * len(outcomes)), outcomes))
    trial, note = _trial(lab, "", "stride"), Phrase("compare_note_pool")
    return against_the_first(lab, "pool", ways, trial, note, beyond=("multiply_adds",))


def _trial(lab: Lab, name: str, way: Way) -> Trial:
    return Trial(name=name, build=lambda: halving_net(way), batch_size=lab.batch_size)
