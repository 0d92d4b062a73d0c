"""One experiment of the chapter: a net, a way to train it, and what came of it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from convscope.instruments import ActivationStats
from convscope.recipes.chapter.material import Material
from convscope.recipes.runlog import epoch_row
from convscope.runs import Activations, EpochRow
from convscope.train import Callback, Learner, accuracy


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried; whatever is not said is as in the chapter.

    Args:
        name: in tables and pictures.
        build: makes the net; called after the seed was set.
        batch_size: pictures a step.
        lr: the rate, or the top of the cycle.
        epochs: of full MNIST; the material multiplies it.
        schedule: "one_cycle" (cosine), "linear" (one cycle in straight lines), or "constant".
        weight_decay: of weights; biases and normalisation layers have none.
    """

    name: str
    build: Callable[[], nn.Module]
    batch_size: int = 512
    lr: float = 0.06
    epochs: int = 1
    schedule: Literal["one_cycle", "linear", "constant"] = "one_cycle"
    weight_decay: float = 0.01


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one trial gave with one seed.

    Args:
        trial: what was tried.
        seed: of weights and order.
        train_loss: of the last epoch, the average that the chapter shows.
        valid_loss: of the last epoch.
        accuracy: of the last epoch, 0..1.
        epochs: a row each.
        losses: of each step's batch.
        seconds: that the fit took, validation included.
        learn: the Learner; its `activation_stats` has the layer that was watched, if one was.
    """

    trial: Trial
    seed: int
    train_loss: float
    valid_loss: float
    accuracy: float
    epochs: list[EpochRow]
    losses: list[float]
    seconds: float
    learn: Learner


def fitted(
    trial: Trial,
    material: Material,
    seed: int,
    *,
    watched: bool = False,
    cbs: Sequence[Callback] = (),
) -> Outcome:
    """Make the net and train it; the same seed gives the same result, whatever ran before.

    Args:
        trial: what to try.
        material: what to learn from.
        seed: of the first weights and of the order of the pictures.
        watched: keep statistics and histograms of what the last convolution but one gives: its own
            outputs, not what a normalisation or a ReLU makes of them.
        cbs: callbacks of the fit.

    Returns:
        The numbers and the Learner.
    """
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        net = trial.build()
        seen = [ActivationStats(modules=_looked_at(net), channels=False)] if watched else []
        learn = Learner(
            material.loaders(trial.batch_size, seed),
            net,
            metrics=accuracy,
            wd=trial.weight_decay,
            cbs=[*seen, *cbs],
            quiet=True,
        )
        begun = time.perf_counter()
        _fit(learn, trial, trial.epochs * material.epochs_factor)
        seconds = time.perf_counter() - begun
    recorder = learn.recorder
    rows = [epoch_row(recorder, epoch) for epoch in range(len(recorder.values))]
    train_loss, valid_loss, share = recorder.values[-1]
    return Outcome(
        trial, seed, train_loss, valid_loss, share, rows, recorder.raw_losses, seconds, learn
    )


def seen_inside(outcome: Outcome) -> Activations:
    """Read what was seen inside a net that was watched.

    Args:
        outcome: of `fitted(..., watched=True)`.

    Returns:
        The records of one layer.
    """
    (stats,) = (one for one in outcome.learn.cbs if isinstance(one, ActivationStats))
    return stats.record


def _looked_at(net: nn.Module) -> nn.Module:
    """The layer that the chapter looks at: its pictures of the others tell the same story."""
    return [layer for layer in net.modules() if isinstance(layer, nn.Conv2d)][-2]


def _fit(learn: Learner, trial: Trial, epochs: int) -> None:
    if trial.schedule == "constant":
        learn.fit(epochs, trial.lr)
    else:
        anneal = "linear" if trial.schedule == "linear" else "cosine"
        learn.fit_one_cycle(epochs, trial.lr, anneal=anneal)
