"""How much faster than fastai? The chapter's 10-digit net on MNIST from files, one epoch at 512."""

import os
import sys
from collections.abc import Callable, Iterator

from bench.claims import Band, Row, compared
from bench.datasets import MNIST, fresh, missing, unpacked
from bench.processes import CONVSCOPE, SIDES, Ended, ended

TIMES = 3
BATCH, RATE = 512, 0.06
CLAIMS = {
    "an epoch with its validation, warm cache, BatchNorm: times faster than fastai": 7.0,
    "files to result, cold, process start included: times faster than fastai": 3.0,
    "files to result, warm, process start included: times faster than fastai": 5.0,
}
NO_FASTAI = (
    "BENCH_FASTAI_PYTHON is not set. Make one: python3.11 -m venv FOLDER; "
    "FOLDER/bin/pip install torch torchvision fastai; BENCH_FASTAI_PYTHON=FOLDER/bin/python"
)


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Alternate fastai and convscope, each in a fresh process, on the same folder.

    The epoch is the second `fit_one_cycle(1)` of the net with BatchNorm: the first one pays for
    what PyTorch loads once a process. "Files to result" is the whole process: fastai's session of
    the chapter, and the command `convscope train` with its run folder, both with the net without
    normalisation (the command has no option for it).

    Yields:
        How many times faster.
    """
    python = os.environ.get("BENCH_FASTAI_PYTHON", "")
    if reason := missing(MNIST) or ("" if python else NO_FASTAI):
        yield from (Row(claim, skipped=reason) for claim in CLAIMS)
        return
    say("unpacking MNIST")
    folder = unpacked(MNIST)

    def theirs(norm: str, *again: str) -> Ended:
        return ended([python, SIDES / "with_fastai.py", folder, BATCH, RATE, norm, *again])

    def ours(home: object) -> Ended:
        words = [folder, "training", "testing", BATCH, RATE, 1, "simple_cnn", "batch", 0, "again"]
        command = [sys.executable, SIDES / "with_convscope.py", *words]
        return ended(command, CONVSCOPE_HOME=home)

    def train(home: object) -> Ended:
        settings = f"--arch simple_cnn --epochs 1 --batch-size {BATCH} --lr-max {RATE}"
        command = [CONVSCOPE, "train", folder, *settings.split(), "--out", fresh("runs")]
        return ended([*command, "--device", "cpu"], CONVSCOPE_HOME=home)

    epochs: tuple[list[float], list[float]] = ([], [])
    whole: list[float] = []
    cold: list[float] = []
    warm: list[float] = []
    for turn in range(TIMES):
        say(f"turn {turn + 1} of {TIMES}: fastai takes about a minute")
        home = fresh("home")
        whole.append(theirs("none").wall_seconds)
        cold.append(train(home).wall_seconds)
        warm.append(train(home).wall_seconds)
        epochs[1].append(theirs("batch", "again").answer["fit_seconds"])
        epochs[0].append(ours(home).answer["fit_seconds"])
    for (claim, least), mine in zip(CLAIMS.items(), (epochs[0], cold, warm), strict=True):
        other = epochs[1] if mine is epochs[0] else whole
        yield compared(claim, mine, other, Band(low=least), faster=True)
