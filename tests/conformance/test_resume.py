"""A stopped fit goes on to the very same weights and the very same record."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from convscope.errors import ConfigError, RunError
from convscope.train import (
    Callback,
    EarlyStopping,
    GradientAccumulation,
    Learner,
    SaveBest,
    SaveLast,
    Splits,
    StopFit,
    Training,
    accuracy,
    load_state,
)

Build = Callable[..., Learner]


class StopAt(Callback):
    """Stop when so many steps are done."""

    order = 70

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def after_batch(self, training: Training) -> None:
        if training.epoch * training.batches_per_epoch + training.batches_done == self.steps:
            raise StopFit("enough")


class StopInValidation(Callback):
    """Stop between two validation batches of the second epoch."""

    def after_valid_batch(self, training: Training) -> None:
        if training.epoch == 1:
            raise StopFit("enough")


def outcome(learn: Learner) -> dict[str, Any]:
    record = learn.recorder
    return {
        "weights": copy.deepcopy(learn.model.state_dict()),
        "optimiser": copy.deepcopy(learn.opt.state_dict()),
        "losses": record.losses,
        "rates": record.lrs,
        "values": record.values,
        "random": torch.get_rng_state(),
    }


def assert_same(one: object, other: object, where: str = "") -> None:
    if isinstance(one, torch.Tensor):
        assert isinstance(other, torch.Tensor)
        assert torch.equal(one, other), where
    elif isinstance(one, dict):
        assert isinstance(other, dict)
        assert one.keys() == other.keys(), where
        for key in one:
            assert_same(one[key], other[key], f"{where}/{key}")
    else:
        assert repr(one) == repr(other), where  # NaN is not equal to itself


@pytest.mark.parametrize("steps", [1, 4, 5, 6, 11, 14])
@pytest.mark.parametrize("extra", [[], [GradientAccumulation]], ids=["plain", "accumulating"])
def test_stopped_at_any_step(
    make_learner: Build, tmp_path: Path, steps: int, extra: list[Callable[[int], Callback]]
) -> None:
    def callbacks() -> list[Callback]:
        return [SaveLast(tmp_path / "last.pt"), *(kind(3) for kind in extra)]

    whole = make_learner(cbs=callbacks(), metrics=accuracy)
    whole.fit_one_cycle(3, 0.05)

    stopped = make_learner(cbs=callbacks(), metrics=accuracy)
    stopped.fit_one_cycle(3, 0.05, cbs=StopAt(steps))
    assert stopped.stopped == "enough"
    assert len(stopped.recorder.losses) == steps

    resumed = make_learner(cbs=callbacks(), metrics=accuracy)
    torch.manual_seed(99)  # a new process has other dice
    resumed.fit_one_cycle(3, 0.05, resume_from=tmp_path / "last.pt")
    assert_same(outcome(resumed), outcome(whole))


def test_stopped_in_validation(make_learner: Build, tmp_path: Path) -> None:
    whole = make_learner()
    whole.fit_one_cycle(3, 0.05)
    last = SaveLast(tmp_path / "last.pt")
    make_learner(cbs=last).fit_one_cycle(3, 0.05, cbs=StopInValidation())
    resumed = make_learner()
    resumed.fit_one_cycle(3, 0.05, resume_from=tmp_path / "last.pt")
    assert_same(outcome(resumed), outcome(whole))


@pytest.mark.parametrize("steps", [3, 5, 8])
def test_a_shuffling_dataloader_of_torch(tmp_path: Path, steps: int) -> None:
    def learner() -> Learner:
        torch.manual_seed(3)
        images, labels = torch.randn(40, 4), torch.randint(0, 2, (40,))
        loader = DataLoader(TensorDataset(images, labels), batch_size=8, shuffle=True)
        model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.3), nn.Linear(8, 2))
        return Learner(Splits(train=loader, valid=[]), model, quiet=True)

    whole = learner()
    whole.fit(2, 0.01)
    learner().fit(2, 0.01, cbs=[SaveLast(tmp_path / "last.pt"), StopAt(steps)])
    resumed = learner()
    torch.manual_seed(99)
    resumed.fit(2, 0.01, resume_from=tmp_path / "last.pt")
    assert_same(outcome(resumed), outcome(whole))


def test_the_state_of_callbacks_goes_on(make_learner: Build, tmp_path: Path) -> None:
    def callbacks() -> list[Callback]:
        best = SaveBest(tmp_path / "best.safetensors", "valid_loss", {})
        return [SaveLast(tmp_path / "last.pt"), best, EarlyStopping(patience=2)]

    whole = make_learner(cbs=callbacks())
    whole.fit(9, 0.2)
    make_learner(cbs=callbacks()).fit(9, 0.2, cbs=StopAt(7))
    resumed = make_learner(cbs=callbacks())
    resumed.fit(9, 0.2, resume_from=tmp_path / "last.pt")
    assert len(resumed.recorder.values) == len(whole.recorder.values)
    assert resumed.save_best.state(resumed) == whole.save_best.state(whole)


def test_another_fit_is_refused(make_learner: Build, tmp_path: Path) -> None:
    learn = make_learner(cbs=SaveLast(tmp_path / "last.pt"))
    learn.fit_one_cycle(2, 0.05)
    with pytest.raises(ConfigError, match="this checkpoint belongs to another fit"):
        make_learner().fit_one_cycle(3, 0.05, resume_from=tmp_path / "last.pt")


def test_another_model_is_refused(make_learner: Build, tmp_path: Path) -> None:
    make_learner(cbs=SaveLast(tmp_path / "last.pt")).fit(2, 0.05)
    other = make_learner()
    other.model.add_module("5", nn.Linear(36, 4))
    with pytest.raises(RunError, match="the checkpoint does not fit this model"):
        other.fit(2, 0.05, resume_from=tmp_path / "last.pt")


def test_a_missing_callback_is_named(make_learner: Build, tmp_path: Path) -> None:
    make_learner(cbs=[SaveLast(tmp_path / "last.pt"), EarlyStopping()]).fit(2, 0.05)
    with pytest.raises(RunError, match="early_stopping"):
        make_learner().fit(2, 0.05, resume_from=tmp_path / "last.pt")


class Canary:
    """Unpickling this would create a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "flipped", "pickle", "newer"])
def test_damaged_checkpoints(make_learner: Build, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "last.pt"
    make_learner(cbs=SaveLast(path)).fit(1, 0.05)
    whole = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "truncated":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "flipped":
        middle = len(whole) // 2
        flipped = bytes([whole[middle] ^ 1])
        path.write_bytes(whole[:middle] + flipped + whole[middle + 1 :])
    elif damage == "pickle":
        torch.save(Canary(tmp_path / "sung"), path)
    else:
        torch.save({**load_state(path), "format": 2}, path)
    with pytest.raises(RunError, match="this checkpoint cannot be used"):
        load_state(path)
    assert not (tmp_path / "sung").exists()


def test_a_failing_write_keeps_the_old_checkpoint(
    make_learner: Build,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "last.pt"
    make_learner(cbs=SaveLast(path)).fit(1, 0.05)
    before = path.read_bytes()

    whole = Path.write_bytes

    def half(target: Path, content: bytes) -> None:
        whole(target, bytes(content)[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    make_learner(cbs=SaveLast(path)).fit(1, 0.05)
    assert "No space left" in caplog.text
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["last.pt"]
