"""`convscope evaluate`: the tables of the report on new data, as text, as JSON and as a file."""

import csv
import io
import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from convscope.cli.main import run as command
from convscope.runs import ClassReport, share_interval, weakest_first
from convscope.tables import outcome_table
from tests.made_runs import made_run
from tests.reported_runs import HOSTILE, told

Printed = pytest.CaptureFixture[str]


def printed(names: list[str], each: int = 4, width: int = 80) -> str:
    made = told(names, each).predictions
    assert made is not None
    paper = Console(file=io.StringIO(), width=width)
    paper.print(outcome_table(made, "en"))
    return str(paper.file.getvalue())  # pyright: ignore[reportAttributeAccessIssue]


@pytest.fixture
def folder(picture_folder: Path) -> Path:
    """New data: a class that the model knows, one that it does not, a file that is no picture."""
    shutil.rmtree(picture_folder / "middle")
    (picture_folder / "low").rename(picture_folder / "[red]new\nclass")
    (picture_folder / "high" / "page.png").write_text("<html>")
    return picture_folder


def test_the_numbers_are_those_of_the_table(
    folder: Path, tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder / "high", folder / "middle", ignore=shutil.ignore_patterns("page*"))
    run = made_run(tmp_path / "runs", tmp_path / "elsewhere")
    assert command(["evaluate", str(run.path), str(folder), "--json", "--out", "all.csv"]) == 0
    told = json.loads(capsys.readouterr().out)
    with Path("all.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows[:2]] == ["high/0.png", "high/1.png"]
    pairs = Counter((row["truth"], row["prediction"]) for row in rows)
    for one in told["classes"]:
        name = one["name"]
        support = sum(count for (truth, _), count in pairs.items() if truth == name)
        said = sum(count for (_, taken), count in pairs.items() if taken == name)
        hits = pairs[name, name]
        assert one["pictures"] == support == (0 if name == "low" else 20)
        assert one["precision"] == (pytest.approx(hits / said) if said else None)
        assert one["recall"] == one["accuracy"] == (hits / support if support else None)
        assert one["f1"] == (2 * hits / (said + support) if said + support else None)
    confused = {(one["class"], one["taken_for"]): one["pictures"] for one in told["confused"]}
    assert confused == {pair: n for pair, n in pairs.items() if pair[0] != pair[1]}
    assert told["pictures"] == 40
    assert told["accuracy"] == pytest.approx(1 - sum(confused.values()) / 40)
    assert told["interval"] == pytest.approx(share_interval(told["accuracy"], 40))
    assert told["loss"] == pytest.approx(sum(float(row["loss"]) for row in rows) / 40)
    assert told["unknown"] == [["[red]new\nclass", 20]]
    assert told["skipped"][0][0].endswith("high/page.png")


def test_the_text_names_what_was_not_measured(
    folder: Path, tmp_path: Path, capsys: Printed
) -> None:
    run = made_run(tmp_path / "runs", tmp_path)
    assert command(["evaluate", str(run.path), str(folder), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "of 20. Of new pictures of the same kind" in said
    assert r"does not know this class: [red]new\nclass (20 pictures)" in said
    assert "page.png: a web page, and no picture" in said


@pytest.mark.parametrize("place", ["pictures/all.csv", "all.txt"])
def test_nothing_is_written_among_the_pictures(place: str, folder: Path, tmp_path: Path) -> None:
    run = made_run(tmp_path / "runs", tmp_path / "elsewhere")
    words = ["evaluate", str(run.path), str(folder), "--out", str(tmp_path / place)]
    assert command(words) == 2
    assert not (tmp_path / place).exists()


def test_ten_classes_fit_a_terminal_also_those_with_long_names() -> None:
    text = printed([f"a very long class name, number {one}" for one in range(10)], each=12_000)
    matrix = text.split("Confusion matrix")[1]
    assert matrix.count("11999") == 10
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("count", [11, 300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_of_many_classes_a_screen_is_shown_and_the_rest_counted(count: int) -> None:
    text = printed([f"c{one}" for one in range(count)], each=2)
    assert f"{count} classes are too many" in text.replace(",", "")
    assert len(text.splitlines()) < 75
    left = f"better known or without pictures: {count - 20:,}"
    assert (left in text) == (count > 20)
    assert (f"pairs of classes that were confused: {count - 20:,}" in text) == (count > 20)


def test_rows_and_columns_of_zeros_alone_are_left_out_and_counted() -> None:
    """A folder with one of ten classes: a row, and a column for each answer that was given."""
    made = told([f"c{one}" for one in range(10)], each=6, wrong=1).predictions
    assert made is not None
    only = slice(18, 24)  # all of c3, one of them taken for c4
    columns = ("truths", "predicted", "probabilities", "truth_probabilities", "losses")
    of_one = replace(
        made, files=made.files[only], **{name: getattr(made, name)[only] for name in columns}
    )
    paper = Console(file=io.StringIO(), width=80)
    paper.print(outcome_table(of_one, "en"))
    text = str(paper.file.getvalue())  # pyright: ignore[reportAttributeAccessIssue]
    judged, matrix = text.split("Most confused")[0], text.split("Confusion matrix")[1]
    rows = [line.split() for line in matrix.splitlines() if line.strip()]
    assert rows[0] == ["c3", "c4"]
    assert rows[2] == ["c3", "5", "1"]
    assert "rows (classes without pictures): 9" in matrix
    assert "was taken for): 8" in " ".join(matrix.split())
    assert [line.split()[0] for line in judged.splitlines() if line.startswith(" c")][1:] == [
        "c3",
        "c4",
    ]
    assert "without pictures: 8" in judged
    whole = printed([f"c{one}" for one in range(10)])
    assert "nothing but zeros" not in whole


def test_labels_that_may_be_wrong_are_a_table_with_files(
    folder: Path, tmp_path: Path, capsys: Printed
) -> None:
    run = made_run(tmp_path / "runs", tmp_path / "elsewhere")
    shutil.copytree(folder / "high", folder / "middle", ignore=shutil.ignore_patterns("page*"))
    for name in ("high", "middle"):  # the same pictures in two classes: half the labels are wrong
        (folder / name / "0.png").rename(folder / name / "of\x1b[2J.png")
    assert command(["evaluate", str(run.path), str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["suspicions"]
    assert found
    assert {one["label"] for one in found} <= {"high", "middle"}
    assert command(["evaluate", str(run.path), str(folder), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    table = said.split("Labels that may be wrong")[1]
    assert all(one["file"].replace("\x1b", r"\x1b") in table for one in found[:10])
    assert f"Shown: {min(10, len(found))} of {len(found)}" in table
    assert "\x1b" not in said


def test_one_class_and_hostile_names() -> None:
    assert "none: every picture was recognised" in printed(["only"])
    text = printed([*HOSTILE, "a\nb"], width=200)
    assert r"a\nb" in text
    assert "<img src=x onerror=alert(1)>" in text


def test_the_weakest_are_listed_and_the_means_are_of_all() -> None:
    names = [f"c{one}" for one in range(30)]
    made = told(names).predictions
    assert made is not None
    made.predicted[names.index("c29") * 4 : names.index("c29") * 4 + 4] = 3
    paper = Console(file=io.StringIO(), width=80)
    paper.print(outcome_table(made, "en"))
    rows = str(paper.file.getvalue()).splitlines()  # pyright: ignore[reportAttributeAccessIssue]
    assert next(row for row in rows if row.startswith(" c")).split()[0] == "class"
    assert rows[5].split()[0] == "c29"
    (mean,) = [row for row in rows if "weighted" in row]
    assert f"{29 * 0.75 / 30:.4f}" in mean
    assert weakest_first([ClassReport("a", 0.0, float("nan"), 0.0, 0)])[0].name == "a"
