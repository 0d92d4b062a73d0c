"""How much of the machine does training use? Model operations a second, as a share of its peak."""

import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from bench.claims import Band, Row
from convscope.models import BUILDERS
from convscope.train import adam, build_optimizer, trainable_params

SIDES_OF_MATRICES = (1024, 2048, 3072)
BATCHES = (64, 512)
SECONDS, LEAST_STEPS = 2.0, 3
CHAPTER, LEAST_SHARE = "simple_cnn with BatchNorm", 0.15
FORWARD_AND_BACKWARD = 3  # the gradients of inputs and of weights cost a forward pass each


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Train every network on noise for a moment, beside products of large matrices.

    Operations are those of the model: 2 for each multiply-add of the forward pass, times 3.

    Yields:
        A share of the peak, 0..1, a value each step.
    """
    makers = {name: (builder, {}) for name, builder in BUILDERS.items()}
    makers[CHAPTER] = (BUILDERS["simple_cnn"], {"norm": "batch"})
    peaks: list[float] = []
    for name, (builder, options) in makers.items():
        shape = (builder.channels, builder.size, builder.size)
        for batch in BATCHES:
            say(f"{name}, batch {batch}")
            peaks.append(_peak())  # again: the machine may have been busier before
            torch.manual_seed(0)
            made = {"size": builder.size, "channels": builder.channels, "classes": builder.classes}
            net = builder.make(**made, **options)
            images, labels = torch.randn(batch, *shape), torch.randint(builder.classes, (batch,))
            rates = _operations(net, images) / torch.tensor(_steps(net, images, labels))
            band = Band(low=LEAST_SHARE) if (name, batch) == (CHAPTER, 512) else None
            yield Row(f"{name}, batch {batch}", (rates / max(peaks)).tolist(), band, "share")
    giga = [peak / 1e9 for peak in peaks]
    yield Row("the peak: products of float32 matrices", giga, unit="10^9 operations/s")


def _peak() -> float:
    """Find the most operations a second that a product of float32 matrices reaches.

    Returns:
        Operations a second; a multiply-add is two.
    """
    best = 0.0
    for side in SIDES_OF_MATRICES:
        left, right = torch.randn(side, side), torch.randn(side, side)
        torch.mm(left, right)
        for _ in range(3):
            start = time.perf_counter()
            torch.mm(left, right)
            best = max(best, 2 * side**3 / (time.perf_counter() - start))
    return best


def _operations(net: nn.Module, images: Tensor) -> float:
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        net(images[:2])
    return FORWARD_AND_BACKWARD * counter.get_total_flops() * len(images) / 2


def _steps(net: nn.Module, images: Tensor, labels: Tensor) -> list[float]:
    """Time whole training steps of a bare loop; the first is left out.

    Returns:
        Seconds of each.
    """
    opt = build_optimizer(adam, net.train(), trainable_params(net), 1e-3, None)
    times: list[float] = []
    while len(times) <= LEAST_STEPS or sum(times) < SECONDS:
        start = time.perf_counter()
        F.cross_entropy(net(images), labels).backward()
        opt.step()
        opt.zero_grad()
        times.append(time.perf_counter() - start)
    return times[1:]
