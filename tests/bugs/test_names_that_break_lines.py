"""A class called "a<line end>b" took two lines of every table and of every prediction."""

from pathlib import Path

import pytest
from PIL import Image

from convscope.cli.main import run


def test_a_name_stays_on_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for label in ("a\nb", "c"):
        for number in range(12):
            file = tmp_path / "p" / label / f"{number}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (16, 16), 20 * number).save(file)
    assert run(["train", "p", "--epochs", "1"]) == 0
    (folder,) = map(str, (tmp_path / "runs").iterdir())
    assert run(["evaluate", folder]) == 0
    assert run(["predict", folder, "p"]) == 0
    told = capsys.readouterr().out
    assert "2 classes: a\\nb, c" in told
    assert "\n a\\nb " in told
    assert "/p/a\\nb/0.png  " in told
    assert not any(line.startswith(("b,", "b ", "b/")) for line in told.splitlines())
