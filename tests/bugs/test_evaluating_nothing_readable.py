"""`convscope evaluate RUN FOLDER` on a folder of rubbish ended in a traceback from torch.cat."""

from pathlib import Path

import pytest

from convscope.cli.main import run

pytestmark = pytest.mark.slow  # whole runs


def test_it_is_told(small_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("high", "low"):
        (tmp_path / "rubbish" / name).mkdir(parents=True)
        (tmp_path / "rubbish" / name / "page.jpg").write_text("<html>")
    capsys.readouterr()
    assert run(["evaluate", str(small_run), "rubbish"]) == 1
    said = capsys.readouterr().err
    assert "not one of these pictures can be read" in said
    assert "page.jpg: a web page, and no picture" in said
