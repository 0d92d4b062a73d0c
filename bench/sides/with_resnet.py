"""One forward pass of ResNet-50, and one way of taking it apart; prints seconds and memory as JSON."""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[2]))  # for the network of the tests

from tests.nets import resnet

REPEATS = 5
KIB = 1024


def seconds(do: Callable[[], object]) -> float:
    """Time the median of some repetitions."""
    times: list[float] = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        do()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peak() -> int:
    """Tell the most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB


def taken_apart(side: str, net: torch.nn.Module, picture: torch.Tensor) -> Callable[[], object]:
    """Choose a way of taking the network apart."""
    if side == "anatomy":
        from convscope.probe import anatomy

        return lambda: anatomy(net, picture)
    if side == "torchinfo":
        import torchinfo  # pyright: ignore[reportMissingImports]

        return lambda: torchinfo.summary(net, input_data=picture, verbose=0)
    from fvcore.nn import FlopCountAnalysis  # pyright: ignore[reportMissingImports]

    return lambda: FlopCountAnalysis(net, picture).total()


@torch.no_grad()
def main(side: str) -> None:
    """Measure."""
    net, picture = resnet().eval(), torch.rand(1, 3, 224, 224)
    apart = (lambda: net(picture)) if side == "forward" else taken_apart(side, net, picture)
    before = peak()
    apart()
    grown = peak() - before
    net(picture)
    told = {"forward_seconds": seconds(lambda: net(picture)), "peak_bytes": max(grown, 1)}
    print(json.dumps({**told, "seconds": seconds(apart)}))


main(sys.argv[1])
