"""Test pictures: used once, at the end; and what is said where they chose the best epoch."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from convscope.cli.main import run
from convscope.recipes import running
from convscope.runs import RunFolder
from convscope.train import Learner

FAST = ["--epochs", "3", "--batch-size", "8", "--arch", "simple_net", "--lr-max", "0.02"]
Printed = pytest.CaptureFixture[str]

pytestmark = pytest.mark.slow  # each trains a run or more


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def divided(folder: Path, target: Path, **shares: slice) -> Path:
    for split, part in shares.items():
        for name in ("high", "low", "middle"):
            (target / split / name).mkdir(parents=True)
            for file in sorted((folder / name).iterdir())[part]:
                shutil.copy(file, target / split / name)
    return target


def only_run() -> RunFolder:
    (path,) = [path.parent for path in Path("runs").glob("*/run.json")]
    return RunFolder.open(path)


@pytest.fixture
def three(picture_folder: Path, tmp_path: Path) -> Path:
    parts = {"train": slice(12), "valid": slice(12, 16), "test": slice(16, 19)}
    return divided(picture_folder, tmp_path / "three", **parts)


def test_used_once_with_the_best_weights(
    three: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    validate = Learner.validate

    def counted(self: Learner, *args: Any, **more: Any) -> list[float]:
        seen.append(self.epochs_done)
        return validate(self, *args, **more)

    monkeypatch.setattr(Learner, "validate", counted)
    assert run(["train", str(three), *FAST]) == 0
    assert seen == [3], "after the last epoch, and never before"
    said = capsys.readouterr().out
    assert "pictures that had no say in it" in said
    about = only_run().about
    assert about.test is not None
    assert about.test["pictures"] == 9
    assert run(["evaluate", str(only_run().path), str(three / "test"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["accuracy"] == pytest.approx(about.test["accuracy"])
    assert found["loss"] == pytest.approx(about.test["loss"], rel=1e-4)
    assert "flatters" not in said


def test_not_before_the_end(three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = running._draw_results

    def interrupted(*args: Any) -> None:
        draw(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "_draw_results", interrupted)
    run(["train", str(three), *FAST])
    assert only_run().about.test is None


def test_a_test_folder_that_chose_the_best_flatters(
    picture_folder: Path, tmp_path: Path, capsys: Printed
) -> None:
    two = divided(picture_folder, tmp_path / "two", train=slice(12), test=slice(12, 16))
    assert run(["train", str(two), *FAST]) == 0
    said = capsys.readouterr().out
    assert "this best epoch was chosen on the only test set: its score flatters" in said
    about = only_run().about
    assert about.test is None
    assert any("the best epoch is chosen on test/ itself" in one for one in about.found)


def test_no_third_split_no_test(picture_folder: Path, capsys: Printed) -> None:
    assert run(["train", str(picture_folder), *FAST]) == 0
    assert only_run().about.test is None
    assert "test:" not in capsys.readouterr().out
