"""Set rates and momentum before every step, as a schedule says."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from convscope.train.callbacks import Callback
from convscope.train.optimiser import momentum, set_momentum, set_rates
from convscope.train.schedules import Schedule
from convscope.train.state import Training


class ParamScheduler(Callback):
    """Follow one schedule of rates a layer group, and one of momentum.

    Step k of N is taken with the values at k / N. When the fit ends the optimiser gets its own
    momentum back, so that a plain `fit` after a cycle is a plain fit. An optimiser that was made
    without momentum stays without.
    """

    order = 60

    def __init__(self, rates: Sequence[Schedule], moms: Schedule | None = None) -> None:
        self.rates = rates
        self.moms = moms
        self._own: float | None = None  # the optimiser's momentum before the fit

    @contextmanager
    def attached(self, training: Training) -> Generator[None]:
        """Put the momentum back at the end."""
        if training.begins:  # a resumed optimiser holds a value from the middle of the cycle
            self._own = momentum(training.opt)
        try:
            yield
        finally:
            if self._own:
                set_momentum(training.opt, self._own)

    def before_batch(self, training: Training) -> None:
        """Set this step's values."""
        position = training.fit_share
        set_rates(training.opt, [rate(position) for rate in self.rates])
        if self.moms is not None and self._own:
            set_momentum(training.opt, self.moms(position))

    def state(self, training: Training) -> Mapping[str, Any]:
        """The momentum to put back at the end."""
        return {"own": self._own}

    def restore(self, training: Training, state: Mapping[str, Any]) -> None:
        """Remember what to put back."""
        self._own = state["own"]
