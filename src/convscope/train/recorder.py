"""What happened at every step and every epoch, kept over all fits of a Learner."""

import time
from collections.abc import Mapping
from typing import Any

import torch

from convscope import figures
from convscope.train.callbacks import Callback
from convscope.train.optimiser import momentum
from convscope.train.state import Training

SMOOTHING = 0.98  # weight of the past in the training loss that is shown


class Recorder(Callback):
    """Keep losses, rates and momentum of every step, and a row of results an epoch.

    A second fit appends. Nothing that is called between fits (validate, predict, get_preds,
    summary, lr_find) touches what is here.

    Attributes:
        losses: exponential average of the training loss, debiased, one entry a step.
        raw_losses: the loss of each training batch.
        lrs: the rate of the last parameter group, one entry a step.
        moms: its momentum, one entry a step; NaN if the optimiser has none.
        values: one row an epoch: train loss (the average at its end), valid loss, metrics.
        metric_names: names of the columns of `values`.
        seconds: time of each epoch, validation included.
        epoch_ends: entries in `losses` when each epoch ended.
    """

    order = 50

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.raw_losses: list[float] = []
        self.lrs: list[float] = []
        self.moms: list[float] = []
        self.values: list[list[float]] = []
        self.metric_names: list[str] = []
        self.seconds: list[float] = []
        self.epoch_ends: list[int] = []
        self._average, self._count = 0.0, 0
        self._seconds_before = 0.0  # of this epoch, in a process that was stopped
        self._epoch_start = 0.0

    def before_fit(self, training: Training) -> None:
        """Begin a new average, unless a stopped fit goes on."""
        if training.begins:
            self._average, self._count = 0.0, 0
        self._epoch_start = time.perf_counter()

    def before_epoch(self, training: Training) -> None:
        """Start the clock."""
        if training.batches_done == 0:
            self._seconds_before = 0.0
        self._epoch_start = time.perf_counter()

    def after_batch(self, training: Training) -> None:
        """Write down the step."""
        loss = training.loss.item()
        self._average = SMOOTHING * self._average + (1 - SMOOTHING) * loss
        self._count += 1
        self.raw_losses.append(loss)
        self.losses.append(self._average / (1 - SMOOTHING**self._count))
        self.lrs.append(training.opt.param_groups[-1]["lr"])
        beta = momentum(training.opt)
        self.moms.append(float("nan") if beta is None else beta)

    def after_epoch(self, training: Training) -> None:
        """Write down the epoch."""
        train_loss = self.losses[-1] if self.losses else float("nan")
        self.values.append([train_loss, *training.valid_scores])
        self.seconds.append(self._elapsed())
        self.epoch_ends.append(len(self.losses))

    def _elapsed(self) -> float:
        return self._seconds_before + time.perf_counter() - self._epoch_start

    def plot_sched(self) -> list[figures.Axes]:
        """Draw rate and momentum against the step, as pyplot does.

        Returns:
            The axes.
        """
        figure = figures.pyplot_figure((12, 4))
        return figures.schedule(self.lrs, self.moms, figure=figure).axes

    def plot_loss(self, skip_start: int = 5, *, with_valid: bool = True) -> list[figures.Axes]:
        """Draw the smoothed training loss against the step, and the validation loss.

        Args:
            skip_start: steps at the beginning to leave out, at least 0.
            with_valid: with a point an epoch for the validation loss.

        Returns:
            The axes.
        """
        ends = zip(self.epoch_ends, self.values, strict=True)
        valid = [(step, row[1]) for step, row in ends] if with_valid else []
        figure = figures.pyplot_figure((7, 4))
        return figures.loss_curve(
            self.losses, valid=valid, skip_start=skip_start, figure=figure
        ).axes

    def state(self, training: Training) -> Mapping[str, Any]:
        """Everything recorded and the running average."""
        return {
            **{name: torch.tensor(getattr(self, name), dtype=torch.float64) for name in _PER_STEP},
            **{name: list(getattr(self, name)) for name in _PER_EPOCH},
            "average": self._average,
            "count": self._count,
            "elapsed": 0.0 if training.epoch_ended else self._elapsed(),
        }

    def restore(self, training: Training, state: Mapping[str, Any]) -> None:
        """Take up the record where it was left."""
        for name in _PER_STEP:
            setattr(self, name, state[name].tolist())
        for name in _PER_EPOCH:
            setattr(self, name, list(state[name]))
        self._average, self._count = state["average"], state["count"]
        self._seconds_before = state["elapsed"]


_PER_STEP = ["losses", "raw_losses", "lrs", "moms"]
_PER_EPOCH = ["values", "metric_names", "seconds", "epoch_ends"]
