"""A forward pass of ResNet-50, and one way of taking it apart. Usage: with_resnet.py SIDE."""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[2]))  # for the network of the tests

from tests.nets import resnet

REPEATS = 7
KIB = 1024


def seconds(do: Callable[[], object]) -> float:
    """Time one repetition."""
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def peak() -> int:
    """Tell the most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB


def way(side: str, net: torch.nn.Module, picture: torch.Tensor) -> Callable[[], object]:
    """Choose a way of taking the network apart, or the plain forward pass."""
    if side == "forward":
        return lambda: net(picture)
    if side == "anatomy":
        anatomy = import_module("convscope.probe").anatomy
        return lambda: anatomy(net, picture)
    if side == "torchinfo":
        torchinfo = import_module("torchinfo")
        return lambda: torchinfo.summary(net, input_data=picture, verbose=0)
    fvcore = import_module("fvcore.nn")
    return lambda: fvcore.FlopCountAnalysis(net, picture).total()


@torch.no_grad()
def main(side: str) -> None:
    """Measure."""
    net, picture = resnet().eval(), torch.rand(1, 3, 224, 224)
    small = torch.nn.Conv2d(3, 4, 3)  # what a way loads when it is first used is not the network's
    way(side, small, torch.rand(1, 3, 8, 8))()
    apart, before = way(side, net, picture), peak()
    apart()
    grown = peak() - before
    times: dict[str, list[float]] = {"forward_seconds": [], "seconds": []}
    for _ in range(REPEATS):  # side by side: the machine may be busier later
        times["forward_seconds"].append(seconds(lambda: net(picture)))
        times["seconds"].append(seconds(apart))
    told = {name: statistics.median(taken) for name, taken in times.items()}
    print(json.dumps({**told, "peak_bytes": max(grown, 1)}))


main(sys.argv[1])
