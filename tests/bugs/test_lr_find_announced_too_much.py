"""`lr-find` announced epochs and a rate, neither of which a search uses."""

from pathlib import Path

import pytest

from convscope.cli.main import run


@pytest.mark.slow
def test_only_what_is_used_is_announced(
    picture_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--arch", "simple_net", "--out", str(tmp_path / "out")]
    assert run(["lr-find", str(picture_folder), *words]) == 0
    said = capsys.readouterr().out
    assert "batch size" in said
    assert "epochs" not in said
    assert "lr max" not in said
