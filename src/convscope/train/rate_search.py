"""Try learning rates from small to large and suggest one."""

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from convscope import figures
from convscope.errors import ConfigError, account
from convscope.train.callbacks import Callback, Callbacks, StopFit
from convscope.train.loop import fit
from convscope.train.optimiser import set_rates
from convscope.train.recorder import SMOOTHING
from convscope.train.schedules import sched_exp
from convscope.train.state import Splits, Training

FEWEST_STEPS = 6
HOPELESS = 4  # times the best loss: the search ends there


@dataclass(frozen=True, slots=True)
class SuggestedLRs:
    """What a search found.

    Attributes:
        valley: a rate from the middle of the longest fall of the loss.
        lrs: the rates that were tried.
        losses: the smoothed loss after each step.
    """

    valley: float
    lrs: list[float] = field(repr=False)  # a notebook shows what a cell ends with
    losses: list[float] = field(repr=False)

    def plot(self, figure: figures.Figure | None = None) -> figures.Figure:
        """Draw loss against rate, with the suggestion marked.

        Returns:
            The figure: the one given, else one that pyplot shows.
        """
        figure = figure or figures.pyplot_figure((7, 4))
        return figures.rate_search(self.lrs, self.losses, self.valley, figure=figure)


class _Sweep(Callback):
    """Raise the rate before each step and keep the smoothed loss after it."""

    def __init__(self, start: float, end: float, steps: int, *, stops_early: bool) -> None:
        self.schedule = sched_exp(start, end)
        self.steps, self.stops_early = steps, stops_early
        self.lrs: list[float] = []
        self.losses: list[float] = []
        self._average = 0.0

    def before_batch(self, training: Training) -> None:
        """Set the rate of step k to start * (end / start) ** (k / steps)."""
        rate = self.schedule(len(self.lrs) / self.steps)
        set_rates(training.opt, [rate] * len(training.opt.param_groups))
        self.lrs.append(rate)

    def after_batch(self, training: Training) -> None:
        """Smooth the loss; stop at the last step, or where the loss has run away."""
        loss = training.loss.item()
        self._average = SMOOTHING * self._average + (1 - SMOOTHING) * loss
        self.losses.append(self._average / (1 - SMOOTHING ** (len(self.losses) + 1)))
        hopeless = self.losses[-1] > HOPELESS * min(self.losses) or not math.isfinite(loss)
        if len(self.lrs) >= self.steps or (self.stops_early and hopeless):
            raise StopFit


def search_rates(
    training: Training, start: float, end: float, steps: int, *, stops_early: bool
) -> SuggestedLRs:
    """Learn for a few steps with growing rates, then put everything back.

    Weights, buffers, optimiser, random state and mode are afterwards what they were before. The
    callbacks of the Learner are not called.

    Args:
        training: model, data, objective and optimiser.
        start: first rate, above 0.
        end: last rate, above `start`.
        steps: at least 6.
        stops_early: stop when the smoothed loss is four times the best.

    Returns:
        The suggestion, and what it was read from.

    Raises:
        ConfigError: rates or steps make no search, or not enough losses came of it.
    """
    if not 0 < start < end or steps < FEWEST_STEPS:
        raise ConfigError(
            account(
                "this is no search for a rate",
                facts={"from": start, "to": end, "steps": steps},
                because=f"it must go upwards from above 0, in at least {FEWEST_STEPS} steps",
                fix="lr_find() with its defaults: 1e-7 to 10 in 100 steps",
            )
        )
    sweep = _Sweep(start, end, steps, stops_early=stops_early)
    model, opt = training.model, training.opt
    weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    optimizer_state, mode = copy.deepcopy(opt.state_dict()), model.training
    rehearsal = Training()
    rehearsal.model, rehearsal.opt, rehearsal.loss_func = model, opt, training.loss_func
    rehearsal.dls = Splits(training.dls.train)
    rehearsal.device, rehearsal.seed = training.device, torch.initial_seed()
    rehearsal.n_epoch, rehearsal.batches_per_epoch = steps, steps  # the sweep ends it
    try:
        with torch.random.fork_rng():
            fit(rehearsal, Callbacks([sweep]), [])
    finally:
        model.load_state_dict(weights)
        opt.load_state_dict(optimizer_state)
        model.train(mode)
    return SuggestedLRs(valley(sweep.lrs, sweep.losses), sweep.lrs, sweep.losses)


def valley(lrs: Sequence[float], losses: Sequence[float]) -> float:
    """Suggest a rate from the longest fall of the loss.

    The first tenth and the last five losses are left out where there are enough; in the longest
    falling subsequence of the rest, the rate halfway through its middle third is taken.

    Args:
        lrs: rates, ascending.
        losses: the smoothed loss at each.

    Returns:
        One of `lrs`.

    Raises:
        ConfigError: no loss fell anywhere.

    Example:
        >>> valley([1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0], [6.0, 5.0, 4.0, 3.0, 2.0, 9.0])
        1e-05

    Source:
        fastai's `valley`, after Smith, "Cyclical learning rates" (2017), section 3.3.
    """
    pairs = [(lr, loss) for lr, loss in zip(lrs, losses, strict=True) if math.isfinite(loss)]
    kept = pairs[len(pairs) // 10 : -5] if len(pairs) > 2 * FEWEST_STEPS else pairs
    fall = [1] * len(kept)  # length of the longest fall that ends here
    for i, (_, loss) in enumerate(kept):
        for j in range(i):
            if loss < kept[j][1]:
                fall[i] = max(fall[i], fall[j] + 1)
    longest = max(fall, default=0)
    if longest < 2:
        raise ConfigError(
            account(
                "no learning rate can be suggested",
                facts={"losses": f"{len(pairs)} finite of {len(losses)}"},
                because="the loss never fell between the smallest rate and the largest",
                fix="lr_find(start_lr=1e-9), more steps, or a look at the data and the labels",
            )
        )
    end = fall.index(longest)
    third = longest / 3
    return kept[max(0, end - longest + int(third) + int(third / 2))][0]
