"""What a training knows while it runs: callbacks see it and may change it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

Batch = tuple[Tensor, Tensor]
Objective = Callable[[Tensor, Tensor], Tensor]


@runtime_checkable
class Loaders(Protocol):
    """What is learnt from and what is judged on. Ours also know their `device`."""

    @property
    def train(self) -> Iterable[Batch]:
        """Batches to learn from."""
        ...

    @property
    def valid(self) -> Iterable[Batch]:
        """Batches to judge on."""
        ...


class Splits(NamedTuple):
    """Batches to learn from and batches to judge on: the least a Learner can be given."""

    train: Iterable[Batch]
    valid: Iterable[Batch] = ()


@runtime_checkable
class Stateful(Protocol):
    """A callback, as far as a checkpoint is concerned."""

    @property
    def name(self) -> str:
        """What its state is filed under."""
        ...

    def state(self, training: "Training") -> Mapping[str, Any]:
        """What it needs to go on."""
        ...

    def restore(self, training: "Training", state: Mapping[str, Any]) -> None:
        """Go on from there."""
        ...


class Training:
    """The model, its data, its objective, and how far the fit has come.

    During a batch `images`, `labels`, `logits` and `loss` are that batch's: `images` and `labels`
    may be replaced before the forward pass, `logits` and `loss` after it.
    """

    model: nn.Module
    dls: Loaders
    loss_func: Objective
    opt: Optimizer
    device: torch.device

    n_epoch: int = 0
    epoch: int = 0
    """Epoch under way in this fit, from 0."""
    batches_done: int = 0
    """Training batches of this epoch that are finished."""
    batches_per_epoch: int = 0
    epoch_ended: bool = False
    """The epoch has been validated; only its `after_epoch` is left."""
    epochs_before: int = 0
    """Epochs of earlier fits: the order of the batches goes on where they ended."""
    seed: int = 0
    stopped: str = ""
    """Why the fit ended before its last epoch, if it did."""
    interrupted: bool = False
    """Then: somebody outside wanted it, no rule of the fit."""

    images: Tensor
    labels: Tensor
    logits: Tensor
    loss: Tensor
    score_names: list[str]
    """"valid_loss" and the names of the metrics."""
    valid_scores: list[float]
    """What the last validation of this fit gave them."""
    members: Sequence["Stateful"] = ()
    """The callbacks of this fit."""
    plan: Mapping[str, Any]
    """What this fit was asked for, in plain values: a resumed fit must be asked for the same."""
    epoch_rng: Tensor
    """PyTorch's random state when this epoch began."""

    @property
    def begins(self) -> bool:
        """This fit stands at its first step."""
        return (self.epoch, self.batches_done) == (0, 0)

    @property
    def fit_share(self) -> float:
        """How much of the fit lies behind, 0..1: step k of N stands at k/N."""
        return (self.epoch * self.batches_per_epoch + self.batches_done) / max(
            1, self.n_epoch * self.batches_per_epoch
        )
