"""The chapter's ladder: a net that fails, and what makes it learn, one change at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf

from torch import nn

from convscope.models import simple_cnn, simple_net
from convscope.recipes.chapter.material import DIGITS, MNIST, Material
from convscope.recipes.chapter.trial import Outcome, Trial
from convscope.runs import Name, Phrase, Printed, Rung, Spread

FAILS = 0.5  # a net below this has not learnt ten digits
ENOUGH = 5  # seeds; fewer cannot show what happens in some of them


@dataclass(frozen=True, slots=True)
class Band:
    """What is expected of the accuracy over the seeds.

    Args:
        at_least: of the median.
        below: of the median.
        some_below: of at least one seed in five, whose median is then below the next step's.
    """

    at_least: float = 0.0
    below: float = inf
    some_below: float | None = None

    @property
    def said(self) -> Phrase:
        """The band in words."""
        if self.some_below is not None:
            return Phrase("ladder_some_below", {"value": f"{self.some_below:g}"})
        if self.below < inf:
            return Phrase("ladder_below", {"value": f"{self.below:g}"})
        return Phrase("ladder_at_least", {"value": f"{self.at_least:g}"})

    @property
    def signs(self) -> str:
        """The band in signs: of the median, or of the smallest."""
        if self.some_below is not None:
            return f"min < {self.some_below:g}"
        return f"< {self.below:g}" if self.below < inf else f"≥ {self.at_least:g}"

    def held(self, accuracy: Spread, following: Spread | None) -> bool | None:
        """Judge a step.

        Args:
            accuracy: its own.
            following: of the step after it, if that was made.

        Returns:
            Whether the band holds; None where too few seeds were tried to tell.

        Example:
            >>> Band(at_least=0.9).held(Spread((0.8, 0.95, 0.97)), None)
            True
            >>> Band(some_below=0.5).held(Spread((0.1,)), Spread((0.97,))) is None
            True
        """
        if self.some_below is None:
            return self.at_least <= accuracy.median < self.below
        if len(accuracy.values) < ENOUGH or following is None:
            return None
        return accuracy.low < self.some_below and accuracy.median < following.median


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the ladder.

    Args:
        trial: what is trained, and how.
        schedule: what people call it.
        net: what people call it.
        book: what the book prints.
        mnist: what is expected on all of MNIST (for S: on the sample).
        digits: what is expected on the embedded digits.
        on_sample: whether it learns threes and sevens only.
    """

    trial: Trial
    schedule: Name
    net: Name
    book: Printed
    mnist: Band
    digits: Band
    on_sample: bool = False


def _normed() -> nn.Module:
    return simple_cnn(norm="batch")


_CONSTANT, _PLAIN, _SAMPLE = map(Phrase, ("ladder_constant", "ladder_plain", "ladder_sample"))
_plain = partial(Step, net=_PLAIN)
_bn = partial(Step, net="BatchNorm", schedule="1cycle")

# Of MNIST: what the contract of the chapter accepts of five seeds. Of the embedded digits, which
# are a fifteenth of it: seeds 0..4 gave a median (smallest to largest) of
#   A 0.100 (0.100 to 0.100)   B 0.906 (0.100 to 0.919)   C 0.960 (0.958 to 0.961)
#   D 0.972 (0.968 to 0.973)   E 0.980 (0.978 to 0.982)   S 0.980 (0.975 to 0.985)
# and a band begins a little below the smallest; one picture of the thousand is 0.001.
STEPS = (
    _plain(
        trial=Trial(name="A", build=simple_cnn, batch_size=64, schedule="constant"),
        schedule=_CONSTANT,
        book=Printed(2.307, 2.306, 0.1135),
        mnist=Band(below=FAILS),
        digits=Band(below=FAILS),
    ),
    _plain(
        trial=Trial(name="B", build=simple_cnn, schedule="constant"),
        schedule=_CONSTANT,
        book=Printed(2.309, 2.303, 0.1135),
        mnist=Band(some_below=FAILS),
        digits=Band(some_below=FAILS),
    ),
    _plain(
        trial=Trial(name="C", build=simple_cnn),
        schedule="1cycle",
        book=Printed(0.211, 0.085, 0.9743),
        mnist=Band(at_least=0.968),
        digits=Band(at_least=0.950),
    ),
    _bn(
        trial=Trial(name="D", build=_normed),
        book=Printed(0.130, 0.055, 0.9864),
        mnist=Band(at_least=0.984),
        digits=Band(at_least=0.962),
    ),
    _bn(
        trial=Trial(name="E", build=_normed, lr=0.1, epochs=5),
        book=Printed(0.018, 0.025, 0.9912),
        mnist=Band(at_least=0.990),
        digits=Band(at_least=0.974),
    ),
    Step(
        trial=Trial(name="S", build=simple_net, batch_size=64, lr=0.01, epochs=2),
        schedule="1cycle",
        net=_SAMPLE,
        book=Printed(0.023, 0.031, 0.9902),
        mnist=Band(at_least=0.987),
        digits=Band(at_least=0.970),
        on_sample=True,
    ),
)


def rung_of(
    step: Step, material: Material, outcomes: list[Outcome], following: list[Outcome]
) -> Rung:
    """Sum up what one step gave with all its seeds.

    Args:
        step: of the ladder.
        material: what it learnt from.
        outcomes: one a seed, at least one.
        following: those of the next step, as far as they are known.

    Returns:
        The record.
    """
    trial = step.trial
    spread = partial(_spread, outcomes)
    accuracy = spread(lambda one: one.accuracy)
    band = {MNIST: step.mnist, DIGITS: step.digits}.get(material.name)
    after = _spread(following, lambda one: one.accuracy) if following else None
    return Rung(
        step=trial.name,
        batch_size=trial.batch_size,
        lr=trial.lr,
        schedule=step.schedule,
        epochs=trial.epochs * material.epochs_factor,
        net=step.net,
        data=material.title,
        book=step.book,
        seeds=tuple(one.seed for one in outcomes),
        train_loss=spread(lambda one: one.train_loss),
        valid_loss=spread(lambda one: one.valid_loss),
        accuracy=accuracy,
        seconds=spread(lambda one: one.seconds),
        silent=sum(_is_silent(one, material) for one in outcomes),
        band=band and band.said,
        expected=band.signs if band else "",
        held=band.held(accuracy, after) if band else None,
    )


def _spread(outcomes: list[Outcome], number: Callable[[Outcome], float]) -> Spread:
    return Spread(tuple(map(number, outcomes)))


def _is_silent(outcome: Outcome, material: Material) -> bool:
    """Say whether the net gives one answer to all: it is right as often as that answer is."""
    valid = material.dls.valid
    return round(outcome.accuracy * valid.n) in valid.counts.values() and outcome.accuracy < FAILS
