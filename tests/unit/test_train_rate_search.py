"""The search for a rate: what it tries, what it suggests, and that nothing of it stays."""

import copy
from collections.abc import Callable

import pytest
import torch

from convscope.errors import ConfigError
from convscope.train import Learner, valley

Build = Callable[..., Learner]


def test_the_rates_that_are_tried(make_learner: Build) -> None:
    found = make_learner().lr_find(num_it=20, stop_div=False, show_plot=False)
    assert found.lrs == pytest.approx([1e-7 * (1e8) ** (step / 20) for step in range(20)])
    assert len(found.losses) == 20


def test_it_stops_where_the_loss_runs_away(make_learner: Build) -> None:
    learn = make_learner(opt_func=torch.optim.SGD)
    found = learn.lr_find(start_lr=1e-4, end_lr=1e6, show_plot=False)
    assert len(found.lrs) < 100
    assert not found.losses[-1] <= 4 * min(found.losses)


def test_nothing_of_it_stays(make_learner: Build) -> None:
    learn = make_learner()
    learn.fit(1, 0.01)
    before = copy.deepcopy([learn.model.state_dict(), learn.opt.state_dict(), vars(learn.recorder)])
    dice = torch.get_rng_state()
    learn.lr_find(show_plot=False)
    after = [learn.model.state_dict(), learn.opt.state_dict(), vars(learn.recorder)]
    assert str(before) == str(after)
    assert all(torch.equal(before[0][name], after[0][name]) for name in before[0])
    assert torch.equal(dice, torch.get_rng_state())


def test_a_fit_after_it_is_the_fit_without_it(make_learner: Build) -> None:
    searched = make_learner()
    searched.lr_find(show_plot=False)
    searched.fit_one_cycle(2, 0.05)
    plain = make_learner()
    plain.fit_one_cycle(2, 0.05)
    assert searched.recorder.losses == plain.recorder.losses


def test_the_suggestion_by_hand() -> None:
    # 30 losses: the first 3 and the last 5 are left out; they fall over indices 5..16 of the rest
    losses = [3.0] * 8 + [3.0 - 0.1 * step for step in range(1, 12)] + [5.0] * 11
    lrs = [10.0 ** (step / 10) for step in range(30)]
    assert valley(lrs, losses) == lrs[3 + (15 - 12) + 4 + 2]


def test_no_fall_no_suggestion() -> None:
    with pytest.raises(ConfigError, match="no learning rate can be suggested"):
        valley([0.1, 1.0, 10.0], [1.0, 2.0, 3.0])


@pytest.mark.parametrize(("start", "end", "steps"), [(0, 1, 10), (1, 0.1, 10), (0.1, 1, 5)])
def test_no_search(make_learner: Build, start: float, end: float, steps: int) -> None:
    with pytest.raises(ConfigError, match="this is no search for a rate"):
        make_learner().lr_find(start, end, steps, show_plot=False)
