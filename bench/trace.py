"""How long does it take to trace a number of the chapter's net back to the pixels?"""

import time
from collections.abc import Callable, Iterator

import torch

from bench.claims import Band, Row, compared
from convscope.models import simple_cnn
from convscope.probe import Region, trace

TIMES = 30
MOST_SECONDS = 0.05


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Alternate a trace and a forward pass; the trace's includes a pass of its own.

    Yields:
        Seconds of a trace with its boxes; the ratio to one forward pass.
    """
    say("tracing")
    torch.manual_seed(0)
    net, images = simple_cnn(norm="batch").eval(), torch.rand(1, 1, 28, 28)
    traced: list[float] = []
    passed: list[float] = []
    for _ in range(TIMES + 3):
        start = time.perf_counter()
        with torch.no_grad():
            net(images)
        passed.append(time.perf_counter() - start)
        start = time.perf_counter()
        found = trace(net, images, -2, (0, 0))
        next(found.step.terms())
        list(map(_box, found.regions.values()))
        traced.append(time.perf_counter() - start)
    traced, passed = traced[3:], passed[3:]  # the first ones wake torch
    claim = "a number of the last convolution, its terms and all boxes to the pixels"
    yield Row(claim, traced, Band(high=MOST_SECONDS), "s")
    yield compared("the same / one forward pass", traced, passed)


def _box(region: Region) -> object:
    return region.box
