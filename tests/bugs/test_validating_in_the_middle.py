"""`learn.validate()` in the middle of an epoch left the rest of it in eval mode.

BatchNorm then learnt nothing more, and dropout dropped nothing, until the next epoch began.
"""

from collections.abc import Callable as Function

import pytest
import torch

from convscope.train import Callback, Learner, Training

VERBS: list[Function[[Learner], object]] = [
    Learner.validate,
    Learner.get_preds,
    lambda learn: learn.predict(torch.rand(1, 8, 8)),
]


class Look(Callback):
    def __init__(self, verb: Function[[Learner], object]) -> None:
        self.verb = verb
        self.modes: list[bool] = []

    def before_batch(self, training: Training) -> None:
        self.modes.append(training.model.training)

    def after_batch(self, training: Training) -> None:
        assert isinstance(training, Learner)
        self.verb(training)


@pytest.mark.parametrize("verb", VERBS)
def test_the_mode_comes_back(
    make_learner: Function[..., Learner], verb: Function[[Learner], object]
) -> None:
    look = Look(verb)
    make_learner(cbs=look).fit(1, 0.01)
    assert look.modes == [True] * 5
