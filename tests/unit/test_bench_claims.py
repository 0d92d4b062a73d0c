"""`make bench` fails when a value leaves its band, and says what was measured where."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from bench import __main__ as command
from bench import report
from bench.claims import Band, Row, compared


@pytest.mark.parametrize(
    ("band", "inside", "outside"),
    [
        (Band(high=1.03), [1.03, 0.2], [1.0301, float("nan"), float("inf")]),
        (Band(low=7), [7, float("inf")], [6.99, float("nan")]),
        (Band(low=1, high=2), [1, 2], [0.9, 2.1]),
    ],
)
def test_a_band_holds_its_ends_and_never_nan(
    band: Band, inside: list[float], outside: list[float]
) -> None:
    assert all(map(band.holds, inside))
    assert not any(map(band.holds, outside))


def test_ratios_are_made_pair_by_pair_and_their_median_is_judged() -> None:
    # the medians of the sides, 2 and 2, would say 1; the pairs say 0.5, 2, 3
    row = compared("ours / bare", [1, 2, 9], [2, 1, 3], Band(high=1.5))
    assert (row.values, row.value, row.status) == ((0.5, 2, 3), 2, "FAILED")


def test_times_faster_turns_the_ratio_round() -> None:
    row = compared("times faster", [2.0], [15.0], Band(low=7), faster=True)
    assert (row.values, row.status) == ((7.5,), "ok")


def test_where_noise_only_adds_the_minimum_is_judged() -> None:
    assert Row("start", [0.5, 0.09, 0.3], Band(high=0.1), judged_by="minimum").status == "ok"


def test_without_a_band_nothing_is_judged_and_without_values_nothing_holds() -> None:
    assert Row("share", [0.2]).status == "reported"
    assert Row("fastai", band=Band(low=7), skipped="no fastai").status == "skipped: no fastai"
    assert Row("nothing measured", band=Band(low=7)).status == "FAILED"


def test_a_row_comes_back_from_its_file() -> None:
    row = compared("a", [1.0, 2.0], [1.0, 1.0], Band(high=3))
    content = json.loads(json.dumps(row.to_dict()))
    assert report.cells(Row.from_dict(content)) == report.cells(row)
    assert (content["n"], content["min"], content["median"], content["max"]) == (2, 1, 1.5, 2)


Planted = Callable[[list[Row]], Path]


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
    """Put a benchmark in the place of all others, and results in a folder of the test's."""

    def plant(rows: list[Row]) -> Path:
        module = ModuleType("bench_planted", "Does the judge judge?")
        source = tmp_path / "planted.py"
        source.write_text("")

        def measure(say: Callable[[str], None]) -> Iterator[Row]:
            say("measuring")
            yield from rows

        vars(module).update(__file__=str(source), measure=measure)
        monkeypatch.setitem(sys.modules, "bench_planted", module)
        monkeypatch.setattr(command, "BENCHMARKS", {"planted": "bench_planted"})
        monkeypatch.setattr(report, "RESULTS", tmp_path / "results")
        return tmp_path / "results"

    return plant


@pytest.mark.parametrize(("ratio", "code"), [(1.02, 0), (1.04, 1)])
def test_the_command_ends_with_1_when_a_ratio_leaves_its_band(
    planted: Planted, ratio: float, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    planted([Row("Learner / bare", [ratio], Band(high=1.03)), Row("fastai", skipped="none here")])
    assert command.main([]) == code
    said = capsys.readouterr()
    assert ("FAILED: Learner / bare" in said.out) == bool(code)
    assert "skipped: none here" in said.out
    assert "measuring" in said.err


def test_the_files_say_what_was_measured_and_where(planted: Planted) -> None:
    results = planted([compared("a | b", [1.0, 1.02, 1.5], [1.0, 1.0, 1.0], Band(high=1.03))])
    command.main(["planted"])
    content = json.loads((results / "planted.json").read_text())
    assert content["machine"]["cores"] >= 1
    assert set(content["machine"]["versions"]) == {
        "convscope",
        "torch",
        "numpy",
        "pillow",
        "python",
    }
    assert len(content["source_sha256"]) == 64
    page = (results / "README.md").read_text().splitlines()
    assert page[0] == "# What was measured"
    row = "| a / b | 1.02 s | 1 s | 1.020 x [1.000 … 1.500] | ≤ 1.03 | 3 | ok |"
    assert page[-1] == row


def test_a_run_that_skips_everything_keeps_the_evidence_of_an_earlier_one(planted: Planted) -> None:
    results = planted([Row("share", [0.2], unit="share")])
    command.main([])
    planted([Row("share", skipped="no data here")])
    assert command.main([]) == 0
    assert "| share | - | - | 0.2000 | - | 1 | reported |" in (results / "README.md").read_text()


def test_an_unknown_name_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["decoding"])
    assert "known: startup, conv, decode" in capsys.readouterr().err
