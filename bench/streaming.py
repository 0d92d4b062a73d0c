"""How fast are pictures that are decoded in every epoch, against a DataLoader with two workers?"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.claims import Band, Row, compared
from bench.datasets import fresh
from bench.photos import photographs
from bench.processes import SIDES, ended

TIMES = 3
WIDTH, HEIGHT, COUNT, SIDE, BATCH = 1024, 768, 800, 224, 64
AS_FAST = 0.8
CLAIM = "an epoch of streaming, times as fast as a DataLoader with two workers"


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Alternate: streaming, a DataLoader that decodes with our own function, a plain one.

    Each in a fresh process; the second epoch is timed, when all workers are there.

    Yields:
        The ratio with the same decoding, which is judged, and with plain Pillow.
    """
    say("making photographs")
    folder = photographs(WIDTH, HEIGHT, COUNT)
    seconds: dict[str, list[float]] = {"stream": [], "loader": [], "plain": []}
    for turn in range(TIMES):
        say(f"turn {turn + 1} of {TIMES}")
        for how, values in seconds.items():
            values.append(_seconds(folder, how))
    stream = seconds["stream"]
    yield compared(
        f"{CLAIM}, same decoding", stream, seconds["loader"], Band(low=AS_FAST), faster=True
    )
    yield compared(f"{CLAIM}, plain Pillow", stream, seconds["plain"], faster=True)


def _seconds(folder: Path, how: str) -> float:
    command = [sys.executable, SIDES / "with_streaming.py", folder, how, SIDE, BATCH]
    return float(ended(command, CONVSCOPE_HOME=fresh("home")).answer["seconds"])
