"""How long do 70,000 files take to the first batch, against a plain Pillow loop? No imports."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.claims import Band, Row, compared
from bench.datasets import MNIST, fresh, missing, unpacked
from bench.processes import SIDES, ended

TIMES = 3
COLD, WARM_SECONDS = 0.85, 1.0
CLAIMS = ("70,000 PNGs to the first batch, cold, verified / plain Pillow loop", "the same, warm")


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Alternate: convscope with an empty cache, with a full one, the plain loop.

    Each in a fresh process; the files are in the system's own cache on every side, because the
    first plain loop is not counted.

    Yields:
        The ratio cold, and seconds warm.
    """
    if reason := missing(MNIST):
        yield from (Row(claim, skipped=reason) for claim in CLAIMS)
        return
    say("unpacking MNIST")
    folder = unpacked(MNIST)
    _plain(folder)
    cold: list[float] = []
    warm: list[float] = []
    plain: list[float] = []
    for turn in range(TIMES):
        say(f"turn {turn + 1} of {TIMES}")
        home = fresh("home")
        cold.append(_ours(folder, home))
        plain.append(_plain(folder))
        warm.append(_ours(folder, home))
    yield compared(CLAIMS[0], cold, plain, Band(high=COLD))
    yield Row(CLAIMS[1], warm, Band(high=WARM_SECONDS), "s")
    yield compared("the same, warm / plain Pillow loop", warm, plain)


def _ours(folder: Path, home: Path) -> float:
    words = ["training", "testing", 512, 0, 0, "-", "-", 0]
    command = [sys.executable, SIDES / "with_convscope.py", folder, *words]
    return _first_batch(ended(command, CONVSCOPE_HOME=home).answer)


def _plain(folder: Path) -> float:
    return _first_batch(ended([sys.executable, SIDES / "with_pillow.py", folder]).answer)


def _first_batch(answer: dict[str, Any]) -> float:
    return float(answer["first_batch_seconds"])
