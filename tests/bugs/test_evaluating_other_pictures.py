"""`convscope evaluate RUN` measured whatever lay in the folder of its pictures by now.

The pictures were prepared anew and never compared with those of the run. A class folder that was
added shifted every label by one: accuracy 0, and no word about it.
"""

from pathlib import Path
from shutil import copytree

import pytest

from convscope.cli.main import run

pytestmark = pytest.mark.slow  # whole runs
FAST = ["--epochs", "1", "--batch-size", "16", "--arch", "simple_net"]


def test_changed_pictures_are_refused(
    picture_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["train", str(picture_folder), *FAST]) == 0
    (path,) = (tmp_path / "runs").iterdir()
    assert run(["evaluate", str(path)]) == 0
    copytree(picture_folder / "low", picture_folder / "a new class")
    capsys.readouterr()
    assert run(["evaluate", str(path)]) == 1
    assert "not those that this run began with" in capsys.readouterr().err
