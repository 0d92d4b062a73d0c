"""What does looking inside cost, over the same loop without it? Bit-identical weights, in turns."""

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from bench.alternation import Lap
from bench.alternation import Watch as Clock
from bench.claims import Band, Row, compared
from bench.datasets import fresh
from bench.residual import resnet18
from convscope.instruments import watch
from convscope.models import simple_cnn
from convscope.train import adam, build_optimizer, trainable_params

TURNS, WARM_UP = 60, 3


@dataclass(frozen=True, slots=True)
class Case:
    """A network, its pictures, the ratio to hold, steps a turn, how often and at what to look.

    A switch has no ratio to hold: whoever turns it on pays its price, which is told.
    """

    name: str
    make: Callable[[], nn.Module]
    shape: tuple[int, int, int, int]
    classes: int
    most: float | None
    steps: int
    every: int = 1
    asked: tuple[str, ...] = ()


CHAPTER = "the chapter's net with BatchNorm, batch"
CASES = (
    Case(f"{CHAPTER} 512", lambda: simple_cnn(norm="batch"), (512, 1, 28, 28), 10, 1.20, 5),
    Case(f"{CHAPTER} 64", lambda: simple_cnn(norm="batch"), (64, 1, 28, 28), 10, 1.30, 20),
    Case(
        "ResNet-18, 64 px, batch 64",
        lambda: resnet18(10),
        (64, 3, 64, 64),
        10,
        1.10,
        1,
    ),
    Case(
        f"{CHAPTER} 512, every=10",
        lambda: simple_cnn(norm="batch"),
        (512, 1, 28, 28),
        10,
        1.03,
        10,
        10,
    ),
    *(
        Case(
            f"{CHAPTER} 64, {' and '.join(asked)}",
            lambda: simple_cnn(norm="batch"),
            (64, 1, 28, 28),
            10,
            None,
            10,
            asked=asked,
        )
        for asked in (("gradients",), ("updates",), ("norms",), ("kernels",))
    ),
)


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Train twins, one of them watched: every output, with histograms, into a file.

    They take turns of a few steps on the same batches; a pair of neighbouring turns makes a ratio.

    Yields:
        Ratios of wall time (judged) and processor time, and whether the weights are the same.
    """
    for case in CASES:
        say(case.name)
        plain, watched, same = _turns(case)
        ours, theirs = ([1000 * lap.wall_seconds for lap in laps] for laps in (watched, plain))
        band = None if case.most is None else Band(high=case.most)
        claim = f"watched / not watched, {case.name}"
        yield compared(f"{claim}: wall time", ours, theirs, band, measured_in="ms")
        ours, theirs = ([1000 * lap.cpu_seconds for lap in laps] for laps in (watched, plain))
        yield compared(f"{claim}: processor time", ours, theirs, measured_in="ms")
        yield Row(f"{claim}: weights bit-identical", [float(same)], Band(low=1), "(1: yes)")


def _turns(case: Case) -> tuple[list[Lap], list[Lap], bool]:
    torch.manual_seed(0)
    net = case.make().train()
    twin = copy.deepcopy(net)
    images, labels = torch.randn(case.shape), torch.randint(0, case.classes, case.shape[:1])
    opts = [build_optimizer(adam, one, trainable_params(one), 1e-3, None) for one in (net, twin)]
    plain, watched = _loop(net, opts[0], images, labels), _loop(twin, opts[1], images, labels)
    laps: tuple[list[Lap], list[Lap]] = ([], [])
    with ExitStack() as held:
        path = fresh("watched") / "activations.sqlite"
        asked: dict[str, Any] = dict.fromkeys(case.asked, True)
        held.enter_context(watch(twin, path=path, every=case.every, optimizer=opts[1], **asked))
        for turn in range(TURNS + WARM_UP):
            for loop, times in zip((plain, watched), laps, strict=True):
                clock = Clock()
                for _ in range(case.steps):
                    next(loop)
                if turn >= WARM_UP:
                    times.append(clock.lap())
    pairs = zip(net.state_dict().values(), twin.state_dict().values(), strict=True)
    return *laps, all(torch.equal(a, b) for a, b in pairs)


def _loop(net: nn.Module, opt: Optimizer, images: Tensor, labels: Tensor) -> Iterator[None]:
    while True:
        F.cross_entropy(net(images), labels).backward()
        opt.step()
        opt.zero_grad()
        yield
