"""Tables line up, fit a log, and take any name."""

import io
import json
from math import inf, nan
from pathlib import Path

import pytest
from rich.console import Console

from convscope.runs import EpochRow, RunSummary
from convscope.tables import EpochTable, as_json, duration, facts, number, runs_table
from convscope.words import label

ROW = EpochRow(12, 0.21134, 12345.678, {"accuracy": 0.97426}, 3_600.0)


@pytest.mark.parametrize("lang", ["en", "pl"])
def test_numbers_stand_under_their_headings(lang: str) -> None:
    table = EpochTable(lang=lang)
    header, row = table.header(), table.row(ROW)
    assert len(header) == len(row) <= 80 or len(row) == len(header) + 1
    for key, cell in [
        ("epoch", "12"),
        ("train_loss", "0.2113"),
        ("valid_loss", "1.2e+04"),
        ("accuracy", "0.9743"),
    ]:
        heading = label(key, lang)
        assert header.index(heading) + len(heading) == row.index(cell) + len(cell)


def test_the_table_in_english() -> None:
    table = EpochTable(["accuracy", "f1_macro"], lang="en")
    row = EpochRow(0, 2.3, nan, {"accuracy": 0.1135}, 2.24)
    assert table.header() == "epoch  train_loss  valid_loss  accuracy  f1_macro    time"
    assert table.row(row) == "    0      2.3000         nan    0.1135         -   2.2 s"


def test_numbers_and_durations_at_their_edges() -> None:
    values = (0.0, 1e-4, 9.9e-5, -0.5, 9999.0, 1e4, inf, -inf)
    assert [number(one) for one in values] == [
        "0.0000", "0.0001", "9.9e-05", "-0.5000", "9999.0000", "1.0e+04", "inf", "-inf",
    ]  # fmt: skip
    spans = (0.0, 59.94, 59.96, 3599.4, 3599.6, 90_000.0, nan)
    assert [duration(one) for one in spans] == [
        "0.0 s", "59.9 s", "1:00", "59:59", "1:00:00", "25:00:00", "-",
    ]  # fmt: skip


def test_facts_wrap_under_themselves() -> None:
    text = facts({"a": "word " * 30, "long name": [], "path": "/x" * 60})
    lines = text.splitlines()
    assert lines[0].startswith("a          word word")
    assert lines[1].startswith("           word")
    assert lines[-2:] == ["long name  -", "path       " + "/x" * 60]
    assert all(len(line) <= 80 for line in lines[:-1])
    assert facts({}) == ""


def shown(runs: list[RunSummary], lang: str) -> str:
    sheet = io.StringIO()
    Console(file=sheet, width=120).print(runs_table(runs, lang))
    return sheet.getvalue()


@pytest.mark.parametrize("lang", ["en", "pl"])
def test_every_state_of_a_run_has_a_name_in_every_language(lang: str) -> None:
    states = ("running", "done", "interrupted", "failed", "stopped", "lost", "damaged")
    text = shown([RunSummary(path=Path(state), status=state) for state in states], lang)
    assert all(label(state, lang) in text for state in states)


def test_a_run_is_shown_with_its_numbers_and_names_are_no_markup() -> None:
    run = RunSummary(
        path=Path("runs/[red]x[blue]"),
        status="stopped",
        reason="time limit",
        started="2026-03-01T12:00:00+00:00",
        data="a/[bold]b",
        best_epoch=4,
        best={"accuracy": 0.9912},
    )
    text = shown([run, RunSummary(path=Path("hurt"), status="damaged")], "en")
    for piece in ("[red]x[blue]: time limit", "stopped", "[bold]b", " 4 ", "0.9912"):
        assert piece in text
    assert text.count("[red]x[blue]") == 2  # in its row, and before its reason


def test_json_takes_records() -> None:
    assert json.loads(as_json({"rows": [EpochRow(0, nan, 0.5, {"accuracy": 1.0}, 2.0)]})) == {
        "rows": [
            {
                "epoch": 0,
                "train_loss": None,
                "valid_loss": 0.5,
                "metrics": {"accuracy": 1.0},
                "seconds": 2.0,
            }
        ]
    }
