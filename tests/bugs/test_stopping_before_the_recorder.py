"""A callback of ordinary order that stopped a fit took the last step, or epoch, from the record.

`StopFit` went straight through everybody behind who raised it: the recorder had an entry less than
there were steps, and a checkpoint of that moment could not be gone on with exactly.
"""

from collections.abc import Callable as Function

from convscope.train import Callback, Learner, StopEpoch, StopFit, Training

Make = Function[..., Learner]


class StopAfterABatch(Callback):
    def after_batch(self, training: Training) -> None:
        if training.batches_done == 2:
            raise StopFit("enough")


class StopAfterAnEpoch(Callback):
    def after_epoch(self, training: Training) -> None:
        raise StopFit("enough")


class ShortEpochs(Callback):
    def after_batch(self, training: Training) -> None:
        raise StopEpoch


def test_the_last_step_is_recorded(make_learner: Make) -> None:
    learn = make_learner(cbs=StopAfterABatch())
    learn.fit(1, 0.01)
    assert (len(learn.recorder.losses), learn.stopped) == (2, "enough")


def test_the_last_epoch_is_recorded(make_learner: Make) -> None:
    learn = make_learner(cbs=StopAfterAnEpoch())
    learn.fit(3, 0.01)
    assert (len(learn.recorder.values), learn.stopped) == (1, "enough")


def test_the_end_of_the_fit_goes_before_that_of_the_epoch(make_learner: Make) -> None:
    for both in ([ShortEpochs(), StopAfterABatch()], [StopAfterABatch(), ShortEpochs()]):
        learn = make_learner(cbs=both)
        learn.fit(3, 0.01)
        assert [len(learn.recorder.losses), learn.stopped] == [3, ""]

    class StopAtOnce(Callback):
        def after_batch(self, training: Training) -> None:
            raise StopFit("at once")

    for both in ([ShortEpochs(), StopAtOnce()], [StopAtOnce(), ShortEpochs()]):
        learn = make_learner(cbs=both)
        learn.fit(3, 0.01)
        assert [len(learn.recorder.losses), learn.stopped] == [1, "at once"]
