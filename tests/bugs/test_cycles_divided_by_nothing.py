"""`fit_one_cycle(div=0)` was a ZeroDivisionError; a cycle that is none gets a message."""

from collections.abc import Callable

import pytest

from convscope.errors import ConfigError
from convscope.train import Learner

WRONG = [{"div": 0}, {"div": -25.0}, {"div": float("nan")}, {"pct_start": 1.5}]


@pytest.mark.parametrize(
    ("verb", "wrong"),
    [
        ("fit_one_cycle", {"div_final": 0.0}),
        *(("fit_one_cycle", one) for one in WRONG),
        *(("fine_tune", one) for one in WRONG),
    ],
)
def test_refused_with_a_message(
    make_learner: Callable[..., Learner], verb: str, wrong: dict[str, float]
) -> None:
    learn = make_learner()
    with pytest.raises(ConfigError, match="this is no cycle of learning rates"):
        getattr(learn, verb)(1, 0.01, **wrong)
    assert not learn.recorder.losses
