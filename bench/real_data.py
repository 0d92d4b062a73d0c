"""What accuracy, in what time? Five seeds on real data, through the doors that users take."""

import csv
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.claims import Band, Row
from bench.datasets import MNIST, SAMPLE, fresh, missing, unpacked
from bench.processes import CONVSCOPE, SIDES, ended
from convscope.pictures import digits_folder

SEEDS = range(5)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the chapter: arguments of `sides/with_convscope.py` behind the folder."""

    claim: str
    data: str
    words: str
    accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Alone:
    """`convscope train FOLDER` with nothing chosen."""

    data: str
    accuracy: float
    seconds: float


CHAPTER = (
    Step(
        "step D: MNIST, BatchNorm, batch 512, 0.06, one epoch",
        MNIST,
        "training testing 512 0.06 1 simple_cnn batch",
        accuracy=0.984,
        seconds=60,
    ),
    Step(
        "step S: the sample, batch 64, 0.01, two epochs",
        SAMPLE,
        "train valid 64 0.01 2 simple_net none",
        accuracy=0.987,
        seconds=30,
    ),
)
EMBEDDED = "the embedded digits"
ALONE = (Alone(SAMPLE, 0.995, 15), Alone(MNIST, 0.993, 75), Alone(EMBEDDED, 0.975, 20))


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Train with each seed in a process of its own.

    The chapter's steps find their pictures decoded from the second seed on; the command never does.

    Yields:
        For each claim the accuracy, and the wall time of the whole process.
    """
    for step in CHAPTER:
        if reason := missing(step.data):
            yield Row(step.claim, skipped=reason)
            continue
        home, answers = fresh("home"), list[tuple[float, float]]()
        for seed in SEEDS:
            say(f"{step.claim}, seed {seed}")
            words = [unpacked(step.data), *step.words.split(), seed]
            done = ended([sys.executable, SIDES / "with_convscope.py", *words], CONVSCOPE_HOME=home)
            answers.append((done.answer["accuracy"], done.wall_seconds))
        yield from _judged(step.claim, answers, step.accuracy, step.seconds)
    for alone in ALONE:
        yield from _alone(alone, say)


def _alone(alone: Alone, say: Callable[[str], None]) -> Iterator[Row]:
    claim = f"convscope train, no options, on {alone.data}"
    if alone.data != EMBEDDED and (reason := missing(alone.data)):
        yield Row(claim, skipped=reason)
        return
    folder = digits_folder() if alone.data == EMBEDDED else unpacked(alone.data)
    answers: list[tuple[float, float]] = []
    last: list[float] = []
    for seed in SEEDS:
        say(f"{claim}, seed {seed}")
        words = [CONVSCOPE, "train", folder, "--seed", seed, "--out", fresh("runs"), "--json"]
        done = ended(words, CONVSCOPE_HOME=fresh("home"))
        run: dict[str, Any] = json.loads(done.output)
        answers.append((run["best"]["accuracy"], done.wall_seconds))
        last.append(_last_accuracy(Path(run["run"])))
    yield from _judged(f"{claim}, empty cache", answers, alone.accuracy, alone.seconds)
    yield Row(f"{claim}: accuracy of the last epoch", last, unit="share")


def _judged(
    claim: str, answers: list[tuple[float, float]], accuracy: float, seconds: float
) -> Iterator[Row]:
    shares, times = zip(*answers, strict=True)
    yield Row(f"{claim}: accuracy", shares, Band(low=accuracy), "share")
    yield Row(f"{claim}: whole process", times, Band(high=seconds), "s")


def _last_accuracy(run: Path) -> float:
    with (run / "results.csv").open(newline="") as file:
        return float(list(csv.DictReader(file))[-1]["accuracy"])
