"""Callbacks that end a fit: no progress, no time, no numbers."""

import math
import time
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from convscope.errors import ConfigError, TrainingError, account, nearest
from convscope.probe import watching
from convscope.train.callbacks import Callback, StopEpoch, StopFit
from convscope.train.state import Training

LOWER_IS_BETTER = ("loss", "error")


def lower_is_better(score: str) -> bool:
    """Tell from a score's name which way it should go.

    Returns:
        True where it holds "loss" or "error", in any case.

    Example:
        >>> lower_is_better("MeanSquaredError"), lower_is_better("accuracy")
        (True, False)
    """
    return any(word in score.lower() for word in LOWER_IS_BETTER)


class Watched:
    """One score of the validation, and whether a value beats the best so far.

    The watched score is compared first; where it is equal, the lower valid loss wins.
    """

    def __init__(self, monitor: str) -> None:
        self.monitor = monitor
        self.best: tuple[float, float] | None = None

    def improved(self, training: Training) -> bool:
        """Look at the newest scores; remember them if they are the best.

        Returns:
            If they are.

        Raises:
            ConfigError: there is no such score.
        """
        names = training.score_names
        if self.monitor not in names:
            raise ConfigError(
                account(
                    "there is no such score to watch",
                    facts={"monitor": self.monitor, "scores": ", ".join(names)},
                    because="only what a validation measures can be watched",
                    fix=nearest(self.monitor, names),
                )
            )
        value = training.valid_scores[names.index(self.monitor)]
        loss = training.valid_scores[0]
        if not math.isfinite(value):
            return False
        lower = lower_is_better(self.monitor)
        rank = (-value if lower else value, -loss if math.isfinite(loss) else -math.inf)
        if self.best is None or rank > self.best:
            self.best = rank
            return True
        return False


class EarlyStopping(Callback):
    """End the fit when a score has not improved for `patience` epochs.

    Args:
        monitor: which score; a name with "loss" or "error" in it is better when lower.
        patience: epochs without improvement to put up with, at least 1.

    Example:
        >>> EarlyStopping("accuracy", patience=5).patience
        5
    """

    order = 63

    def __init__(self, monitor: str = "valid_loss", patience: int = 3) -> None:
        self.patience = patience
        self._watched = Watched(monitor)
        self._waited = 0

    def before_fit(self, training: Training) -> None:
        """Begin anew, unless a stopped fit goes on."""
        if training.begins:
            self._watched.best, self._waited = None, 0

    def after_epoch(self, training: Training) -> None:
        """Count, and stop."""
        self._waited = 0 if self._watched.improved(training) else self._waited + 1
        if self._waited >= self.patience and training.epoch + 1 < training.n_epoch:
            epochs = "epoch" if self.patience == 1 else "epochs"
            raise StopFit(f"{self._watched.monitor} did not improve for {self.patience} {epochs}")

    def state(self, training: Training) -> Mapping[str, Any]:
        """The best so far and how long ago it was."""
        return {"best": self._watched.best, "waited": self._waited}

    def restore(self, training: Training, state: Mapping[str, Any]) -> None:
        """Go on waiting."""
        self._watched.best, self._waited = state["best"], state["waited"]


class TimeLimit(Callback):
    """End the fit when `seconds` have passed: the epoch is cut short and validated.

    Args:
        seconds: wall time from the beginning of the fit, above 0.
    """

    order = 64

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = math.inf

    def before_fit(self, training: Training) -> None:
        """Start the clock."""
        self._end = time.monotonic() + self.seconds

    def after_batch(self, training: Training) -> None:
        """Cut the epoch short when the time is up."""
        if time.monotonic() >= self._end:
            raise StopEpoch

    def after_epoch(self, training: Training) -> None:
        """Stop when the time is up and something is left to learn from."""
        cut_short = training.batches_done < training.batches_per_epoch
        left = cut_short or training.epoch + 1 < training.n_epoch
        if left and time.monotonic() >= self._end:
            raise StopFit(f"the time limit of {self.seconds:g} s was reached")


class StopOnNaN(Callback):
    """Raise a `TrainingError` at the first loss that is not a number, naming where it began."""

    order = -9

    def after_loss(self, training: Training) -> None:
        """Look at the loss before it reaches the weights."""
        if math.isfinite(training.loss.item()):
            return
        step = training.epoch * training.batches_per_epoch + training.batches_done
        raise TrainingError(
            account(
                "the loss is not a finite number any more",
                facts={
                    "loss": training.loss.item(),
                    "step": f"{step} (epoch {training.epoch}, batch {training.batches_done})",
                    "rate": f"{training.opt.param_groups[-1]['lr']:g}",
                    "first seen in": origin(training.model, training.images),
                },
                because="numbers outgrew what a float can hold, or a picture held none",
                fix="a lower rate (--lr-max), normalised pictures, or gradient clipping",
            )
        )


@torch.no_grad()
def origin(model: nn.Module, images: Tensor) -> str:
    """Find the first place where a forward pass shows NaN or Inf.

    The batch is shown to the model once more, in the mode it is in.

    Args:
        model: the model whose loss is not finite.
        images: the batch it was shown.

    Returns:
        "the pictures", "the weights of NAME", "the output of NAME (Type)" or "the loss alone".

    Example:
        >>> origin(nn.Identity(), torch.tensor([float("nan")]))
        'the pictures of the batch'
    """
    if not torch.isfinite(images).all():
        return "the pictures of the batch"
    leaves = {name: m for name, m in model.named_modules() if not list(m.children())}
    seen: list[str] = []

    def look(name: str, output: object) -> None:
        if isinstance(output, Tensor) and not torch.isfinite(output).all():
            seen.append(name)

    with watching(leaves, look):
        model(images)
    if not seen:
        return "the loss alone: the model's output is finite"
    layer = leaves[seen[0]]
    label = f"{seen[0] or 'the model'} ({type(layer).__name__})"
    broken = [n for n, p in layer.named_parameters() if not torch.isfinite(p).all()]
    return f"the {broken[0]} of {label}" if broken else f"the output of {label}"
