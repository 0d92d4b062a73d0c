"""`convscope evaluate RUN` measured whatever lay in the folder of its pictures by now.

The pictures were prepared anew and never compared with those of the run. A class folder that was
added shifted every label by one: accuracy 0, and no word about it.
"""

from pathlib import Path
from shutil import copytree

import pytest

from convscope.cli.main import run

pytestmark = pytest.mark.slow  # whole runs


def test_changed_pictures_are_refused(
    small_run: Path, picture_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", str(small_run)]) == 0
    copytree(picture_folder / "low", picture_folder / "a new class")
    capsys.readouterr()
    assert run(["evaluate", str(small_run)]) == 1
    assert "not those that this run began with" in capsys.readouterr().err
