"""From logits to what a person reads."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.errors import ConfigError, account

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "logits": lambda logits: logits.softmax(dim=1),
    "log probabilities": torch.exp,
    "logits of each class": torch.sigmoid,
}
"""What makes probabilities of a model's outputs, by what these are."""


class Prediction(NamedTuple):
    """What a model says of one picture: `label, index, probabilities`."""

    label: str
    class_index: Tensor
    probabilities: Tensor


@contextmanager
def mode_kept(model: nn.Module) -> Generator[None]:
    """Put a model that was training back into training when the block ends.

    Whoever looks at it in the middle of an epoch would otherwise stop BatchNorm and dropout.

    Yields:
        Nothing.
    """
    training = model.training
    try:
        yield
    finally:
        model.train(training)


def probabilities(
    logits: Tensor, loss_func: object, act: Callable[[Tensor], Tensor] | None = None
) -> Tensor:
    """Turn logits into probabilities, as the loss function implies.

    Args:
        logits: one row a sample.
        loss_func: cross entropy (softmax), negative log likelihood (exp), or binary cross entropy
            with logits (sigmoid), as function or module.
        act: used instead, where it is given.

    Returns:
        The same shape, 0..1.

    Raises:
        ConfigError: the loss function is none of these and `act` is missing.

    Example:
        >>> probabilities(torch.zeros(1, 4), F.cross_entropy)
        tensor([[0.2500, 0.2500, 0.2500, 0.2500]])
    """
    if act is None:
        act = ACTIVATIONS.get(meaning_of(loss_func) or "")
    if act is not None:
        return act(logits)
    raise ConfigError(
        account(
            "it is not known how this model's outputs become probabilities",
            facts={"loss function": getattr(loss_func, "__name__", type(loss_func).__name__)},
            because="only cross entropy and its relatives say it",
            fix="learn.get_preds(act=torch.sigmoid), or whatever makes 0..1 of the outputs",
        )
    )


def meaning_of(loss_func: object) -> str | None:
    """Say what a loss function takes a model's outputs for.

    Returns:
        A key of `ACTIVATIONS`, or None where it is not known.

    Example:
        >>> meaning_of(F.cross_entropy)
        'logits'
    """
    known = {
        "logits": (F.cross_entropy, nn.CrossEntropyLoss),
        "log probabilities": (F.nll_loss, nn.NLLLoss),
        "logits of each class": (F.binary_cross_entropy_with_logits, nn.BCEWithLogitsLoss),
    }
    for meaning, (function, kind) in known.items():
        if loss_func is function or isinstance(loss_func, kind):
            return meaning
    return None
