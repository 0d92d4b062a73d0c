"""What was measured: plain numbers, no tensors, no pictures."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EpochRow:
    """What one epoch came to; NaN where a number does not exist.

    Attributes:
        epoch: counted from 0, as the chapter does.
        train_loss: mean loss as the recorder smooths it.
        valid_loss: mean loss over the validation pictures.
        metrics: name to value, in the order of the columns.
        seconds: how long the epoch took.
    """

    epoch: int
    train_loss: float
    valid_loss: float
    metrics: Mapping[str, float]
    seconds: float


@dataclass(frozen=True, slots=True)
class Steps:
    """Every recorded step of a run, by column; the columns are of one length.

    Attributes:
        steps: step numbers over the whole run, counted from 0, rising.
        epochs: the epoch that each step belongs to.
        losses: loss of the step's batch, not smoothed.
        lrs: learning rate of the last parameter group.
        moms: momentum; NaN where the optimiser has none.
    """

    steps: list[int] = field(default_factory=list[int])
    epochs: list[int] = field(default_factory=list[int])
    losses: list[float] = field(default_factory=list[float])
    lrs: list[float] = field(default_factory=list[float])
    moms: list[float] = field(default_factory=list[float])

    def __len__(self) -> int:
        return len(self.steps)
