"""How a number changes over a fit: rates up and down, momentum the other way.

A schedule is a function from the share of the fit that lies behind (0..1) to a value.
"""

import math
from collections.abc import Callable, Sequence
from typing import Literal

from convscope.errors import ConfigError, account

Schedule = Callable[[float], float]
Anneal = Literal["cosine", "linear"]


def sched_lin(start: float, end: float) -> Schedule:
    """Go from `start` to `end` in a straight line.

    Returns:
        The schedule.

    Example:
        >>> sched_lin(0, 2)(0.25)
        0.5
    """
    return lambda position: start + position * (end - start)


def sched_cos(start: float, end: float) -> Schedule:
    """Go from `start` to `end` along half a cosine: flat at both ends.

        start + (1 + cos(pi (1 - position))) (end - start) / 2

    Returns:
        The schedule.

    Example:
        >>> round(sched_cos(0, 2)(0.25), 5)
        0.29289

    Source:
        Loshchilov & Hutter, "SGDR" (2017), equation 5.
    """
    return lambda position: start + (1 + math.cos(math.pi * (1 - position))) * (end - start) / 2


def sched_no(start: float, end: float) -> Schedule:
    """Stay at `start`.

    Returns:
        The schedule.

    Example:
        >>> sched_no(0, 2)(0.75)
        0
    """
    del end
    return lambda _: start


def sched_exp(start: float, end: float) -> Schedule:
    """Go from `start` to `end` by equal factors.

    Returns:
        The schedule.

    Example:
        >>> round(sched_exp(1, 2)(0.5), 5)
        1.41421
    """
    return lambda position: start * (end / start) ** position


def combine_scheds(shares: Sequence[float], schedules: Sequence[Schedule]) -> Schedule:
    """Run schedules one after the other.

    Args:
        shares: how much of the fit each one takes, at least 0, together 1.
        schedules: each goes through its own 0..1.

    Returns:
        One schedule over the whole fit.

    Raises:
        ConfigError: the shares do not add up to 1, or are not one for each schedule.

    Example:
        >>> up_flat_down = [sched_lin(0, 1), sched_no(1, 1), sched_cos(1, 0)]
        >>> round(combine_scheds([0.3, 0.2, 0.5], up_flat_down)(0.7), 5)
        0.65451
    """
    wrong_sum = abs(sum(shares) - 1) > 1e-9 or min(shares) < 0
    if wrong_sum or len(shares) != len(schedules):
        raise ConfigError(
            account(
                "these schedules do not fill a fit",
                facts={"shares": list(shares), "schedules": len(schedules)},
                because="there must be one share, at least 0, for each, adding up to 1",
                fix="for example combine_scheds([0.25, 0.75], [sched_cos(0, 1), sched_cos(1, 0)])",
            )
        )
    starts = [sum(shares[:index]) for index in range(len(shares))]

    def combined(position: float) -> float:
        index = max(i for i, start in enumerate(starts) if i == 0 or start <= position)
        share = shares[index]
        return schedules[index]((position - starts[index]) / share if share else 1.0)

    return combined


def combined_cos(pct: float, start: float, middle: float, end: float) -> Schedule:
    """Go from `start` to `middle` and on to `end`, each along half a cosine: one cycle.

    Args:
        pct: share of the fit until `middle`, 0..1.
        start: value at 0.
        middle: value at `pct`.
        end: value at 1.

    Returns:
        The schedule.

    Example:
        >>> cycle = combined_cos(0.25, 0.5, 1, 0)
        >>> [round(cycle(position), 5) for position in (0, 0.1, 0.25, 0.5, 1)]
        [0.5, 0.67275, 1.0, 0.75, 0.0]

    Source:
        Smith & Topin, "Super-Convergence" (2018), with cosine annealing.
    """
    return up_and_down(pct, (start, middle, end), "cosine")


def one_cycle(
    pct: float, top: float, div: float, div_final: float, anneal: Anneal = "cosine"
) -> Schedule:
    """Go from top / div up to `top`, and down to top / div_final.

    Args:
        pct: share of the fit until the top, 0..1.
        top: the highest value.
        div: above 0.
        div_final: above 0.
        anneal: "cosine", flat at both ends, or "linear", in straight lines.

    Returns:
        The schedule.

    Raises:
        ConfigError: a divisor is not above 0, `pct` is no share, or `anneal` is unknown.

    Example:
        >>> cycle = one_cycle(0.25, 1.0, div=25, div_final=1e5)
        >>> [round(cycle(position), 5) for position in (0, 0.25, 1)]
        [0.04, 1.0, 1e-05]
    """
    if not (0 < div < math.inf and 0 < div_final < math.inf and 0 <= pct <= 1):
        raise ConfigError(
            account(
                "this is no cycle of learning rates",
                facts={"div": div, "div_final": div_final, "pct_start": pct},
                because="the top rate is divided by div and div_final, which must be above 0, and "
                "pct_start is a share, 0 to 1",
                fix="the defaults: div=25, div_final=1e5, pct_start=0.25",
            )
        )
    return up_and_down(pct, (top / div, top, top / div_final), anneal)


def up_and_down(pct: float, values: tuple[float, float, float], anneal: Anneal) -> Schedule:
    """Go from the first value to the second and on to the third, as `anneal` says.

    Args:
        pct: share of the fit until the second value, 0..1.
        values: at 0, at `pct` and at 1.
        anneal: "cosine" or "linear".

    Returns:
        The schedule.

    Raises:
        ConfigError: `anneal` is unknown.

    Example:
        >>> triangle = up_and_down(0.5, (0.0, 1.0, 0.0), "linear")
        >>> [triangle(position) for position in (0, 0.125, 0.5, 0.75)]
        [0.0, 0.25, 1.0, 0.5]

    Source:
        Smith, "Cyclical learning rates" (2017), for straight lines.
    """
    start, middle, end = values
    if anneal not in _ANNEALS:
        raise ConfigError(
            account(
                f"there is no annealing called {anneal!r}",
                facts={"known": sorted(_ANNEALS)},
                because="a cycle goes along half cosines, or in straight lines",
                fix='anneal="cosine"',
            )
        )
    curve = _ANNEALS[anneal]
    return combine_scheds([pct, 1 - pct], [curve(start, middle), curve(middle, end)])


_ANNEALS = {"cosine": sched_cos, "linear": sched_lin}
