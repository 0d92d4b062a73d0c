"""What does `light` add to a training step? The same net and batches, with it and without."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle

import torch
from torch import nn
from torch.nn import functional as F

from bench.claims import Band, Row, compared
from bench.datasets import training_digits, valid_digits
from convscope.data import Augment, DataLoaders, Normalize
from convscope.models import build
from convscope.train import adam, build_optimizer, trainable_params

TURNS = 12
MOST = 1.15


@dataclass(frozen=True, slots=True)
class Case:
    """A network on digits; `judged` where it is what `convscope train` takes for them."""

    arch: str
    batch: int
    steps: int
    judged: bool


CASES = (
    Case("pooled_cnn", 64, 12, judged=True),
    Case("pooled_cnn", 128, 6, judged=True),
    Case("simple_cnn", 512, 6, judged=True),
    Case("simple_net", 64, 60, judged=False),
)


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Let both sides take turns of some steps: gather, augment or not, scale, learn.

    Yields:
        The ratio of a step with `light` to one without, for each network.
    """
    for case in CASES:
        name = f"a step with augment light / without, {case.arch}, batch {case.batch}"
        say(name)
        ours, plain = (_steps(case, augment) for augment in (Augment("light"), None))
        pairs = [(ours(), plain()) for _ in range(TURNS + 1)][1:]  # the first sets things up
        with_light, without = zip(*pairs, strict=True)
        band = Band(high=MOST) if case.judged else None
        yield compared(name, with_light, without, band, measured_in="ms a step")


def _steps(case: Case, augment: Augment | None) -> Callable[[], float]:
    torch.manual_seed(0)
    net: nn.Module = build(case.arch, size=28, channels=1, classes=10).train()
    opt = build_optimizer(adam, net, trainable_params(net), 1e-3, None)
    (train_x, train_y), (valid_x, valid_y) = training_digits(), valid_digits()
    dls = DataLoaders.from_arrays(
        train_x,
        train_y,
        valid_x,
        valid_y,
        vocab=[str(digit) for digit in range(10)],
        bs=case.batch,
        batch_tfms=Normalize(),
        augment=augment,
        device="cpu",
    )
    batches = (batch for epoch in cycle(range(1000)) for batch in dls.train.epoch_batches(0, epoch))

    def turn() -> float:
        start = time.perf_counter()
        for _ in range(case.steps):
            images, labels = next(batches)
            F.cross_entropy(net(images), labels).backward()
            opt.step()
            opt.zero_grad()
        return 1000 * (time.perf_counter() - start) / case.steps

    return turn
