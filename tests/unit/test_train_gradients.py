"""Accumulated gradients are one large batch's; clipped ones keep their direction."""

from collections.abc import Callable

import pytest
import torch
from torch import nn, optim

from convscope.errors import ConfigError
from convscope.train import Callback, GradientAccumulation, GradientClip, Learner, Splits, Training


def linear() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(3, 2).double()


def data(rows: int) -> tuple[torch.Tensor, torch.Tensor]:
    dice = torch.Generator().manual_seed(2)
    images = torch.randn(rows, 3, generator=dice, dtype=torch.float64)
    return images, torch.randint(0, 2, (rows,), generator=dice)


def test_four_small_batches_are_one_large() -> None:
    images, labels = data(16)
    small = list(zip(images.split(4), labels.split(4), strict=True))
    accumulated, at_once = linear(), linear()
    for model, batches, cbs in (
        (accumulated, small, [GradientAccumulation(4)]),
        (at_once, [(images, labels)], []),
    ):
        dls = Splits(train=batches, valid=[])
        Learner(dls, model, opt_func=optim.SGD, cbs=cbs, quiet=True).fit(3, 0.5)
    for ours, theirs in zip(accumulated.parameters(), at_once.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-14)


def test_what_is_left_at_the_end_of_an_epoch_steps_too(
    make_learner: Callable[..., Learner],
) -> None:
    steps: list[int] = []

    class Count(Callback):
        def after_step(self, training: Training) -> None:
            steps.append(training.batches_done)

    make_learner(cbs=[GradientAccumulation(2), Count()]).fit(2, 0.1)
    assert steps == [1, 3, 4] * 2


def test_clipping() -> None:
    class Look(Callback):
        order = 20
        norm = 0.0

        def before_step(self, training: Training) -> None:
            grads = [p.grad.flatten() for p in training.model.parameters() if p.grad is not None]
            self.norm = torch.cat(grads).norm().item()

    look = Look()
    dls = Splits(train=[data(8)], valid=[])
    Learner(dls, linear(), cbs=[GradientClip(0.01), look], quiet=True).fit(1, 0.1)
    assert look.norm == pytest.approx(0.01, rel=1e-4)


@pytest.mark.parametrize("make", [lambda: GradientClip(0), lambda: GradientAccumulation(0)])
def test_meaningless_settings(make: Callable[[], Callback]) -> None:
    with pytest.raises(ConfigError, match="because"):
        make()
