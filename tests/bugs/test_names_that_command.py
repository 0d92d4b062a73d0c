"""Names of classes and files that did more than name.

One that is no Unicode ended `convscope train` with a traceback in place of its report; one in
Hebrew turned the number behind it round ("70.2 %" was read "% 2.07"); one with the escapes of a
terminal cleared it where `convscope explain` printed it. And a validation loss above that of every
batch, as of a first epoch, was out of the picture of the curves.
"""

import json
import os
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from convscope import figures
from convscope.cli.main import run
from convscope.cli.options import print_text
from convscope.data import Preparation, Scaling
from convscope.export.graph import about
from convscope.pictures import Reading
from convscope.report import explain_page, run_page, write_page
from convscope.runs import EpochRow, Explanation, Looked, RunSummary, Steps
from convscope.tables import runs_table
from tests.reported_runs import told

HEBREW, NO_TEXT, TURNED = "\u05e9\u05dc\u05d5\u05dd", "bad\udcff", "rose\u202e"


def test_a_page_is_written_whatever_a_class_is_called(tmp_path: Path) -> None:
    made = replace(told(classes=(HEBREW, NO_TEXT, TURNED)), folder=os.fsdecode(b"runs\xff"))
    write_page(run_page(made), tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "runs\\udcff" in text
    assert f"\u2068{HEBREW}\u2069: " in text  # what follows is read as it stands
    assert "rose\\u202e: " in text
    assert "\u202e: " not in text


def test_the_page_of_a_picture_too() -> None:
    looked = Looked(np.ones((4, 4)), {"window": 2, "stride": 1})
    page = explain_page(
        Explanation(
            run="made",
            picture="a.png",
            pixels=np.zeros((1, 4, 4)),
            answers=((HEBREW, 0.7), (TURNED, 0.3)),
            classes=2,
            cam=None,
            no_cam="no layer",
            covered=looked,
            layers=(),
            layers_total=0,
            traced=None,
        )
    )
    assert f"\u2068{HEBREW}\u2069, " in page
    assert "\u202e" not in page


def test_an_onnx_file_keeps_it() -> None:
    prepare = Preparation(Reading(4, 4, 1), (4, 4), Scaling.plain(1), (HEBREW, NO_TEXT))
    text = about(prepare)["classes"]
    text.encode("utf-8")
    assert json.loads(text) == [HEBREW, NO_TEXT]


def test_no_name_commands_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["predict", str(tmp_path / "\x1b[2J"), "a.png"]) == 1
    print_text("two\nlines, \x1b[31m\x9b5m\u202e")
    out, err = capsys.readouterr()
    assert "\\x1b[2J" in err
    assert out == "two\nlines, \\x1b[31m\\x9b5m\\u202e\n"
    assert "\x1b[2J" not in err


def test_a_validation_loss_above_every_batch_is_in_the_picture() -> None:
    steps = Steps(steps=[0, 1], epochs=[0, 1], losses=[2.0, 1.0], lrs=[1.0, 1.0], moms=[0.9, 0.9])
    rows = [EpochRow(0, 2.0, 2.6, {}, 1.0), EpochRow(1, 1.0, 1.0, {}, 1.0)]
    assert figures.curves(rows, steps).axes[0].get_ylim()[1] > 2.6


def test_the_table_of_runs() -> None:
    summary = RunSummary(
        path=Path("runs/a\x1b[2J"), data="b\u202e", status="failed", reason="c\x9b"
    )
    console = Console(file=(shown := StringIO()), width=200)
    console.print(runs_table([summary]))
    told = shown.getvalue()
    assert all(escape in told for escape in (r"a\x1b[2J", r"b\u202e", r"c\x9b"))
    assert not {"\x1b", "\u202e", "\x9b"} & {*told}
