"""`evaluate RUN FOLDER` refused a folder with one class: there was nothing to tell apart in it.

But the model knows its classes; how many of the ants it finds is a fair question.
"""

import json
import shutil
from pathlib import Path

import pytest

from convscope.cli.main import run
from convscope.errors import LayoutError
from convscope.pictures import survey

FAST = ["--epochs", "2", "--batch-size", "8", "--arch", "simple_net"]


@pytest.mark.slow
def test_one_class_is_enough_to_be_judged(
    picture_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", str(picture_folder), *FAST, "--out", str(tmp_path / "runs")]) == 0
    (path,) = [path.parent for path in (tmp_path / "runs").glob("*/run.json")]
    shutil.copytree(picture_folder / "low", tmp_path / "only" / "low")
    capsys.readouterr()
    assert run(["evaluate", str(path), str(tmp_path / "only"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["pictures"] == 20
    assert found["balanced_accuracy"] == found["accuracy"]
    assert {one["name"]: one["pictures"] for one in found["classes"]} == {
        "high": 0,
        "low": 20,
        "middle": 0,
    }


def test_to_train_two_are_needed_still(picture_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(picture_folder / "low", tmp_path / "only" / "low")
    with pytest.raises(LayoutError, match="only one class"):
        survey(tmp_path / "only")
