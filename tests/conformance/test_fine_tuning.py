"""Fine-tuning in two phases: rates group by group, what moves when, and stopping anywhere."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from convscope.train import (
    Callback,
    EarlyStopping,
    FineTuning,
    Learner,
    SaveLast,
    StopFit,
    Training,
    accuracy,
    combined_cos,
)

Build = Callable[..., Learner]


def three_groups(model: nn.Module) -> list[list[nn.Parameter]]:
    """Split the small net: convolution | BatchNorm | the linear layer."""
    layers = list(model.children())
    return [
        list(layers[0].parameters()),
        list(layers[1].parameters()),
        list(layers[5].parameters()),
    ]


class Diary(Callback):
    """The rate of every layer group, momentum and what is trained, before every step."""

    order = 70

    def __init__(self) -> None:
        self.rates: list[list[float]] = []
        self.moms: list[float] = []
        self.trained: list[list[bool]] = []

    def before_step(self, training: Training) -> None:
        groups = training.opt.param_groups
        rate = {group["layer_group"]: group["lr"] for group in groups}
        self.rates.append([rate[index] for index in sorted(rate)])
        self.moms.append(groups[-1]["betas"][0])
        self.trained.append([p.requires_grad for p in training.model.parameters()])


class StopAt(Callback):
    """Stop when so many steps are done."""

    order = 70

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def after_batch(self, training: Training) -> None:
        if training.epoch * training.batches_per_epoch + training.batches_done == self.steps:
            raise StopFit("enough")


def test_a_slice_of_rates_on_three_groups_in_real_training(make_learner: Build) -> None:
    diary = Diary()
    learn = make_learner(splitter=three_groups, cbs=diary)
    learn.fit_one_cycle(2, slice(1e-4, 1e-2))
    shape = [combined_cos(0.25, 1 / 25, 1, 1e-5)(step / 10) for step in range(10)]
    for step, rates in enumerate(diary.rates):
        assert rates == pytest.approx([top * shape[step] for top in (1e-4, 1e-3, 1e-2)])
    diary.rates.clear()
    learn.fit(1, slice(1e-2))
    assert diary.rates == [[pytest.approx(r) for r in (1e-3, 1e-3, 1e-2)]] * 5
    diary.rates.clear()
    learn.fit(1, [1e-9, 1e-5, 1e-1])
    assert diary.rates == [[1e-9, 1e-5, 1e-1]] * 5


def test_a_slow_group_moves_less(make_learner: Build) -> None:
    """Adam's first step is about as long as the rate, whatever the gradient."""
    learn = make_learner(splitter=three_groups, wd=0.0)
    before = [p.detach().clone() for p in learn.model.parameters()]
    learn.fit(1, slice(1e-5, 1e-1), cbs=StopAt(1))
    steps = [
        (now - was).abs().max().item()
        for now, was in zip(learn.model.parameters(), before, strict=True)
    ]
    # not the bias of the convolution: the BatchNorm behind it takes its gradient away
    for index, rate in ((0, 1e-5), (2, 1e-3), (3, 1e-3), (4, 1e-1), (5, 1e-1)):
        assert steps[index] == pytest.approx(rate, rel=0.05)


@pytest.mark.parametrize(("first", "trained"), [(1, 4), (2, 4), (-1, 4), (0, 6)])
def test_three_groups_frozen(make_learner: Build, first: int, trained: int) -> None:
    learn = make_learner(splitter=three_groups)
    before = [p.detach().clone() for p in learn.model.parameters()]
    learn.freeze_to(first)
    learn.fit(1, 0.05)
    moved = [
        not torch.equal(now, was) for now, was in zip(learn.model.parameters(), before, strict=True)
    ]
    assert sum(moved) == trained, "the norms of group 1 always learn"
    assert moved[0] == (first == 0)
    learn.unfreeze()
    assert all(p.requires_grad for p in learn.model.parameters())


