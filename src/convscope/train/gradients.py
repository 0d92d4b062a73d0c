"""What may happen to gradients between the backward pass and the step."""

from collections.abc import Mapping
from typing import Any

from torch.nn.utils import clip_grad_norm_

from convscope.errors import ConfigError, account
from convscope.train.callbacks import Callback, SkipStep
from convscope.train.state import Training


class GradientAccumulation(Callback):
    """Step once every `batches` batches, with the mean of their gradients.

    The last batches of an epoch step with what there is. With a loss that is a mean over equal
    batches this is the gradient of one batch `batches` times as large.

    Example:
        >>> GradientAccumulation(4).batches
        4
    """

    order = 6  # before clipping, which must see the mean

    def __init__(self, batches: int) -> None:
        if batches < 1:
            raise ConfigError(
                account(
                    "gradients cannot be accumulated over this many batches",
                    facts={"batches": batches},
                    because="a step needs at least one batch",
                    fix="GradientAccumulation(1) or more",
                )
            )
        self.batches = batches
        self._pending = 0

    def before_fit(self, training: Training) -> None:
        """Begin with nothing accumulated, unless a stopped fit goes on."""
        if training.begins:
            self._pending = 0

    def before_step(self, training: Training) -> None:
        """Wait for more batches, or step with their mean."""
        self._pending += 1
        last = training.batches_done + 1 >= training.batches_per_epoch
        if self._pending < self.batches and not last:
            raise SkipStep
        for parameter in training.model.parameters():
            if parameter.grad is not None:
                parameter.grad.div_(self._pending)
        self._pending = 0

    def state(self, training: Training) -> Mapping[str, Any]:
        """The gradients that wait for their step."""
        waiting = {
            name: parameter.grad
            for name, parameter in training.model.named_parameters()
            if self._pending and parameter.grad is not None
        }
        return {"pending": self._pending, "gradients": waiting}

    def restore(self, training: Training, state: Mapping[str, Any]) -> None:
        """Take the waiting gradients up again."""
        self._pending = state["pending"]
        parameters = dict(training.model.named_parameters())
        for name, gradient in state["gradients"].items():
            parameters[name].grad = gradient.to(parameters[name].device)


class GradientClip(Callback):
    """Shrink the gradients of all parameters together to a norm of at most `max_norm`.

    Example:
        >>> GradientClip(1.0).max_norm
        1.0

    Source:
        Pascanu, Mikolov & Bengio, "On the difficulty of training recurrent neural networks" (2013).
    """

    order = 11

    def __init__(self, max_norm: float = 1.0) -> None:
        if not max_norm > 0:
            raise ConfigError(
                account(
                    "gradients cannot be clipped to this norm",
                    facts={"max_norm": max_norm},
                    because="a norm of 0 or less leaves nothing to learn from",
                    fix="GradientClip(1.0)",
                )
            )
        self.max_norm = max_norm

    def before_step(self, training: Training) -> None:
        """Clip."""
        clip_grad_norm_(training.model.parameters(), self.max_norm)
