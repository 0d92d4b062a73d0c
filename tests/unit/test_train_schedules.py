"""The schedules against the numbers of `spec/chapter.md` and of the library it reproduces."""

from collections.abc import Callable

import pytest

from convscope.errors import ConfigError
from convscope.train import (
    Learner,
    combine_scheds,
    combined_cos,
    one_cycle,
    sched_cos,
    sched_exp,
    sched_lin,
    sched_no,
)

QUARTERS = [0, 0.25, 0.5, 0.75, 1]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (sched_lin(0, 2), [0, 0.5, 1, 1.5, 2]),
        (sched_cos(0, 2), [0, 0.29289, 1, 1.70711, 2]),
        (sched_no(0, 2), [0, 0, 0, 0, 0]),
        (sched_exp(1, 2), [1, 1.18921, 1.41421, 1.68179, 2]),
    ],
)
def test_simple_schedules(schedule: Callable[[float], float], expected: list[float]) -> None:
    assert [schedule(position) for position in QUARTERS] == pytest.approx(expected, abs=1e-5)


def test_combined_schedules() -> None:
    schedule = combine_scheds([0.3, 0.2, 0.5], [sched_lin(0, 1), sched_no(1, 1), sched_cos(1, 0)])
    found = [schedule(position) for position in (0, 0.15, 0.3, 0.4, 0.5, 0.7, 1)]
    assert found == pytest.approx([0, 0.5, 1, 1, 1, 0.65451, 0], abs=1e-5)


def test_at_a_border_the_next_schedule_has_begun() -> None:
    schedule = combine_scheds([0.5, 0.5], [sched_no(0, 0), sched_no(1, 1)])
    assert [schedule(position) for position in (0, 0.4999, 0.5, 1)] == [0, 0, 1, 1]


def test_schedules_that_take_nothing_of_a_fit() -> None:
    first = combine_scheds([0, 1], [sched_lin(5, 6), sched_lin(0, 1)])
    last = combine_scheds([1, 0], [sched_lin(0, 1), sched_lin(5, 6)])
    assert [first(position) for position in (0, 0.5, 1)] == [0, 0.5, 1]
    assert [last(position) for position in (0, 0.5, 1)] == [0, 0.5, 6]
    only_down, only_up = (one_cycle(pct, 0.1, 10, 100, "linear") for pct in (0, 1))
    assert [only_down(0), only_down(1)] == pytest.approx([0.1, 0.001])
    assert [only_up(0), only_up(0.5)] == pytest.approx([0.01, 0.055])


def test_combined_cos() -> None:
    cycle = combined_cos(0.25, 0.5, 1, 0)
    found = [cycle(position) for position in (0, 0.1, 0.25, 0.5, 1)]
    assert found == pytest.approx([0.5, 0.6727457514, 1, 0.75, 0], abs=1e-10)


def test_the_chapters_cycle_at_117_steps() -> None:
    rate = combined_cos(0.25, 0.06 / 25, 0.06, 0.06 / 1e5)
    momentum = combined_cos(0.25, 0.95, 0.85, 0.95)
    rates = [rate(step / 117) for step in range(117)]
    momenta = [momentum(step / 117) for step in range(117)]
    assert rates[0] == pytest.approx(0.0024)
    assert rates[1] == pytest.approx(0.002565956, abs=1e-9)
    assert max(rates) == rates[29] == pytest.approx(0.0599896184, abs=1e-10)
    assert rates[116] == pytest.approx(1.98241e-05, rel=1e-5)
    assert momenta[0] == pytest.approx(0.95)
    assert min(momenta) == momenta[29] == pytest.approx(0.8500180, abs=1e-6)
    assert momenta[116] == pytest.approx(0.9499680, abs=1e-6)


def test_the_chapters_cycle_at_585_steps() -> None:
    rate = combined_cos(0.25, 0.1 / 25, 0.1, 0.1 / 1e5)
    rates = [rate(step / 585) for step in range(585)]
    assert rates[0] == pytest.approx(0.004)
    assert max(rates) == rates[146] == pytest.approx(0.09999930785, abs=1e-11)
    assert rates[584] == pytest.approx(2.281738e-06, rel=1e-6)


@pytest.mark.parametrize("shares", [[0.5, 0.4], [1.5, -0.5], [1.0]])
def test_shares_that_do_not_fill_a_fit(shares: list[float]) -> None:
    with pytest.raises(ConfigError, match="these schedules do not fill a fit"):
        combine_scheds(shares, [sched_lin(0, 1), sched_lin(1, 0)])


def test_a_cycle_in_straight_lines() -> None:
    rate = one_cycle(0.25, 0.06, 25, 1e5, "linear")
    found = [rate(position) for position in (0, 0.125, 0.25, 0.625)]
    assert found == pytest.approx([0.0024, 0.0312, 0.06, 0.0300003])


def test_a_learner_follows_straight_lines(make_learner: Callable[..., Learner]) -> None:
    learn = make_learner()
    learn.fit_one_cycle(2, 0.05, pct_start=0.5, anneal="linear")
    up, down = [0.002 + 0.048 * k / 5 for k in range(5)], [0.05 * (1 - k / 5) for k in range(5)]
    assert learn.recorder.lrs == pytest.approx(up + down, abs=1e-6)
    assert learn.recorder.moms[:5] == pytest.approx([0.95 - 0.02 * k for k in range(5)])
