"""A time limit that cut the last epoch short was not told: the run was "done".

The limit ended a fit only where epochs were left. After an epoch cut short, a resumed run filed
its steps under epochs by dividing, as if every epoch were whole.
"""

from collections.abc import Callable as Function
from pathlib import Path

import torch

from convscope.recipes.runlog import RunLog
from convscope.runs import Manifest, RunFolder, read_steps
from convscope.train import Callback, Learner, SaveLast, StopEpoch, StopFit, TimeLimit, Training


def test_it_is_told(make_learner: Function[..., Learner]) -> None:
    learn = make_learner(cbs=TimeLimit(1e-9))
    learn.fit(1, 0.01)
    assert len(learn.recorder.losses) == 1
    assert learn.stopped == "the time limit of 1e-09 s was reached"


class Short(Callback):
    """Two batches in epoch 0, one in epoch 1, then stop."""

    def after_batch(self, training: Training) -> None:
        if training.epoch == 0 and training.batches_done == 2:
            raise StopEpoch
        if training.epoch == 1:
            raise StopFit


def test_steps_keep_their_epochs(make_learner: Function[..., Learner], tmp_path: Path) -> None:
    about = Manifest(
        convscope="0", versions={}, settings={}, seed=0, classes=[], data="x", found=[],
        device="cpu", threads=1, command=[],
    )  # fmt: skip
    run = RunFolder.create(tmp_path, "run", about=about)

    def learner(*more: Callback) -> Learner:
        learn = make_learner()
        learn.cbs += [RunLog(run, learn.recorder), SaveLast(run.resume_state), *more]
        return learn

    torch.manual_seed(0)
    learner(Short()).fit(3, 0.01)
    assert read_steps(run.steps).epochs == [0, 0, 1]
    learner().fit(3, 0.01, resume_from=run.resume_state)
    assert read_steps(run.steps).epochs == [0, 0, *[1] * 5, *[2] * 5]
