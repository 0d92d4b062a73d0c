"""Ctrl-C and a polite kill end a fit at the next batch, with everything saved."""

import signal
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from convscope.train import Callback, Interrupted, Training

REASONS = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}


def interruption(error: BaseException) -> str:
    """Name the signal behind an exception: outside the fit they arrive as such.

    Returns:
        What the fit itself would have said, "" for other exceptions.

    Example:
        >>> interruption(KeyboardInterrupt()), interruption(SystemExit(143))
        ('Ctrl-C', 'SIGTERM')
    """
    if isinstance(error, KeyboardInterrupt):
        return REASONS[signal.SIGINT]
    ended = isinstance(error, SystemExit) and error.code == 128 + signal.SIGTERM
    return REASONS[signal.SIGTERM] if ended else ""


class StopOnSignal(Callback):
    """Turn SIGINT and SIGTERM into an end at the next batch; a second one ends at once.

    Attributes:
        received: the signal's number, 0 while there was none.
    """

    order = 100  # last: whatever the others do at this batch is done

    def __init__(self) -> None:
        self.received = 0

    @contextmanager
    def attached(self, training: Training) -> Generator[None]:
        """Listen while the fit runs, then give the signals back to whoever had them."""
        heard = [number for number in REASONS if signal.getsignal(number) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._hear) for number in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        del frame
        self.received = number
        for known in REASONS:
            if signal.getsignal(known) is not signal.SIG_IGN:
                signal.signal(known, signal.SIG_DFL)

    def before_fit(self, training: Training) -> None:
        """Stop if it was already asked for."""
        self._stop()

    def after_batch(self, training: Training) -> None:
        """Stop between two training batches."""
        self._stop()

    def after_valid_batch(self, training: Training) -> None:
        """Stop between two validation batches."""
        self._stop()

    def _stop(self) -> None:
        if self.received:
            raise Interrupted(REASONS[signal.Signals(self.received)])
