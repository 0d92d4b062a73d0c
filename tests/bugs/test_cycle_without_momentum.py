"""`fit`, then `fit_one_cycle` with RMSprop: KeyError 'momentum_buffer'.

Optimisers made without momentum have the entry "momentum", at 0. The cycle set it to 0.95; an
RMSprop that has begun without has no place for it, and plain SGD silently became another one,
with steps twenty times as long.
"""

from collections.abc import Callable as Function
from functools import partial

import pytest
from torch import optim

from convscope.train import Learner


@pytest.mark.parametrize("opt_func", [optim.RMSprop, optim.SGD])
def test_none_stays_none(make_learner: Function[..., Learner], opt_func: type) -> None:
    learn = make_learner(opt_func=opt_func)
    learn.fit(1, 1e-3)
    learn.fit_one_cycle(1, 1e-3)
    assert set(learn.recorder.moms) == {0}


def test_a_cycle_through_zero_comes_back(make_learner: Function[..., Learner]) -> None:
    learn = make_learner(opt_func=partial(optim.SGD, momentum=0.9))
    learn.fit_one_cycle(2, 1e-3, pct_start=0.5, moms=(0.8, 0.0, 0.8))
    assert learn.recorder.moms[0] == pytest.approx(0.8)
    assert learn.recorder.moms[5] == 0
    assert learn.recorder.moms[6] > 0
    assert learn.opt.param_groups[0]["momentum"] == 0.9
