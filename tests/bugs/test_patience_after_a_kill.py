"""A run killed right after an epoch was resumed with one epoch less of its patience used up.

The checkpoint at the end of an epoch was written before early stopping had looked at that epoch,
so its count in the file was one behind, and the resumed run went on one epoch longer.
"""

from collections.abc import Callable as Function
from pathlib import Path

import pytest

from convscope.train import Callback, EarlyStopping, Learner, SaveLast, Training


class Worse(Callback):
    """After the first epoch nothing improves."""

    order = -50

    def after_epoch(self, training: Training) -> None:
        training.valid_scores = [1.0 + (training.epoch > 0)]


class Kill(Callback):
    order = 1000

    def after_epoch(self, training: Training) -> None:
        if training.epoch == 1:
            raise KeyboardInterrupt


@pytest.mark.parametrize("early_first", [True, False])
def test_as_if_nothing_had_happened(
    make_learner: Function[..., Learner], tmp_path: Path, *, early_first: bool
) -> None:
    def learner() -> Learner:
        both = [EarlyStopping(patience=3), SaveLast(tmp_path / "resume.pt")]
        return make_learner(cbs=[Worse(), *(both if early_first else both[::-1])])

    whole, killed, resumed = learner(), learner(), learner()
    whole.fit(9, 0.01)
    with pytest.raises(KeyboardInterrupt):
        killed.fit(9, 0.01, cbs=Kill())
    resumed.fit(9, 0.01, resume_from=tmp_path / "resume.pt")
    assert len(whole.recorder.values) == 4
    assert len(resumed.recorder.values) == 4
    assert resumed.stopped == whole.stopped
