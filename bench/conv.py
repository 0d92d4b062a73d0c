"""How soon is a convolution a sparse matrix, and how soon can the room that makes it be used?"""

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from bench.claims import Band, Row, compared
from bench.processes import ended
from convscope.conv import Convolution, convolution, weight_matrix

TIMES = 7
OUT, IN, SIDE, SMALL = 32, 16, 28, 14
UNIT_PICTURES = 16  # one in so many is pushed through; the time is multiplied
BATCH = 112
MATRIX_SECONDS, IMPORT_SECONDS = 0.1, 0.1
HEAVY = "import sys; print(sum(n.partition('.')[0] in {'torch', 'scipy'} for n in sys.modules))"


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Alternate: the sparse matrix, unit pictures through the convolution; sparse, dense; imports.

    Only minima are judged where there are seconds: whatever else runs can only add to them.

    Yields:
        Seconds and ratios.
    """
    weights = torch.randn(OUT, IN, 3, 3, generator=torch.Generator().manual_seed(0)) + 4
    layer = convolution(weights.double().numpy(), padding=1)
    _check_that_both_are_one_matrix(layer, weights)
    weight_matrix(layer, SIDE, SIDE).sparse()  # wakes scipy, outside the clock
    say(f"a 3 x 3 convolution, {IN} to {OUT} channels, {SIDE} x {SIDE}: {TIMES} turns")
    ours, pushed = [0.0] * TIMES, [0.0] * TIMES
    for turn in range(TIMES):
        ours[turn] = _seconds(lambda: weight_matrix(layer, SIDE, SIDE).sparse())
        some = _seconds(lambda: _by_unit_pictures(weights, SIDE, every=UNIT_PICTURES))
        pushed[turn] = UNIT_PICTURES * some
    claim = f"sparse matrix of a 3x3 convolution {IN} -> {OUT} on {SIDE}x{SIDE}"
    yield Row(claim, ours, Band(high=MATRIX_SECONDS), unit="s", judged_by="minimum")
    yield compared(f"{claim} / unit pictures through F.conv2d", ours, pushed, Band(high=0.1))
    sparse, dense = [0.0] * TIMES, [0.0] * TIMES
    for turn in range(TIMES):
        sparse[turn] = _seconds(lambda: weight_matrix(layer, SMALL, SMALL).sparse())
        dense[turn] = _seconds(lambda: weight_matrix(layer, SMALL, SMALL).dense())
    yield compared(f"the same on {SMALL}x{SMALL}: sparse / dense", sparse, dense)
    yield from _imports(say)


def _imports(say: Callable[[str], None]) -> Iterator[Row]:
    say(f"{2 * TIMES} times three processes")
    bare, imported, numpys = ([0.0] * 2 * TIMES for _ in range(3))
    for turn in range(2 * TIMES):
        bare[turn] = ended([sys.executable, "-c", "pass"]).wall_seconds
        imported[turn] = ended([sys.executable, "-c", "import convscope.conv"]).wall_seconds
        numpys[turn] = ended([sys.executable, "-c", "import numpy"]).wall_seconds
    beyond = [seconds - min(bare) for seconds in imported]
    claim = "import convscope.conv, beyond a bare interpreter: wall"
    yield Row(claim, beyond, Band(high=IMPORT_SECONDS), unit="s", judged_by="minimum")
    others = [seconds - min(bare) for seconds in numpys]
    yield compared("import convscope.conv / import numpy, both beyond a bare one", beyond, others)
    loaded = float(ended([sys.executable, "-c", f"import convscope.conv\n{HEAVY}"]).answer)
    yield Row(
        "import convscope.conv: modules of torch and scipy loaded",
        [loaded],
        Band(high=0),
        "modules",
    )


def _by_unit_pictures(weights: torch.Tensor, side: int, *, every: int = 1) -> list[Any]:
    """Make columns of the matrix as everybody would: one pixel alight, through the convolution."""
    pixels = torch.arange(0, IN * side * side, every)
    columns: list[Any] = []
    for some in pixels.split(BATCH):
        pictures = torch.zeros(len(some), IN * side * side)
        pictures[torch.arange(len(some)), some] = 1
        maps = F.conv2d(pictures.view(-1, IN, side, side), weights, padding=1).flatten(1)
        columns.append(maps.to_sparse())
    return columns


def _check_that_both_are_one_matrix(layer: Convolution, weights: torch.Tensor) -> None:
    pushed = torch.cat([part.to_dense() for part in _by_unit_pictures(weights, 4)]).T.numpy()
    if not np.allclose(weight_matrix(layer, 4, 4).dense(), pushed, atol=1e-5):
        message = "the two ways to the matrix disagree"
        raise RuntimeError(message)


def _seconds(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
