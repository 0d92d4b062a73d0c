"""Section 6: the ladder is the contract's, and climbs on the embedded digits."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from convscope.models import simple_cnn
from convscope.recipes.chapter.ladder import STEPS, Step
from convscope.recipes.chapter.material import DIGITS, Material, material
from convscope.recipes.chapter.trial import fitted


@dataclass(frozen=True)
class Line:
    """A line of the contract's table."""

    batch: int
    lr: float
    schedule: str
    epochs: int
    parameters: int
    printed: tuple[float, float, float]
    band: str


PLAIN, NORMED, SAMPLE = 30_282, 30_542, 6_722
CONTRACT = {
    "A": Line(64, 0.06, "constant", 1, PLAIN, (2.307, 2.306, 0.1135), "< 0.5"),
    "B": Line(512, 0.06, "constant", 1, PLAIN, (2.309, 2.303, 0.1135), "min < 0.5"),
    "C": Line(512, 0.06, "one_cycle", 1, PLAIN, (0.211, 0.085, 0.9743), "≥ 0.968"),
    "D": Line(512, 0.06, "one_cycle", 1, NORMED, (0.130, 0.055, 0.9864), "≥ 0.984"),
    "E": Line(512, 0.10, "one_cycle", 5, NORMED, (0.018, 0.025, 0.9912), "≥ 0.99"),
    "S": Line(64, 0.01, "one_cycle", 2, SAMPLE, (0.023, 0.031, 0.9902), "≥ 0.987"),
}


def as_line(step: Step) -> Line:
    trial, book = step.trial, step.book
    return Line(
        trial.batch_size,
        trial.lr,
        trial.schedule,
        trial.epochs,
        sum(one.numel() for one in trial.build().parameters()),
        (book.train_loss, book.valid_loss, book.accuracy),
        step.mnist.signs,
    )


def test_every_step_is_that_of_the_contract() -> None:
    assert {step.trial.name: as_line(step) for step in STEPS} == CONTRACT


def test_batch_normalisation_can_stand_on_either_side() -> None:
    def kinds(order: str) -> list[str]:
        net = simple_cnn(norm="batch", order=order)  # pyright: ignore[reportArgumentType]
        return [type(one).__name__ for one in net.modules() if not [*one.children()]][:3]

    assert kinds("before") == ["Conv2d", "BatchNorm2d", "ReLU"]
    assert kinds("after") == ["Conv2d", "ReLU", "BatchNorm2d"]


def test_as_many_steps_as_in_the_book_whatever_is_learnt_from(learnt: Material) -> None:
    assert (learnt.name, learnt.epochs_factor) == (DIGITS, 15)
    assert 15 * len(learnt.loaders(512, 0).train) == 105  # 117 on MNIST


@pytest.fixture(scope="module")
def learnt(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Material:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(tmp_path_factory.mktemp("without_mnist")))
        return material()


@pytest.mark.slow
def test_it_fails_then_learns_then_learns_better(learnt: Material) -> None:
    """A, C and D with one seed: the story in three sentences."""
    steps = {step.trial.name: step for step in STEPS}
    few = replace(learnt, epochs_factor=3)  # A is dead long before
    a = fitted(steps["A"].trial, few, seed=0)
    c, d = (fitted(steps[name].trial, learnt, seed=0) for name in "CD")
    assert a.accuracy < 0.5
    assert a.valid_loss == pytest.approx(2.303, abs=0.02)  # log 10: it knows nothing
    assert c.accuracy >= steps["C"].digits.at_least
    assert d.accuracy >= steps["D"].digits.at_least
    assert d.accuracy > c.accuracy
