"""A fit that was interrupted between backward pass and step left its gradients to the next fit.

Nobody cleared them: the first step of the next fit went along the sum of both. So did the first
step after a fit that was stopped while gradients were accumulated.
"""

from collections.abc import Callable as Function

import pytest
import torch

from convscope.train import Callback, GradientAccumulation, Learner, StopFit, Training

Make = Function[..., Learner]


class Interrupt(Callback):
    def before_step(self, training: Training) -> None:
        raise KeyboardInterrupt


class Stop(Callback):
    def after_batch(self, training: Training) -> None:
        raise StopFit


def the_same(one: Learner, other: Learner) -> bool:
    pairs = zip(one.model.parameters(), other.model.parameters(), strict=True)
    return all(torch.equal(mine, yours) for mine, yours in pairs)


def weights_alone(learn: Learner, fresh: Learner) -> None:
    """Start both at the same weights and the same first epoch; only gradients can differ."""
    learn.model.load_state_dict(fresh.model.state_dict())
    learn.epochs_done = 0
    for one in (learn, fresh):
        torch.manual_seed(1)
        one.fit(1, 0.1, reset_opt=True)


def test_after_an_interrupt(make_learner: Make) -> None:
    learn, fresh = make_learner(), make_learner()
    with pytest.raises(KeyboardInterrupt):
        learn.fit(1, 0.1, cbs=Interrupt())
    weights_alone(learn, fresh)
    assert the_same(learn, fresh)


def test_after_a_stop_while_gradients_wait(make_learner: Make) -> None:
    learn, fresh = (make_learner(cbs=GradientAccumulation(2)) for _ in range(2))
    learn.fit(1, 0.1, cbs=Stop())
    weights_alone(learn, fresh)
    assert the_same(learn, fresh)
