"""Scores of a validation: added up batch by batch, weighted by samples."""

from collections.abc import Callable
from typing import Any, Protocol, cast, runtime_checkable

from torch import Tensor

from convscope.errors import ConfigError, account
from convscope.tensors import Labels, Logits

MetricFunction = Callable[[Tensor, Tensor], Tensor | float]


def accuracy(logits: Logits, labels: Labels) -> Tensor:
    """Share of rows whose largest logit is the label's.

    Args:
        logits: one row a sample.
        labels: the class of each sample.

    Returns:
        A scalar, 0..1.

    Example:
        >>> import torch
        >>> accuracy(torch.tensor([[2.0, 1.0], [0.0, 3.0]]), torch.tensor([0, 0])).item()
        0.5
    """
    return (logits.argmax(dim=1) == labels).float().mean()


def error_rate(logits: Logits, labels: Labels) -> Tensor:
    """Share of rows whose largest logit is not the label's: 1 - accuracy.

    Returns:
        A scalar, 0..1.

    Example:
        >>> import torch
        >>> error_rate(torch.tensor([[2.0, 1.0], [0.0, 3.0]]), torch.tensor([0, 0])).item()
        0.5
    """
    return 1 - accuracy(logits, labels)


@runtime_checkable
class Score(Protocol):
    """Something that is added up over the batches of a validation."""

    name: str

    def reset(self) -> None:
        """Forget everything."""

    def add(self, logits: Any, labels: Tensor) -> None:  # noqa: ANN401 - the loss sees all of it
        """Take one batch into account; the loss gets the whole output of the model."""

    def value(self) -> float:
        """The score of all batches since `reset`; NaN if there were none."""
        ...


class Mean:
    """The mean of a function of (logits, labels), every sample with the same weight.

    Example:
        >>> import torch
        >>> score = Mean(accuracy)
        >>> score.add(torch.tensor([[1.0, 0.0]]), torch.tensor([0]))
        >>> score.add(torch.tensor([[1.0, 0.0]] * 3), torch.tensor([1, 1, 1]))
        >>> score.name, score.value()
        ('accuracy', 0.25)
    """

    def __init__(self, function: MetricFunction, name: str | None = None) -> None:
        self.function = function
        self.name = name or getattr(function, "__name__", type(function).__name__)
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.total, self.samples = 0.0, 0

    def add(self, logits: Any, labels: Tensor) -> None:  # noqa: ANN401 - as the function takes it
        """Add one batch, weighted by its samples."""
        self.total += float(self.function(logits, labels)) * len(labels)
        self.samples += len(labels)

    def value(self) -> float:
        """The mean so far, NaN of nothing."""
        return self.total / self.samples if self.samples else float("nan")


class Accumulated:
    """A metric that keeps its own state, with torchmetrics' three verbs."""

    def __init__(self, metric: Any) -> None:  # noqa: ANN401 - torchmetrics is not required
        self.metric = metric
        self.name = type(metric).__name__
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.metric.reset()
        self.samples = 0

    def add(self, logits: Tensor, labels: Tensor) -> None:
        """Hand one batch to the metric, on its device."""
        if hasattr(self.metric, "to"):  # torchmetrics keep tensors; three verbs are all we ask for
            self.metric.to(logits.device)
        self.metric.update(logits, labels)
        self.samples += len(labels)

    def value(self) -> float:
        """What the metric computes, NaN of nothing."""
        return float(self.metric.compute()) if self.samples else float("nan")


def scored(metric: object) -> Score:
    """Make a score of a function or of a torchmetrics object.

    Args:
        metric: `f(logits, labels) -> scalar`, an object with `update`, `compute` and `reset`, or a
            `Score`, which is taken as it is.

    Returns:
        The score.

    Raises:
        ConfigError: it is neither.

    Example:
        >>> scored(accuracy).name
        'accuracy'
    """
    if isinstance(metric, Score):
        return metric
    if all(hasattr(metric, verb) for verb in ("update", "compute", "reset")):
        return Accumulated(metric)
    if callable(metric):
        return Mean(cast(MetricFunction, metric))
    raise ConfigError(
        account(
            "this is not a metric",
            facts={"metric": repr(metric)},
            because="it cannot be called and has no update, compute and reset",
            fix="metrics=accuracy, a function of (logits, labels), or a torchmetrics object",
        )
    )
