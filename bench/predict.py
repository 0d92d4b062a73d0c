"""How many pictures a second does `convscope predict` classify, against a loop written by hand?"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.claims import Band, Row, compared
from bench.datasets import fresh
from bench.photos import photographs
from bench.processes import CONVSCOPE, SIDES, ended
from convscope.pictures import digits_folder

TIMES = 5
AS_FAST = 0.9
WIDTH, HEIGHT, COUNT, SIDE = 1024, 768, 200, 128
CLAIM = "pictures a second of convscope predict / of the bare loop"


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Alternate the recipe and the bare loop, each in a fresh process; imports are not counted.

    The recipe names the three likeliest classes and writes the table; the bare loop decodes with
    Pillow, fills batches of 64 and keeps the three likeliest classes in a list.

    Yields:
        The ratio on the 5,000 digits and on photographs.
    """
    home = fresh("home")
    say("training on the digits")
    digits = digits_folder()
    run = _trained(digits, home)
    yield _compared("5,000 digits of 28 x 28 px", run, digits, home, say)
    say("making photographs, and training on some of them")
    photos = photographs(WIDTH, HEIGHT, COUNT)
    classes = fresh("classes")
    for number, name in enumerate(("one", "two")):
        (classes / name).mkdir()
        for copy in range(8):
            source = photos / f"{number + 2 * copy}.jpg"
            (classes / name / source.name).write_bytes(source.read_bytes())
    run = _trained(classes, home, "--size", SIDE)
    yield _compared(f"{COUNT} photographs of {WIDTH} x {HEIGHT} px", run, photos, home, say)


def _compared(what: str, run: Path, folder: Path, home: Path, say: Callable[[str], None]) -> Row:
    ours: list[float] = []
    bare: list[float] = []
    for turn in range(TIMES):
        say(f"{what}: turn {turn + 1} of {TIMES}")
        ours.append(_speed(run, folder, home, "convscope"))
        bare.append(_speed(run, folder, home, "bare"))
    band = Band(low=AS_FAST)
    return compared(f"{CLAIM}, {what}", ours, bare, band, measured_in="pictures/s")


def _trained(folder: Path, home: Path, *words: object) -> Path:
    out = fresh("runs")
    some = ["--epochs", 1, "--batch-size", 8, *words] if words else ["--epochs", 1]
    ended([CONVSCOPE, "train", folder, "--out", out, *some], CONVSCOPE_HOME=home)
    return next(out.glob("*/run.json")).parent


def _speed(run: Path, folder: Path, home: Path, how: str) -> float:
    command = [sys.executable, SIDES / "with_predicting.py", run, folder, how]
    return float(ended(command, CONVSCOPE_HOME=home).answer["pictures_a_second"])
