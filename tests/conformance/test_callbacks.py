"""However a fit ends, what a callback holds is let go; its errors say where they come from."""

from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext

import pytest
import torch

from convscope.train import Callback, Learner, StopEpoch, StopFit, Training

Build = Callable[..., Learner]

BATCH = ["before_batch", "after_pred", "after_loss", "before_step", "after_step", "after_batch"]
EPOCH = ["before_epoch", *BATCH * 5, "before_validate", *["after_valid_batch"] * 2, "after_epoch"]


class Diary(Callback):
    """Write down every moment, and if something is held."""

    def __init__(self) -> None:
        self.moments: list[str] = []
        self.held = False

    @contextmanager
    def attached(self, training: Training) -> Generator[None]:
        self.held = True
        try:
            yield
        finally:
            self.held = False

    def before_fit(self, training: Training) -> None:
        self.moments.append("before_fit")

    def before_epoch(self, training: Training) -> None:
        self.moments.append("before_epoch")

    def before_batch(self, training: Training) -> None:
        self.moments.append("before_batch")

    def after_pred(self, training: Training) -> None:
        self.moments.append("after_pred")

    def after_loss(self, training: Training) -> None:
        self.moments.append("after_loss")

    def before_step(self, training: Training) -> None:
        self.moments.append("before_step")

    def after_step(self, training: Training) -> None:
        self.moments.append("after_step")

    def after_batch(self, training: Training) -> None:
        self.moments.append("after_batch")

    def before_validate(self, training: Training) -> None:
        self.moments.append("before_validate")

    def after_valid_batch(self, training: Training) -> None:
        self.moments.append("after_valid_batch")

    def after_epoch(self, training: Training) -> None:
        self.moments.append("after_epoch")

    def after_fit(self, training: Training) -> None:
        self.moments.append("after_fit")


class Raise(Callback):
    """Raise something at the third batch."""

    order = 10

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def after_batch(self, training: Training) -> None:
        if training.batches_done == 3:
            raise self.error


def test_the_order_of_moments(make_learner: Build) -> None:
    diary = Diary()
    make_learner(cbs=diary).fit(2, 0.1)
    assert diary.moments == ["before_fit", *EPOCH * 2, "after_fit"]


@pytest.mark.parametrize(
    "error", [StopFit("enough"), ZeroDivisionError("no"), KeyboardInterrupt(), SystemExit(3)]
)
def test_what_is_held_is_let_go(make_learner: Build, error: BaseException) -> None:
    diary = Diary()
    learn = make_learner(cbs=[diary, Raise(error)])
    expected = nullcontext() if isinstance(error, StopFit) else pytest.raises(type(error))
    with expected:
        learn.fit(2, 0.1)
    assert not diary.held
    assert diary.moments.count("after_batch") == 3
    assert ("after_fit" in diary.moments) == isinstance(error, StopFit)
    # the recorder comes after the one that raised: a stop waits for it, an error does not
    assert len(learn.recorder.losses) == 2 + isinstance(error, StopFit)


def test_an_epoch_cut_short_is_still_validated(make_learner: Build) -> None:
    learn = make_learner(cbs=Raise(StopEpoch()))
    learn.fit(2, 0.1)
    assert len(learn.recorder.values) == 2


def test_an_error_names_callback_and_moment_and_keeps_its_type(make_learner: Build) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        make_learner(cbs=Raise(ZeroDivisionError())).fit(1, 0.1)
    assert caught.value.__notes__ == ["in callback Raise, at after_batch"]


def test_an_error_while_attaching_lets_go_of_the_others(make_learner: Build) -> None:
    class Late(Callback):
        order = 5

        @contextmanager
        def attached(self, training: Training) -> Generator[None]:
            raise OSError("no room")
            yield

    diary = Diary()
    with pytest.raises(OSError, match="no room") as caught:
        make_learner(cbs=[Late(), diary]).fit(1, 0.1)
    assert caught.value.__notes__ == ["in callback Late, at attached"]
    assert not diary.held
    assert diary.moments == []


def test_images_may_be_replaced_before_the_forward_pass(make_learner: Build) -> None:
    class Blank(Callback):
        def before_batch(self, training: Training) -> None:
            training.images = torch.zeros_like(training.images)

    class Look(Callback):
        seen = True

        def after_pred(self, training: Training) -> None:
            self.seen = bool(training.images.any())

    look = Look()
    make_learner(cbs=[Blank(), look]).fit(1, 0.1)
    assert not look.seen


def test_callbacks_of_one_fit_are_gone_in_the_next(make_learner: Build) -> None:
    diary, learn = Diary(), make_learner()
    learn.fit(1, 0.1, cbs=diary)
    seen = len(diary.moments)
    learn.fit(1, 0.1)
    assert len(diary.moments) == seen


def test_reached_by_name(make_learner: Build) -> None:
    class ReduceLROnPlateauCallback(Callback):
        pass

    callback = ReduceLROnPlateauCallback()
    learn = make_learner(cbs=callback)
    assert learn.reduce_lr_on_plateau is callback
    with pytest.raises(AttributeError, match="no callback of that name"):
        _ = learn.activation_stats
