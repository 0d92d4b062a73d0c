"""What every comparison works with: pictures, seeds, and rows made of outcomes."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from torch import nn

from convscope.data import Loader
from convscope.models import simple_cnn
from convscope.recipes.chapter.material import Material
from convscope.recipes.chapter.trial import Outcome, Trial, fitted
from convscope.runs import Chart, Comparison, Curve, Name, Phrase, Spread, Tried
from convscope.tables import duration, number
from convscope.tensors import Images, Labels
from convscope.train import Callback
from convscope.words import label

Watcher = TypeVar("Watcher", bound=Callback)

BATCH = 512  # the chapter's
PIECES = 60  # points of a curve of losses
GUESSING = 2.0  # below so many times the share of the commonest class, nothing was learnt


def silent(text: str) -> None:
    """Say nothing."""
    del text


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """Where comparisons are made.

    Args:
        material: what is learnt from.
        seeds: of weights and order; at least one.
        tell: hears what is being done.
        folder: of colour pictures, for the comparison that needs them.
        batch_size: pictures a step, where a comparison does not vary it.
        trainings: that there will be; 0 where that is not known.
        done: the outcomes so far.
    """

    material: Material
    seeds: tuple[int, ...]
    tell: Callable[[str], None] = silent
    folder: Path | None = None
    batch_size: int = BATCH
    trainings: int = 0
    done: list[Outcome] = field(default_factory=list[Outcome])
    begun: float = field(default_factory=time.perf_counter)

    def net(self, norm: str | None = "batch", order: str = "before") -> Callable[[], nn.Module]:
        """Give what makes the chapter's net for these pictures.

        Args:
            norm: as in `models.simple_cnn`.
            order: likewise.

        Returns:
            A function without arguments.
        """
        ready = self.material.dls.prepare
        return partial(
            simple_cnn,
            size=ready.size,
            channels=ready.reading.channels,
            classes=len(ready.classes),
            norm=norm,
            order=order,
        )

    def outcomes(self, trial: Trial) -> list[Outcome]:
        """Make a trial with every seed.

        Args:
            trial: what to try.

        Returns:
            An outcome a seed.
        """
        return [self._made(trial, seed, []) for seed in self.seeds]

    def watched(
        self, trial: Trial, watcher: Callable[[], Watcher]
    ) -> list[tuple[Outcome, Watcher]]:
        """Make a trial with every seed, each watched by a callback of its own.

        Args:
            trial: what to try.
            watcher: makes the callback.

        Returns:
            An outcome a seed, and the callback that saw it.
        """
        seen: list[tuple[Outcome, Watcher]] = []
        for seed in self.seeds:
            one = watcher()
            seen.append((self._made(trial, seed, [one]), one))
        return seen

    def _made(self, trial: Trial, seed: int, cbs: Sequence[Callback]) -> Outcome:
        found = fitted(trial, self.material, seed, cbs=cbs)
        self.done.append(found)
        told = {"accuracy": number(found.accuracy), "time": duration(found.seconds)}
        text = label("compare_told").format(name=trial.name, seed=seed, **told)
        self.tell(f"{text}{self._left()}")
        return found

    def _left(self) -> str:
        done = len(self.done)
        if done >= self.trainings:
            return ""
        left = (time.perf_counter() - self.begun) / done * (self.trainings - done)
        told = {"done": done, "trainings": self.trainings, "left": duration(left)}
        return label("compare_left").format(**told)

    def so_far(self, what: str) -> Comparison:
        """Sum up what is done, where the rest will not be.

        Args:
            what: the comparison's name.

        Returns:
            A row for each trial that has at least one seed, without sentences and curves.
        """
        groups: dict[str, list[Outcome]] = {}
        for one in self.done:
            groups.setdefault(one.trial.name, []).append(one)
        return Comparison(
            what=what,
            data=self.material.title,
            seeds=self.seeds,
            columns=("accuracy", "valid_loss", "train_loss", "seconds"),
            rows=tuple(self._partial(name, outcomes) for name, outcomes in groups.items()),
        )

    def _partial(self, name: str, outcomes: Sequence[Outcome]) -> Tried:
        row = tried(name, outcomes)
        if row.remark is not None or len(outcomes) == len(self.seeds):
            return row
        counts = {"count": f"{len(outcomes)}", "seeds": f"{len(self.seeds)}"}
        return replace(row, remark=Phrase("compare_only_seeds", counts))


def tried(name: Name, outcomes: Sequence[Outcome], **more: Sequence[float]) -> Tried:
    """Sum up what the seeds gave.

    Args:
        name: of what was tried.
        outcomes: one a seed.
        more: measures beyond losses, accuracy and seconds, a value a seed.

    Returns:
        A row; it remarks how many seeds learnt nothing.
    """
    measured = {
        "accuracy": [one.accuracy for one in outcomes],
        "train_loss": [one.train_loss for one in outcomes],
        "valid_loss": [one.valid_loss for one in outcomes],
        "seconds": [one.seconds for one in outcomes],
    }
    failures = sum(map(failed, outcomes))
    counts = {"count": f"{failures}", "seeds": f"{len(outcomes)}"}
    return Tried(
        name,
        {key: Spread(tuple(values)) for key, values in (measured | more).items()},
        Phrase("compare_failed", counts) if failures else None,
    )


def failed(outcome: Outcome) -> bool:
    """Tell whether a net ended no better than one that knows nothing.

    Returns:
        True where the loss is no number, or the accuracy is below twice the share of the commonest
        class (of ten digits: 0.23).
    """
    valid: Loader = outcome.learn.dls.valid  # pyright: ignore[reportAssignmentType]
    commonest = max(valid.counts.values()) / valid.n
    return not (
        np.isfinite(outcome.train_loss) and outcome.accuracy >= min(1.0, GUESSING * commonest)
    )


def loss_chart(groups: Sequence[tuple[Name, Sequence[Outcome]]]) -> Chart:
    """Make a picture of the training loss, step by step.

    Args:
        groups: names, with an outcome a seed.

    Returns:
        Curves whose points are means of up to 60 stretches of the training.
    """
    curves: list[Curve] = []
    for name, outcomes in groups:
        steps = np.arange(len(outcomes[0].losses))
        cuts = np.array_split(steps, min(PIECES, len(steps)))
        xs = tuple(float(cut.mean()) for cut in cuts)
        seeds = tuple(
            tuple(float(np.mean(np.asarray(one.losses)[cut])) for cut in cuts) for one in outcomes
        )
        curves.append(Curve(name, xs, seeds))
    return Chart("compare_title_loss", "step", "compare_train_loss", tuple(curves), "y")


def some_pictures(loader: Loader, most: int) -> tuple[Images, Labels]:
    """Take pictures from all over a loader as one batch.

    Args:
        loader: of any order; its own is kept.
        most: how many at most.

    Returns:
        Every k-th picture, scaled, with its label; k is as small as `most` allows.
    """
    rows = loader.indices
    return loader.batch(rows[:: -(-len(rows) // most)])