def test_rates_and_phases_as_the_chapters_library_has_them(make_learner: Build) -> None:
    """Two phases written out: slice(lr) with pct 0.99, then slice(lr/200, lr/2) with div 5."""
    diary = Diary()
    learn = make_learner(splitter=three_groups, cbs=diary)
    learn.fine_tune(2, base_lr=0.01, freeze_epochs=1)
    first = [combined_cos(0.99, top / 25, top, top / 1e5) for top in (1e-3, 1e-3, 1e-2)]
    second = [combined_cos(0.3, top / 5, top, top / 1e5) for top in (5e-5, 5e-4, 5e-3)]
    expected = [[rate(k / 5) for rate in first] for k in range(5)]
    expected += [[rate(k / 10) for rate in second] for k in range(10)]
    for rates, wanted in zip(diary.rates, expected, strict=True):
        assert rates == pytest.approx(wanted)
    moms = [combined_cos(pct, 0.95, 0.85, 0.95) for pct in (0.99, 0.3)]
    wanted_moms = [moms[0](k / 5) for k in range(5)] + [moms[1](k / 10) for k in range(10)]
    assert diary.moms == pytest.approx(wanted_moms)
    frozen = [False, False, True, True, True, True]
    assert diary.trained == [frozen] * 5 + [[True] * 6] * 10


def test_one_fit_is_the_two_fits(make_learner: Build) -> None:
    learn = make_learner(splitter=three_groups)
    learn.fine_tune(2, base_lr=0.01, freeze_epochs=2)
    other = make_learner(splitter=three_groups)
    other.freeze()
    other.fit_one_cycle(2, slice(0.01), pct_start=0.99)
    other.unfreeze()
    other.fit_one_cycle(2, slice(0.005 / 100, 0.005), div=5, pct_start=0.3, reset_opt=True)
    for one, two in zip(learn.model.parameters(), other.model.parameters(), strict=True):
        assert torch.allclose(one, two, atol=1e-6)
    assert learn.recorder.raw_losses == pytest.approx(other.recorder.raw_losses, abs=1e-5)
    assert learn.opt.param_groups[0]["betas"][0] == 0.9, "momentum is given back"


def outcome(learn: Learner) -> dict[str, Any]:
    record = learn.recorder
    return {
        "weights": copy.deepcopy(learn.model.state_dict()),
        "optimiser": copy.deepcopy(learn.opt.state_dict()),
        "record": [record.losses, record.lrs, record.moms, record.values],
        "random": torch.get_rng_state(),
    }


def assert_same(one: object, other: object) -> None:
    if isinstance(one, torch.Tensor):
        assert isinstance(other, torch.Tensor)
        assert torch.equal(one, other)
    elif isinstance(one, dict):
        assert isinstance(other, dict)
        assert one.keys() == other.keys()
        for key in one:
            assert_same(one[key], other[key])
    else:
        assert repr(one) == repr(other)


@pytest.mark.parametrize("steps", [1, 4, 5, 6, 9, 10, 14])
def test_stopped_at_any_step_of_either_phase(
    make_learner: Build, tmp_path: Path, steps: int
) -> None:
    def learner() -> Learner:
        last = SaveLast(tmp_path / "last.pt")
        stopping = EarlyStopping(patience=9)
        return make_learner(splitter=three_groups, metrics=accuracy, cbs=[last, stopping])

    whole = learner()
    whole.fine_tune(2, 0.01)
    stopped = learner()
    stopped.cbs.append(StopAt(steps))
    stopped.fine_tune(2, 0.01)
    assert len(stopped.recorder.losses) == steps
    assert all(p.requires_grad for p in stopped.model.parameters())
    resumed = learner()
    torch.manual_seed(99)
    resumed.fine_tune(2, 0.01, resume_from=tmp_path / "last.pt")
    assert_same(outcome(resumed), outcome(whole))


def test_killed_between_the_phases(make_learner: Build, tmp_path: Path) -> None:
    """The checkpoint of the first phase's end, with nothing of the second."""

    class Kill(Callback):
        order = 95  # after SaveLast

        def after_epoch(self, training: Training) -> None:
            raise KeyboardInterrupt

    whole = make_learner(splitter=three_groups)
    whole.fine_tune(2, 0.01)
    killed = make_learner(splitter=three_groups, cbs=[SaveLast(tmp_path / "last.pt"), Kill()])
    with pytest.raises(KeyboardInterrupt):
        killed.fine_tune(2, 0.01)
    assert all(p.requires_grad for p in killed.model.parameters())
    resumed = make_learner(splitter=three_groups)
    resumed.fine_tune(2, 0.01, resume_from=tmp_path / "last.pt")
    assert_same(outcome(resumed), outcome(whole))


def test_no_frozen_epoch(make_learner: Build) -> None:
    diary = Diary()
    make_learner(splitter=three_groups, cbs=diary).fine_tune(1, 0.01, freeze_epochs=0)
    assert diary.rates[0] == pytest.approx([top / 5 for top in (5e-5, 5e-4, 5e-3)])
    assert len(diary.rates) == 5
    assert len(FineTuning(freeze_epochs=0).schedules(1, 3)[0]) == 3
