"""What could be broken on purpose without a test that noticed, in training and in runs."""

import json
import os
import signal
from functools import partial
from pathlib import Path
from shutil import copytree

import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file
from torch import nn, optim

from convscope.cli.main import run
from convscope.files import written
from convscope.recipes import evaluate, resume, running
from convscope.recipes.signals import StopOnSignal
from convscope.runs import RunFolder
from convscope.train import GradientAccumulation, Learner, Splits, Training

FAST = ["--epochs", "1", "--batch-size", "16", "--arch", "simple_net"]


def runs() -> list[RunFolder]:
    return [RunFolder.open(path.parent) for path in sorted(Path("runs").glob("*/run.json"))]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def test_the_rest_of_an_epoch_steps_with_its_own_mean() -> None:
    dice = torch.Generator().manual_seed(2)
    images = torch.randn(12, 3, generator=dice, dtype=torch.float64)
    labels = torch.randint(0, 2, (12,), generator=dice)
    fours = [*zip(images.split(4), labels.split(4), strict=True)]
    eight_and_four = [(images[:8], labels[:8]), (images[8:], labels[8:])]
    torch.manual_seed(0)
    model, twin = nn.Linear(3, 2).double(), nn.Linear(3, 2).double()
    twin.load_state_dict(model.state_dict())
    sgd = partial(Learner, opt_func=optim.SGD, quiet=True)
    sgd(Splits(fours), model, cbs=GradientAccumulation(2)).fit(3, 0.5)
    sgd(Splits(eight_and_four), twin).fit(3, 0.5)
    torch.testing.assert_close(model.weight, twin.weight, rtol=1e-12, atol=1e-14)


def test_a_file_and_its_place_reach_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: flushed.append(os.fstat(handle).st_ino))
    with written(tmp_path / "note") as draft:
        draft.write_text("whole")
    assert flushed == [(tmp_path / "note").stat().st_ino, tmp_path.stat().st_ino]


@pytest.mark.slow
def test_weight_decay_reaches_the_optimiser(picture_folder: Path) -> None:
    for decay in ("0", "9"):
        assert run(["train", str(picture_folder), *FAST, "--weight-decay", decay]) == 0
    sizes = [load_file(one.weights)["0.0.weight"].norm() for one in runs()]
    assert sizes[1] < 0.95 * sizes[0]


def test_numbers_that_are_none_end_a_run(
    picture_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "_objective", lambda _: lambda logits, _: logits.sum() * torch.nan)
    assert run(["train", str(picture_folder), *FAST]) == 1
    assert "the loss is not a finite number any more" in capsys.readouterr().err
    assert runs()[0].about.status == "failed"


def test_of_a_split_folder_the_validation_side_is_measured(
    picture_folder: Path, tmp_path: Path
) -> None:
    assert run(["train", str(picture_folder), *FAST]) == 0
    for side in ("train", "valid"):
        copytree(picture_folder, tmp_path / "split" / side)
    for file in (tmp_path / "split" / "valid").glob("*/1*.png"):
        file.unlink()
    assert evaluate(runs()[0], tmp_path / "split").pictures == 3 * 9


@pytest.mark.slow
def test_a_resumed_run_computes_with_as_many_threads(
    picture_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["train", str(picture_folder), *FAST]) == 0
    (one,) = runs()
    content = {**json.loads(one.manifest.read_text()), "status": "interrupted", "threads": 3}
    one.manifest.write_text(json.dumps(content))
    asked: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", asked.append)
    resume(runs()[0], Console(quiet=True))
    assert asked == [3]


def test_a_second_signal_is_not_listened_to() -> None:
    before = signal.getsignal(signal.SIGINT)
    stop = StopOnSignal()
    with stop.attached(Training()):
        signal.raise_signal(signal.SIGINT)
        assert stop.received == signal.SIGINT
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is before


def test_a_signal_that_was_ignored_from_the_start_stays_so() -> None:
    """As SIGINT is behind `nohup`, or in a script that starts a training with `&`."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        stop = StopOnSignal()
        with stop.attached(Training()):
            signal.raise_signal(signal.SIGINT)
            assert stop.received == 0
            signal.raise_signal(signal.SIGTERM)
            assert stop.received == signal.SIGTERM
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
