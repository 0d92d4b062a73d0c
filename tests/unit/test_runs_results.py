"""results.csv holds whole rows, exact numbers, and survives what happens to files."""

import locale
import logging
import os
from math import inf, isnan, nan
from pathlib import Path

import pytest

from convscope.errors import RunError
from convscope.runs import EpochRow, Results, read_results


def row(epoch: int, loss: float = 0.1 + 0.2) -> EpochRow:
    return EpochRow(epoch, loss, 1 / 3, {"accuracy": 0.9743}, 2.25)


def written(path: Path, count: int) -> Results:
    results = Results(path)
    for epoch in range(count):
        results.append(row(epoch))
    return results


def test_numbers_come_back_exactly(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    written(path, 2)
    assert path.read_bytes() == (
        b"epoch,train_loss,valid_loss,accuracy,seconds\n"
        b"0,0.30000000000000004,0.3333333333333333,0.9743,2.25\n"
        b"1,0.30000000000000004,0.3333333333333333,0.9743,2.25\n"
    )
    assert read_results(path) == [row(0), row(1)]


def test_nan_and_infinity_come_back(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    Results(path, ["accuracy", "f1"]).append(EpochRow(0, inf, nan, {"accuracy": nan}, 1.0))
    (read,) = read_results(path)
    assert read.train_loss == inf
    assert isnan(read.valid_loss)
    assert list(read.metrics) == ["accuracy", "f1"]
    assert all(isnan(value) for value in read.metrics.values())


def test_torn_damaged_and_huge_lines_are_named_and_the_rest_is_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "results.csv"
    written(path, 2)
    with path.open("ab") as handle:
        handle.write(b"2," + b"9" * 200_000 + b",1,1,1\n\xff\xfe,\x00\n3,0.5,0.25,0.75,1.5\n4,0.1")
    with caplog.at_level(logging.WARNING, "convscope"):
        rows = read_results(path)
    assert [one.epoch for one in rows] == [0, 1, 3]
    named = [record.getMessage().split(": ")[1] for record in caplog.records]
    assert named == [f"line {n} cannot be read and is left out" for n in (4, 5, 7)]


def test_a_torn_last_line_is_cut_before_more_is_added(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    written(path, 2)
    path.write_bytes(path.read_bytes()[:-7])
    Results(path).append(row(1))
    assert read_results(path) == [row(0), row(1)]


def test_a_resumed_run_drops_later_epochs(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    results = written(path, 5)
    before = path.read_bytes()
    results.drop_after(2)
    assert before.startswith(path.read_bytes())
    results.append(row(3, loss=9.0))
    assert [(one.epoch, one.train_loss) for one in read_results(path)][2:] == [
        (2, 0.30000000000000004),
        (3, 9.0),
    ]


def test_other_metrics_are_refused(tmp_path: Path) -> None:
    written(tmp_path / "results.csv", 1)
    with pytest.raises(RunError, match="other columns"):
        Results(tmp_path / "results.csv", ["f1"])


@pytest.mark.parametrize("content", [None, "", "a,b\n1,2\n"])
def test_what_is_not_a_results_file_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "results.csv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(RunError, match=r"results\.csv cannot be read"):
        read_results(path)


def test_a_full_disk_costs_one_warning_and_no_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "results.csv"
    results = written(path, 1)
    whole = path.read_bytes()
    real = os.write

    def nearly_full(handle: int, content: bytes) -> int:
        if len(content) > 5:
            return real(handle, content[:5])  # the disk takes a part, then
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING, "convscope"):
        patch.setattr(os, "write", nearly_full)
        results.append(row(1))
        results.append(row(2))
    assert path.read_bytes() == whole
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    results.append(row(3))  # there is room again
    assert [one.epoch for one in read_results(path)] == [0, 1, 2, 3]


def test_a_decimal_comma_stays_out_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = locale.setlocale(locale.LC_NUMERIC)
    try:
        for name in ("pl_PL.UTF-8", "de_DE.UTF-8", "pl_PL", "de_DE"):
            try:
                locale.setlocale(locale.LC_NUMERIC, name)
            except locale.Error:
                continue
            break
        else:
            pytest.skip("no locale with a decimal comma is installed")
        written(tmp_path / "results.csv", 1)
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)
    assert read_results(tmp_path / "results.csv") == [row(0)]
