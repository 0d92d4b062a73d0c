"""`convscope trace NETWORK a.png --out a.png` replaced the user's picture with the drawing.

`convscope kernels` refused that; the other command that draws a picture's figure did not ask.
"""

from pathlib import Path

import pytest

from convscope.cli.main import run


@pytest.mark.parametrize("command", ["trace", "kernels"])
@pytest.mark.parametrize("name", ["0.png", "beside.png"])
def test_nothing_is_written_among_the_pictures(
    picture_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    picture = picture_folder / "high" / "0.png"
    before, files = picture.read_bytes(), {*picture.parent.iterdir()}
    words = [str(picture), "--out", str(picture.with_name(name))]
    if command == "trace":
        words = ["simple_net", *words, "--layer", "0", "--cell", "1,1", "--size", "1,16,16"]
    assert run([command, *words]) == 2
    assert "the figure cannot be written there" in capsys.readouterr().err
    assert picture.read_bytes() == before
    assert {*picture.parent.iterdir()} == files
