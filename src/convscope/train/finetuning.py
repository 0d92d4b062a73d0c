"""The two phases of `fine_tune`: the last layer group alone, then everything, slowly."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from convscope.train.callbacks import Callback
from convscope.train.optimiser import rates_of
from convscope.train.schedules import Schedule, combine_scheds, combined_cos, one_cycle
from convscope.train.state import Training

DIV, DIV_FINAL = 25.0, 1e5  # of the first phase; the second has a `div` of its own
FROZEN_PCT = 0.99  # the first phase warms up nearly all the time


@dataclass(frozen=True, slots=True)
class FineTuning:
    """The numbers of a fine-tuning, as `Learner.fine_tune` tells them.

    Example:
        >>> rates, moms = FineTuning().schedules(3, layer_groups=2)
        >>> [round(rate(0.2475), 6) for rate in rates]  # the top of the first phase
        [0.0002, 0.002]
        >>> [round(rate(0.25 + 0.75 * 0.3), 6) for rate in rates]  # and of the second
        [1e-05, 0.001]

    Source:
        fastai's `fine_tune`; Howard & Ruder, "ULMFiT" (2018), sections 3.2 and 3.3.
    """

    base_lr: float = 2e-3
    freeze_epochs: int = 1
    lr_mult: float = 100.0
    pct_start: float = 0.3
    div: float = 5.0

    def schedules(
        self,
        epochs: int,
        layer_groups: int,
        moms: tuple[float, float, float] = (0.95, 0.85, 0.95),
    ) -> tuple[list[Schedule], Schedule]:
        """Draw up rates and momentum over both phases.

        Args:
            epochs: of the second phase, at least 1.
            layer_groups: at least 1.
            moms: momentum at the start, the top and the end of each phase.

        Returns:
            A schedule for each layer group, and one of momentum.
        """
        half = self.base_lr / 2
        tops = (
            rates_of(slice(self.base_lr), layer_groups),
            rates_of(slice(half / self.lr_mult, half), layer_groups),
        )
        share = self.freeze_epochs / max(1, self.freeze_epochs + epochs)
        shares = [share, 1 - share]
        rates = [
            combine_scheds(
                shares,
                [
                    one_cycle(FROZEN_PCT, first, DIV, DIV_FINAL),
                    one_cycle(self.pct_start, second, self.div, DIV_FINAL),
                ],
            )
            for first, second in zip(*tops, strict=True)
        ]
        cycles = [combined_cos(pct, *moms) for pct in (FROZEN_PCT, self.pct_start)]
        return rates, combine_scheds(shares, cycles)


class Freezing(Callback):
    """Freeze for the first epochs of a fit, then let everything learn.

    Args:
        epochs: of the first phase.
        freeze: called when the first phase begins.
        unfreeze: called when it has ended, and when the fit ends in it.
    """

    order = -5

    def __init__(
        self, epochs: int, freeze: Callable[[], None], unfreeze: Callable[[], None]
    ) -> None:
        self.epochs, self.freeze, self.unfreeze = epochs, freeze, unfreeze

    @contextmanager
    def attached(self, training: Training) -> Generator[None]:
        """Leave everything trainable at the end."""
        try:
            yield
        finally:
            self.unfreeze()

    def before_epoch(self, training: Training) -> None:
        """Begin a phase, or take it up again where a stopped fit goes on."""
        if training.epoch < self.epochs:
            self.freeze()
            return
        self.unfreeze()
        if training.epoch == self.epochs and training.batches_done == 0:
            training.opt.state.clear()  # moments of the first phase know nothing of the others
