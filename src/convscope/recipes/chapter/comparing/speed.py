"""The BatchNorm paper's figure: accuracy against steps, with and without it, at rising rates."""

from math import inf, isfinite

import torch
from torch import Tensor

from convscope.recipes.chapter.comparing.judging import known_to
from convscope.recipes.chapter.comparing.lab import Lab, some_pictures, tried
from convscope.recipes.chapter.trial import Outcome, Trial
from convscope.runs import Chart, Comparison, Curve, Name, Phrase, Spread, Tried, said
from convscope.train import Callback, Training, logits_of

BATCH, RATE = 64, 0.002
TIMES = (1, 5, 30)
EVERY = 10  # steps from one look at the held-out pictures to the next
PICTURES = 2_048  # of them, for each look

Course = tuple[tuple[float, ...], tuple[float, ...]]  # steps, accuracies


class Looks(Callback):
    """Judge the net every few steps.

    Args:
        batch: held-out pictures with their labels.
        every: steps from one look to the next, at least 1.
    """

    order = 90

    def __init__(self, batch: tuple[Tensor, Tensor], every: int = EVERY) -> None:
        self.images, self.targets = batch
        self.every = every
        self.steps: list[float] = []
        self.shares: list[float] = []

    def after_batch(self, training: Training) -> None:
        """Look, in the mode of validation."""
        step = training.epoch * training.batches_per_epoch + training.batches_done
        if step % self.every == 0:
            self._look(training, step)

    def after_fit(self, training: Training) -> None:
        """Look at what came out."""
        step = training.n_epoch * training.batches_per_epoch
        if not self.steps or self.steps[-1] < step:
            self._look(training, step)

    def _look(self, training: Training, step: int) -> None:
        training.model.eval()
        with torch.no_grad():
            answers = logits_of(training.model(self.images)).argmax(dim=1)
        training.model.train()
        self.steps.append(float(step))
        self.shares.append(float((answers == self.targets).float().mean()))

    @property
    def course(self) -> Course:
        """Steps, and the accuracy after each."""
        return tuple(self.steps), tuple(self.shares)


def steps_until(course: Course, share: float) -> float:
    """Find the first look at which an accuracy was reached.

    Args:
        course: steps and accuracies.
        share: to reach, 0..1.

    Returns:
        Its step; infinite where it never was.

    Example:
        >>> steps_until(((10.0, 20.0, 30.0), (0.5, 0.9, 0.8)), 0.8)
        20.0
    """
    return next((step for step, one in zip(*course, strict=True) if one >= share), inf)


def compare_speed(lab: Lab) -> Comparison:
    """Train with and without BatchNorm at one, five and thirty times a rate; nothing is annealed.

    Args:
        lab: where.

    Returns:
        Six rows, with the steps to the best accuracy that the plain net reaches at the lowest rate
        with the same seed.
    """
    held_out = some_pictures(lab.material.dls.valid, PICTURES)
    names: list[Name] = []
    groups: list[list[Outcome]] = []
    courses: list[list[Course]] = []
    for norm in (None, "batch"):
        for times in TIMES:
            name = Phrase(f"compare_speed_{norm or 'plain'}", {"times": f"{times}"})
            trial = _trial(lab, said(name), norm, times)
            seen = lab.watched(trial, lambda: Looks(held_out))
            names.append(name)
            groups.append([outcome for outcome, _ in seen])
            courses.append([looks.course for _, looks in seen])
    goals = [max(shares) for _, shares in courses[0]]
    rows = [
        tried(
            name,
            outcomes,
            best_accuracy=[max(shares) for _, shares in course],
            steps_to_equal=[steps_until(*pair) for pair in zip(course, goals, strict=True)],
        )
        for name, outcomes, course in zip(names, groups, courses, strict=True)
    ]
    curves = [
        Curve(name, course[0][0], tuple(shares for _, shares in course))
        for name, course in zip(names, courses, strict=True)
    ]
    return Comparison(
        what="speed",
        data=lab.material.title,
        seeds=lab.seeds,
        columns=("best_accuracy", "steps_to_equal", "accuracy", "train_loss", "seconds"),
        rows=tuple(rows),
        drawn=2,
        found=tuple(_found(row, rows[0]) for row in rows[1:]),
        notes=(_note(rows[0]), known_to(len(held_out[0]), rows[0].spreads["accuracy"].median)),
        charts=(
            Chart(
                "compare_title_by_speed", "step", "compare_held_out", tuple(curves), in_odds=True
            ),
        ),
    )


def _found(row: Tried, reference: Tried) -> Phrase:
    """Say how many steps a row needs for what the reference reaches in its own."""
    needed, own = row.spreads["steps_to_equal"], reference.spreads["steps_to_equal"]
    never = sum(not isfinite(one) for one in needed.values)
    told: dict[str, Name] = {
        "name": row.name,
        "reference": reference.name,
        "own": f"{own.median:g}",
        "never": f"{never}",
        "seeds": f"{len(needed.values)}",
        "best": f"{row.spreads['best_accuracy'].median:.4f}",
    }
    if not isfinite(needed.median):
        return Phrase("compare_speed_never", told)
    factors = Spread(
        tuple(mine / theirs for mine, theirs in zip(own.values, needed.values, strict=True))
    )
    told |= {
        "steps": f"{needed.median:g}",
        "factor": f"{factors.median:.2g}",
        "low": f"{factors.low:.2g}",
        "high": f"{factors.high:.2g}",
    }
    return Phrase("compare_speed_equal", told)


def _note(reference: Tried) -> Phrase:
    goal = reference.spreads["best_accuracy"]
    values = {"batch": f"{BATCH}", "rate": f"{RATE:g}", "every": f"{EVERY}"}
    return Phrase("compare_note_speed", values | {"goal": f"{goal.median:.4f}"})


def _trial(lab: Lab, name: str, norm: str | None, times: int) -> Trial:
    return Trial(
        name=name,
        build=lab.net(norm),
        batch_size=min(BATCH, lab.batch_size),
        lr=times * RATE,
        schedule="constant",
    )
