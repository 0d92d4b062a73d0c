"""How long do 200 photographs of 12 megapixels to 224 px take, against decoding them in full?"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.claims import Band, Row, compared
from bench.datasets import fresh
from bench.photos import photographs
from bench.processes import SIDES, ended

TIMES = 3
WIDTH, HEIGHT, COUNT, SIDE = 4000, 3000, 200, 224
ONE, TWO = 0.35, 0.2
CLAIM = "200 photographs of 12 megapixels to 224 px, {} / decoding them in full in one"
CLAIMS = {1: CLAIM.format("one process"), 2: CLAIM.format("two workers")}


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Alternate: ours in one process, ours with two workers, the plain loop.

    Each in a fresh process with an empty cache of its own.

    Yields:
        Both ratios.
    """
    say("making photographs")
    folder = photographs(WIDTH, HEIGHT, COUNT)
    ours: dict[int, list[float]] = {1: [], 2: []}
    plain: list[float] = []
    for turn in range(TIMES):
        say(f"turn {turn + 1} of {TIMES}")
        for workers, seconds in ours.items():
            seconds.append(_seconds(folder, str(workers)))
        plain.append(_seconds(folder, "full"))
    yield compared(CLAIMS[1], ours[1], plain, Band(high=ONE))
    if (os.cpu_count() or 1) < 2:
        yield Row(CLAIMS[2], skipped="there is one processor")
        return
    yield compared(CLAIMS[2], ours[2], plain, Band(high=TWO))


def _seconds(folder: Path, how: str) -> float:
    command = [sys.executable, SIDES / "with_photographs.py", folder, how, SIDE]
    return float(ended(command, CONVSCOPE_HOME=fresh("home")).answer["seconds"])
