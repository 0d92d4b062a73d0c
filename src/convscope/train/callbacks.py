"""Moments of a fit, and who is called at them."""

import re
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from convscope.train.state import Training


class StopFit(Exception):  # noqa: N818 - a request, not an error
    """Raised by a callback to end the fit at this moment, in good order; its text is the reason."""


class Interrupted(StopFit):
    """Raised by a callback when somebody outside wants the end: it came too early."""


class StopEpoch(Exception):  # noqa: N818 - a request, not an error
    """Raised by a callback to end the training half of this epoch: validation follows."""


class SkipStep(Exception):  # noqa: N818 - a request, not an error
    """Raised by a callback at `before_step`: keep the gradients, leave the weights."""


class Callback:
    """Override the moments you need. Smaller `order` runs first.

    What a callback takes, it gives back through `attached`, which is left however the fit ends.

    Example:
        >>> class Count(Callback):
        ...     steps = 0
        ...
        ...     def after_batch(self, training: Training) -> None:
        ...         self.steps += 1
        >>> Count().name
        'count'
    """

    order: int = 0

    @property
    def name(self) -> str:
        """The class name in snake_case, without "Callback": how a Learner reaches it."""
        bare = re.sub(r"(?<=.)Callback$", "", type(self).__name__)
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", bare).lower()

    @contextmanager
    def attached(self, training: Training) -> Generator[None]:
        """Hold what must be let go when the fit ends, however it ends."""
        del training
        yield

    def before_fit(self, training: Training) -> None:
        """Called once, when everything is attached."""

    def before_epoch(self, training: Training) -> None:
        """Called before an epoch's first batch."""

    def before_batch(self, training: Training) -> None:
        """Called before the forward pass; `images` and `labels` may be replaced."""

    def after_pred(self, training: Training) -> None:
        """Called after the forward pass; `logits` may be replaced."""

    def after_loss(self, training: Training) -> None:
        """Called before the backward pass; `loss` may be replaced."""

    def before_step(self, training: Training) -> None:
        """Called when the gradients are there; may raise `SkipStep`."""

    def after_step(self, training: Training) -> None:
        """Called when the weights have changed."""

    def after_batch(self, training: Training) -> None:
        """Called when a training batch is finished, its step done or skipped."""

    def before_validate(self, training: Training) -> None:
        """Called between the last training batch and the first validation batch."""

    def after_valid_batch(self, training: Training) -> None:
        """Called after each validation batch of the fit."""

    def after_epoch(self, training: Training) -> None:
        """Called when an epoch has been validated; `valid_scores` holds the result."""

    def after_fit(self, training: Training) -> None:
        """Called at the end of a fit that was finished or stopped, not of one that failed."""

    def state(self, training: Training) -> Mapping[str, Any]:
        """What this callback needs to go on later: plain values and tensors."""
        del training
        return {}

    def restore(self, training: Training, state: Mapping[str, Any]) -> None:
        """Go on from what `state` returned."""


MOMENTS = [
    name
    for name, value in vars(Callback).items()
    if name.startswith(("before_", "after_")) and callable(value)
]

Moment = Callable[[Training], None]


class Callbacks:
    """Callbacks in their order; `callbacks(moment, training)` calls those that listen to it."""

    def __init__(self, callbacks: Iterable[Callback]) -> None:
        self.members = sorted(callbacks, key=lambda callback: callback.order)
        # a moment that nobody overrides costs nothing in the loop
        self._listeners: dict[str, list[Moment]] = {
            moment: [
                partial(_called, callback, moment, getattr(callback, moment))
                for callback in self.members
                if getattr(type(callback), moment) is not getattr(Callback, moment)
            ]
            for moment in MOMENTS
        }

    def __call__(self, moment: str, training: Training) -> None:
        """Call everybody who listens to `moment`; who asks for an end has it when all were called.

        Else a step would be missing in the record, and in a checkpoint of that moment.

        Raises:
            StopFit: somebody asks for the end of the fit.
            StopEpoch: somebody asks for the end of the epoch, nobody for that of the fit.
        """
        ends: list[StopFit | StopEpoch] = []
        for listener in self._listeners[moment]:
            try:
                listener(training)
            except (StopFit, StopEpoch) as end:
                ends.append(end)
        for end in sorted(ends, key=lambda end: isinstance(end, StopEpoch)):
            raise end  # of the fit, if anybody asked for that

    @contextmanager
    def attached(self, training: Training) -> Generator[None]:
        """Attach everybody in order; let go in the opposite order, whatever happens."""
        with ExitStack() as held:
            for callback in self.members:
                with _named(callback, "attached"):
                    held.enter_context(callback.attached(training))
            yield


@contextmanager
def _named(callback: Callback, moment: str) -> Generator[None]:
    """Let an exception pass with the name of the callback and the moment added to it."""
    try:
        yield
    except Exception as error:
        error.add_note(f"in callback {type(callback).__name__}, at {moment}")
        raise


def _called(callback: Callback, moment: str, method: Moment, training: Training) -> None:
    try:  # not `_named`: a context manager would cost a microsecond a call in the loop
        method(training)
    except (StopFit, StopEpoch, SkipStep):
        raise
    except Exception as error:
        error.add_note(f"in callback {type(callback).__name__}, at {moment}")
        raise
