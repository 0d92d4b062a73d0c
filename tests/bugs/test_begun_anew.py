"""A run killed before its first checkpoint began anew, with the rows of its first life still there.

An epoch's row is written before the epoch's checkpoint. Resumed without one, results.csv went on
below the old rows and held epoch 0 twice; old steps stayed behind the new ones.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from convscope.cli.main import run
from convscope.runs import RunFolder, read_results, read_steps

pytestmark = pytest.mark.slow  # whole runs
FAST = ["--epochs", "2", "--batch-size", "16", "--arch", "simple_net"]


def test_nothing_of_the_first_life_stays(
    picture_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["train", str(picture_folder), *FAST]) == 0
    (path,) = (tmp_path / "runs").iterdir()
    folder = RunFolder.open(path)
    whole, steps = read_results(folder.results), read_steps(folder.steps)
    folder.save(replace(folder.about, status="running"))
    folder.resume_state.unlink()
    assert run(["train", "--resume", str(path)]) == 0
    again = read_results(folder.results)
    assert [(row.epoch, row.train_loss) for row in again] == [
        (row.epoch, row.train_loss) for row in whole
    ]
    assert read_steps(folder.steps) == steps


def test_steps_beyond_its_end_are_forgotten(
    picture_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["train", str(picture_folder), *FAST]) == 0
    (path,) = (tmp_path / "runs").iterdir()
    folder = RunFolder.open(path)
    shorter = {**folder.about.settings, "epochs": 1}
    folder.save(replace(folder.about, status="running", settings=shorter))
    folder.resume_state.unlink()
    assert run(["train", "--resume", str(path)]) == 0
    assert [row.epoch for row in read_results(folder.results)] == [0]
    assert len(read_steps(folder.steps)) == 3
