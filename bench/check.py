"""What does a check of 70,000 pictures cost, against decoding them cold?"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.claims import Band, Row, compared
from bench.datasets import MNIST, fresh, missing, unpacked
from bench.processes import ended

TIMES = 3
MOST = 2.0
CLAIM = "convscope check on 70,000 PNGs, nothing decoded before / decoding them"
DECODED = """
import sys, time
from pathlib import Path
from convscope.pictures import Reading, cached_pixels, survey
start = time.perf_counter()
found = survey(Path(sys.argv[1]))
files = [f for side in (found.train, found.valid) for some in side.values() for f in some]
cached_pixels(files, Reading(28, 28, 1))
print(time.perf_counter() - start)
"""
CHECKED = """
import sys, time
from pathlib import Path
from rich.console import Console
from convscope import recipes
start = time.perf_counter()
recipes.check(Path(sys.argv[1]), out=Path(sys.argv[2]), console=Console(stderr=True))
print(time.perf_counter() - start)
"""


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Alternate decoding and checking, each in a fresh process with an empty cache; no imports.

    Yields:
        The ratio cold, and seconds of a check whose pictures are decoded already.
    """
    if reason := missing(MNIST):
        yield Row(CLAIM, skipped=reason)
        return
    say("unpacking MNIST")
    folder = unpacked(MNIST)
    _seconds(DECODED, folder, fresh("home"))
    decoded: list[float] = []
    checked: list[float] = []
    again: list[float] = []
    for turn in range(TIMES):
        say(f"turn {turn + 1} of {TIMES}")
        home = fresh("home")
        checked.append(_seconds(CHECKED, folder, home))
        decoded.append(_seconds(DECODED, folder, fresh("home")))
        again.append(_seconds(CHECKED, folder, home))
    yield compared(CLAIM, checked, decoded, Band(high=MOST))
    yield Row("the same, decoded before", again, unit="s")


def _seconds(program: str, folder: Path, home: Path) -> float:
    command = [sys.executable, "-c", program, folder, fresh("check")]
    return float(ended(command, CONVSCOPE_HOME=home).answer)
