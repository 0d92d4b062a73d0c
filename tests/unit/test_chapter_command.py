"""`convscope chapter`: what is asked, what is said where, and the exit codes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from convscope import recipes
from convscope.cli.main import run
from convscope.errors import DataError
from convscope.runs import Ladder
from tests.unit.test_report_base import ladder, rung


@pytest.fixture
def climbed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[list[int], Any]]:
    """Stand where nothing is; the recipe gives a ladder made by hand, and tells what it got."""
    monkeypatch.chdir(tmp_path)
    asked: list[tuple[list[int], Any]] = []

    def climb(seeds: Sequence[int], console: object, **more: Any) -> Ladder:
        asked.append(([*seeds], more["folder"]))
        scores = tuple(0.97 + seed / 1000 for seed in seeds)
        return ladder(rung("C", scores), rung("D", scores, held=False), inside={})

    monkeypatch.setattr(recipes, "climb", climb)
    return asked


def test_table_and_page(
    climbed: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["chapter"]) == 0
    assert climbed == [([0], None)]
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines() if line[:1] in {"C", "D"}] == ["C", "D"]
    assert out.count("NO") == 1
    assert "all steps took 1:01 (1:39 of processor time)" in out
    assert f"page: {tmp_path / 'chapter.html'}" in out
    assert "<h1>The chapter&#39;s ladder</h1>" in (tmp_path / "chapter.html").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["chapter.html"]


def test_several_seeds_another_folder_in_polish(
    climbed: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--seeds", "3", "--data", "mnist", "--out", "a.htm", "--lang", "pl"]
    assert run(["chapter", *words]) == 0
    assert climbed == [([0, 1, 2], Path("mnist"))]
    out = capsys.readouterr().out
    assert "z 3 ziaren mediana" in out
    assert "0.9710" in out
    assert '<html lang="pl">' in (tmp_path / "a.htm").read_text()


def test_json_alone_on_standard_output(
    climbed: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["chapter", "--json", "--seeds", "2"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["page"] == str(tmp_path / "chapter.html")
    assert [step["held"] for step in told["steps"]] == [True, False]
    first = told["steps"][0]
    low, high = 0.97, 0.971
    middle = pytest.approx(0.9705)
    assert first["accuracy"] == {"median": middle, "low": low, "high": high, "seeds": [low, high]}
    assert first["book"]["accuracy"] == 0.9743


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--seeds", "0"], "so many seeds cannot be tried"),
        (["--seeds", "101"], "there are 1 to 100"),
        (["--out", "page.png"], "an HTML file"),
        (["--out", "no/such/page.html"], "there is no folder"),
        (["--seeds", "two"], "two"),
    ],
)
def test_wrong_use_is_told_before_anything_is_trained(
    climbed: list[Any], capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(["chapter", *words]) == 2
    assert climbed == []
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_folder_where_the_page_should_lie(
    climbed: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.html").mkdir()
    assert run(["chapter", "--out", "x.html"]) == 2
    assert "it is a folder" in capsys.readouterr().err


def test_a_page_that_cannot_be_written_takes_no_table_away(
    climbed: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(ladder: Ladder, out: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recipes, "write_chapter", refuse)
    assert run(["chapter"]) == 1
    told = capsys.readouterr()
    assert "0.9700" in told.out
    assert "No space left on device" in told.err


def test_exit_codes_of_an_interrupt_and_of_no_digits(
    climbed: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    for error, code in ((KeyboardInterrupt(), 130), (DataError("no digits"), 1)):

        def fail(*words: object, problem: BaseException = error, **more: object) -> Ladder:
            raise problem

        monkeypatch.setattr(recipes, "climb", fail)
        assert run(["chapter"]) == code
    assert not [*tmp_path.iterdir()]
