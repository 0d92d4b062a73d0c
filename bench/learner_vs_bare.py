"""What does the Learner cost over a bare hand-written loop? Bit-identical weights, turn by turn."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import cast

import torch
from rich.console import Console
from torch import nn

from bench.alternation import InTurns, Lap, Turns, Watch
from bench.bare import Digits, bare_fit
from bench.claims import Band, Row, compared
from bench.datasets import fresh, training_digits, valid_digits
from convscope.data import DataLoaders, Loader, Normalize
from convscope.models import simple_cnn
from convscope.pictures import digits_folder
from convscope.recipes.preparing import prepare
from convscope.recipes.running import fit_in, manifest
from convscope.runs import RunFolder, TrainSettings
from convscope.train import Learner, accuracy

RATE = 0.06


@dataclass(frozen=True, slots=True)
class Case:
    """A batch size, its band, the steps of a turn, and how many fits of one epoch."""

    batch: int
    most: float
    every: int
    fits: int


CASES = (Case(512, 1.03, every=5, fits=6), Case(64, 1.05, every=30, fits=3))


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is compared with the bare loop: `make` prepares a fit that can then be timed."""

    name: str
    make: Callable[[DataLoaders, nn.Module, Case], Callable[[], None]]
    judged: bool


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Fit two twins of the chapter's 10-digit net with BatchNorm, one with us and one by hand.

    Our loader lets the bare loop take a turn after every few steps. A pair of neighbouring turns
    makes a ratio; the median of the wall times' ratios is judged. The whole fit is ours with all
    that it does once (recorder, validation, set-up), against the bare one with its validation.

    Yields:
        Ratios of wall time and processor time, for a Learner and for what `convscope train` adds.
    """
    digits = Digits(training_digits(), valid_digits())
    few = Digits(
        *((pixels[:1024], labels[:1024]) for pixels, labels in (digits.train, digits.valid))
    )
    for case in CASES:
        for subject in SUBJECTS:
            _one_fit(few, case, subject)  # torch imports a second's worth at its first optimiser
            yield from _compare(digits, case, subject, say)


def _compare(
    digits: Digits, case: Case, subject: Subject, say: Callable[[str], None]
) -> Iterator[Row]:
    name, pairs = f"{subject.name} / bare loop, batch {case.batch}", list[tuple[Lap, Lap]]()
    whole: list[tuple[Lap, Lap]] = []
    same: list[float] = []
    for turn in range(case.fits):
        say(f"{name}: fit {turn + 1} of {case.fits}")
        turns, total, equal = _one_fit(digits, case, subject)
        pairs += list(zip(turns.ours, turns.theirs, strict=True))[:-1]  # the last: validation
        theirs = Lap(*map(sum, zip(*turns.theirs, strict=True)))
        whole.append((Lap(*(a - b for a, b in zip(total, theirs, strict=True))), theirs))
        same.append(float(equal))
    band = Band(high=case.most) if subject.judged else None
    for clock, index in (("wall", 0), ("processor", 1)):
        steps = f"{name}: {clock} time of {case.every} steps"
        yield _row(steps, pairs, index, None if index else band)
        yield _row(f"{name}: {clock} time of a whole fit of one epoch", whole, index, None)
    yield Row(f"{name}: weights bit-identical", same, Band(low=1), "(1: yes)", "minimum")


def _row(claim: str, pairs: list[tuple[Lap, Lap]], clock: int, band: Band | None) -> Row:
    ours, theirs = zip(*((1000 * a[clock], 1000 * b[clock]) for a, b in pairs), strict=True)
    return compared(claim, ours, theirs, band, measured_in="ms")


def _one_fit(digits: Digits, case: Case, subject: Subject) -> tuple[Turns, Lap, bool]:
    torch.manual_seed(0)
    net = simple_cnn(norm="batch")
    twin = copy.deepcopy(net)
    dls = DataLoaders.from_arrays(
        *(*digits.train, *digits.valid),
        vocab=[str(name) for name in range(10)],
        bs=case.batch,
        batch_tfms=Normalize(),
        device="cpu",
    )
    turns = Turns(bare_fit(twin, digits, dls, RATE, 1, case.every))
    dls.train = cast(Loader, InTurns(dls.train, turns, case.every))
    dls.valid = cast(Loader, InTurns(dls.valid, turns, len(dls.valid)))
    fit = subject.make(dls, net, case)
    torch.manual_seed(0)
    watch = Watch()
    fit()
    total = watch.lap()
    pairs = zip(net.state_dict().values(), twin.state_dict().values(), strict=True)
    return turns, total, all(torch.equal(a, b) for a, b in pairs)


def _learner(dls: DataLoaders, net: nn.Module, case: Case) -> Callable[[], None]:
    """Make the fit as a user has it, printing nothing.

    Returns:
        What is timed.
    """
    del case
    learn = Learner(dls, net, metrics=accuracy, quiet=True)
    return lambda: learn.fit_one_cycle(1, RATE)


def _recipe(dls: DataLoaders, net: nn.Module, case: Case) -> Callable[[], None]:
    """Make the fit of `convscope train`: checkpoints, store of steps, table, figures at the end.

    Returns:
        What is timed.
    """
    quiet = Console(quiet=True)
    asked = TrainSettings(
        arch="simple_cnn", epochs=1, batch_size=case.batch, lr_max=RATE, seed=0, device="cpu"
    )
    ready = replace(prepare(digits_folder(), asked, quiet), dls=dls, model=net)
    run = RunFolder.create(fresh("runs"), about=manifest(ready, []))
    return lambda: fit_in(run, ready, quiet)


SUBJECTS = (
    Subject("Learner", _learner, judged=True),
    Subject("convscope train's fit", _recipe, judged=False),
)
