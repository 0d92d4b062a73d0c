"""`convscope evaluate RUN FOLDER` on a folder of rubbish ended in a traceback from torch.cat."""

from pathlib import Path

import pytest

from convscope.cli.main import run

pytestmark = pytest.mark.slow  # whole runs
FAST = ["--epochs", "1", "--batch-size", "16", "--arch", "simple_net"]


def test_it_is_told(
    picture_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["train", str(picture_folder), *FAST]) == 0
    (path,) = (tmp_path / "runs").iterdir()
    for name in ("high", "low"):
        (tmp_path / "rubbish" / name).mkdir(parents=True)
        (tmp_path / "rubbish" / name / "page.jpg").write_text("<html>")
    capsys.readouterr()
    assert run(["evaluate", str(path), "rubbish"]) == 1
    said = capsys.readouterr().err
    assert "not one of these pictures can be read" in said
    assert "page.jpg: a web page, and no picture" in said
