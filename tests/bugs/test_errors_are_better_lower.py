"""Early stopping on torchmetrics' MeanSquaredError waited for the error to grow.

Whether lower is better is read from the score's name, and only small letters were looked at.
"""

from collections.abc import Callable as Function

import pytest

from convscope.train import Callback, EarlyStopping, Learner, Training
from convscope.train.guards import lower_is_better


class MeanSquaredError:
    """The verbs of torchmetrics."""

    def update(self, *given: object) -> None:
        """Take nothing into account."""

    def reset(self) -> None:
        """Forget nothing."""

    def compute(self) -> float:
        return 0.0

    def to(self, device: object) -> "MeanSquaredError":
        return self


class Falling(Callback):
    order = -50

    def after_epoch(self, training: Training) -> None:
        training.valid_scores[1] = 1.0 / (1 + training.epoch)


def test_a_falling_error_is_progress(make_learner: Function[..., Learner]) -> None:
    stopping = EarlyStopping("MeanSquaredError", patience=2)
    learn = make_learner(metrics=[MeanSquaredError()], cbs=[Falling(), stopping])
    learn.fit(5, 0.01)
    assert learn.stopped == ""


@pytest.mark.parametrize("name", ["Loss", "ERROR", "error_rate"])
def test_any_case(name: str) -> None:
    assert lower_is_better(name)
    assert not lower_is_better("accuracy")
