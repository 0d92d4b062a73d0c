"""What ends a fit early, and what it says."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from torch import nn

from convscope.errors import ConfigError, TrainingError
from convscope.train import (
    Callback,
    EarlyStopping,
    Learner,
    SaveBest,
    StopOnNaN,
    TimeLimit,
    Training,
    accuracy,
)

Build = Callable[..., Learner]


class Script(Callback):
    """Put scores of our choice in place of the measured ones."""

    order = 1

    def __init__(self, *scores: tuple[float, float]) -> None:
        self.scores = scores

    def after_epoch(self, training: Training) -> None:
        training.valid_scores = list(self.scores[training.epoch])


def test_patience(make_learner: Build) -> None:
    scores = [(1.0, 0.1), (0.9, 0.2), (0.95, 0.3), (0.91, 0.4), (0.5, 0.5)]
    learn = make_learner(metrics=accuracy, cbs=[Script(*scores), EarlyStopping(patience=2)])
    learn.fit(5, 0.1)
    assert learn.stopped == "valid_loss did not improve for 2 epochs"
    assert len(learn.recorder.values) == 4


def test_patience_with_a_score_that_should_rise(make_learner: Build) -> None:
    scores = [(1.0, 0.5), (0.9, 0.4), (0.8, 0.6), (0.7, math.nan), (0.6, 0.1)]
    stopping = EarlyStopping("accuracy", patience=2)
    learn = make_learner(metrics=accuracy, cbs=[Script(*scores), stopping])
    learn.fit(5, 0.1)
    assert len(learn.recorder.values) == 5
    assert learn.stopped == "", "at the last epoch there is nothing to stop"


def test_an_unknown_score_is_named(make_learner: Build) -> None:
    with pytest.raises(ConfigError) as caught:
        make_learner(metrics=accuracy, cbs=EarlyStopping("acuracy")).fit(1, 0.1)
    assert str(caught.value) == (
        "there is no such score to watch\n"
        "  monitor : acuracy\n"
        "  scores  : valid_loss, accuracy\n"
        "  because : only what a validation measures can be watched\n"
        "  try     : 'accuracy'"
    )


def test_best_weights_by_score_then_by_loss(make_learner: Build, tmp_path: Path) -> None:
    scores = [(0.9, 0.8), (0.5, 0.9), (0.4, 0.9), (0.6, 0.9), (0.1, 0.7)]
    path = tmp_path / "best.safetensors"
    best = SaveBest(path, "accuracy", {"classes": "a b"})
    kept: list[torch.Tensor] = []

    class Keep(Callback):
        def after_epoch(self, training: Training) -> None:
            kept.append(training.model[0].weight.detach().clone())  # pyright: ignore[reportIndexIssue]

    learn = make_learner(metrics=accuracy, cbs=[Script(*scores), best, Keep()])
    learn.fit(5, 0.1)
    assert best.epoch == 2
    with safe_open(path, "pt") as file:
        assert torch.equal(file.get_tensor("0.weight"), kept[2])
        assert file.metadata() == {"classes": "a b"}


def test_time_limit_cuts_an_epoch_short_and_validates(make_learner: Build) -> None:
    class Slow(Callback):
        def after_batch(self, training: Training) -> None:
            time.sleep(0.05)

    learn = make_learner(cbs=[Slow(), TimeLimit(0.12)])
    learn.fit(50, 0.1)
    assert learn.stopped == "the time limit of 0.12 s was reached"
    assert len(learn.recorder.values) == 1
    assert 0 < len(learn.recorder.losses) < 5


def test_nan_in_a_picture(make_learner: Build) -> None:
    learn = make_learner(cbs=StopOnNaN())
    learn.dls.train[3][0][0] = math.nan  # pyright: ignore[reportIndexIssue]
    with pytest.raises(TrainingError) as caught:
        learn.fit_one_cycle(2, 0.05)
    message = str(caught.value)
    assert "step          : 3 (epoch 0, batch 3)" in message
    assert "first seen in : the pictures of the batch" in message
    assert "rate          : " in message
    assert all(torch.isfinite(p).all() for p in learn.model.parameters())


def test_nan_in_weights_names_the_layer(make_learner: Build) -> None:
    learn = make_learner(cbs=StopOnNaN())
    with torch.no_grad():
        learn.model[5].weight[0, 0] = math.inf  # pyright: ignore[reportIndexIssue]
    with pytest.raises(TrainingError, match=r"first seen in : the weight of 5 \(Linear\)"):
        learn.fit(1, 0.1)


def test_nan_made_by_a_layer_names_the_layer(make_learner: Build) -> None:
    class Log(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.log()

    learn = make_learner(cbs=StopOnNaN())
    assert isinstance(learn.model, nn.Sequential)
    learn.model.insert(2, Log())
    with pytest.raises(TrainingError, match=r"first seen in : the output of 2 \(Log\)"):
        learn.fit(1, 0.1)
    assert not any(module._forward_hooks for module in learn.model.modules())


def test_a_rate_far_too_high_is_stopped(make_learner: Build) -> None:
    learn = make_learner(cbs=StopOnNaN(), opt_func=torch.optim.SGD)
    with pytest.raises(TrainingError, match="the loss is not a finite number any more"):
        learn.fit(5, 1e30)
