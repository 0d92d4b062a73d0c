"""`convscope train .` wrote `runs` among the pictures; the next training took it for a class."""

import os
from pathlib import Path

import pytest

from convscope.cli.main import run


@pytest.mark.parametrize("words", [["train"], ["train", "--dry-run"], ["lr-find"], ["check"]])
@pytest.mark.parametrize("inside", [".", "high"])
def test_nothing_is_written_among_the_pictures(
    words: list[str],
    inside: str,
    picture_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(picture_folder / inside)
    before = sorted(picture_folder.rglob("*"))
    assert run([*words, os.path.relpath(picture_folder)]) == 2
    assert sorted(picture_folder.rglob("*")) == before
    said = capsys.readouterr().err
    assert "nothing is ever written among your pictures" in said
    place = said.partition("--out ")[2].partition(",")[0]
    assert Path(place).resolve().parent == picture_folder.parent
