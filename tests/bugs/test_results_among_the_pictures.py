"""Tables were written among pictures by who stood there, pages and models into the run's own.

`convscope predict RUN other/ --out pictures/a.csv` never asked for the run's pictures, nor did
`convscope export RUN --pictures other --out pictures/a.safetensors`; and whoever stood in the
folder of pictures got a table there.
"""

from pathlib import Path

import pytest

from convscope.cli.main import run
from tests.made_runs import made_run

COMMANDS = (
    ("report", (), "page.html"),
    ("evaluate", ("other",), "a.csv"),
    ("predict", ("other",), "a.csv"),
    ("explain", ("other/high/0.png",), "page.html"),
    ("export", ("--to", "safetensors", "--pictures", "other"), "a.safetensors"),
)


@pytest.mark.parametrize("stands", [False, True])
@pytest.mark.parametrize("among", ["pictures", "pictures/high"])
@pytest.mark.parametrize(("command", "words", "name"), COMMANDS, ids=[one[0] for one in COMMANDS])
def test_nothing_is_written_among_the_pictures_of_the_run(
    command: str,
    words: tuple[str, ...],
    name: str,
    among: str,
    stands: bool,  # noqa: FBT001
    picture_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = made_run(tmp_path / "runs", picture_folder)
    (tmp_path / "other" / "high").mkdir(parents=True)
    (tmp_path / "other" / "high" / "0.png").write_bytes(
        (picture_folder / "high" / "0.png").read_bytes()
    )
    place = tmp_path / among
    monkeypatch.chdir(place if stands else tmp_path)
    before = sorted(picture_folder.rglob("*"))
    given = [str(tmp_path / one) if one.startswith("other") else one for one in words]
    out = name if stands else str(place / name)
    assert run([command, str(made.path), *given, "--out", out]) == 2
    assert "nothing is ever written among your pictures" in capsys.readouterr().err
    assert sorted(picture_folder.rglob("*")) == before


@pytest.mark.parametrize("command", ["evaluate", "predict"])
def test_nor_among_those_that_were_given(
    command: str,
    picture_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = made_run(tmp_path / "runs", tmp_path / "elsewhere")
    monkeypatch.chdir(picture_folder)
    assert run([command, str(made.path), ".", "--out", "a.csv"]) == 2
    place = capsys.readouterr().err.partition("--out ")[2].partition(",")[0]
    assert run([command, str(made.path), ".", "--out", place]) == 0
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["a.csv"]
    assert not [*picture_folder.rglob("*.csv")]
