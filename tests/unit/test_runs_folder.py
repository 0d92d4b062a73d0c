"""A run folder is made once, found again, and says how the run stands."""

import json
import os
from dataclasses import asdict, replace
from math import isnan, nan
from pathlib import Path
from typing import Any

import pytest

from convscope.errors import RunError
from convscope.runs import Manifest, RunFolder, as_json, list_runs, now


def about(**changes: Any) -> Manifest:
    known: dict[str, Any] = {
        "convscope": "0.1.0",
        "versions": {"torch": "2.13.0", "python": "3.11.7"},
        "settings": {"epochs": 5, "lr_max": 0.06, "moms": (0.95, 0.85, 0.95)},
        "seed": 42,
        "classes": ["łoś", "bad\udcffname", "$x^"],
        "data": "/pictures/mnist sample!",
        "found": ["2 classes", "valid from its own folder"],
        "device": "cpu",
        "threads": 2,
        "command": ["convscope", "train", "pictures"],
    }
    return Manifest(**{**known, **changes})


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, about=about(best_epoch=3, best={"accuracy": 0.9743}))
    read = asdict(RunFolder.open(run.path).about)
    read["settings"]["moms"] = tuple(read["settings"]["moms"])
    assert read == asdict(run.about)


def test_the_default_name_tells_when_and_what_and_is_unique(tmp_path: Path) -> None:
    names = {RunFolder.create(tmp_path, about=about()).path.name for _ in range(4)}
    assert len(names) == 4
    assert all("_mnist_sample" in name for name in names)


def test_a_folder_with_content_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(RunError, match="exists already") as caught:
        RunFolder.create(tmp_path, "mine", about=about())
    assert "--resume" in str(caught.value)
    assert [one.name for one in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file, not a folder")
    with pytest.raises(RunError, match=r"cannot be written\n  file +: .*runs"):
        RunFolder.create(tmp_path / "runs", about=about())


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_place_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(RunError, match="cannot be written"):
        RunFolder.create(tmp_path, about=about())


def test_a_wrong_name_gets_the_nearest_run(tmp_path: Path) -> None:
    for name in ("digits-1", "flowers"):
        RunFolder.create(tmp_path, name, about=about())
    with pytest.raises(RunError, match=r"try +: 'digits-1'"):
        RunFolder.open(tmp_path / "digit-1")


def test_a_newer_format_is_refused_by_name(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, "next", about=about())
    run.manifest.write_text(json.dumps({"format_version": 2, "layout": "unknown"}))
    with pytest.raises(RunError, match=r"run.json was written by a newer convscope(.|\n)*: 2"):
        RunFolder.open(run.path)


def test_keys_of_a_later_convscope_survive_a_save(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, "later", about=about())
    content = json.loads(run.manifest.read_text())
    run.manifest.write_text(json.dumps({**content, "energy_joules": 12.5}))
    again = RunFolder.open(run.path)
    again.save(replace(again.about, status="done", ended=now()))
    assert json.loads(run.manifest.read_text())["energy_joules"] == 12.5


@pytest.mark.parametrize(
    ("key", "value"),
    [("seed", "forty-two"), ("classes", None), ("status", "dancing"), ("settings", [])],
)
def test_a_damaged_entry_is_named(tmp_path: Path, key: str, value: object) -> None:
    run = RunFolder.create(tmp_path, "edited", about=about())
    run.manifest.write_text(json.dumps({**json.loads(run.manifest.read_text()), key: value}))
    with pytest.raises(RunError, match=f"missing or wrong: {key}"):
        RunFolder.open(run.path)


def test_other_damaged_files_do_not_keep_a_run_shut(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, "hurt", about=about())
    for path in (run.steps, run.results, run.weights, run.resume_state, run.curves):
        path.write_bytes(b"\xff\x00 rubbish")
    assert RunFolder.open(run.path).about.seed == 42


def test_json_holds_no_nan_and_only_ascii(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, "nan", about=about(best={"accuracy": nan}))
    text = run.manifest.read_text(encoding="ascii")
    assert "NaN" not in text
    assert isnan(RunFolder.open(run.path).about.best["accuracy"])
    assert json.loads(as_json([1.5, float("inf"), Path("a"), None, True, b"x"])) == [
        1.5,
        None,
        "a",
        None,
        True,
        "b'x'",
    ]


def test_a_failed_save_leaves_the_old_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RunFolder.create(tmp_path, "full", about=about())
    before = run.manifest.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunError, match="No space left"):
        run.save(replace(run.about, status="done"))
    assert run.manifest.read_bytes() == before
    assert run.about.status == "running"


def test_a_run_whose_process_is_gone_is_lost(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, "gone", about=about())
    assert RunFolder.open(run.path).status == "lost"  # says "running", nobody holds the lock
    with run.lock():
        assert RunFolder.open(run.path).status == "running"
    run.save(replace(run.about, status="interrupted", reason="Ctrl-C"))
    assert RunFolder.open(run.path).status == "interrupted"


def test_a_run_of_another_machine_is_believed_while_its_heart_beats(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, "far", about=about(host="another-machine"))
    assert run.status == "running"
    stale = replace(run.about, heartbeat="2001-01-01T00:00:00+00:00")
    assert RunFolder(run.path, stale).status == "lost"


def test_runs_are_listed_newest_first_with_the_damaged_ones_named(tmp_path: Path) -> None:
    (tmp_path / "no-run").mkdir()
    for name, started in (
        ("old", "2026-01-01T00:00:00+00:00"),
        ("new", "2026-02-01T00:00:00+00:00"),
    ):
        RunFolder.create(tmp_path, name, about=about(started=started, status="done"))
    RunFolder.create(tmp_path, "torn", about=about()).manifest.write_text('{"format_ver')
    listed = list_runs(tmp_path)
    assert [(run.name, run.status) for run in listed] == [
        ("new", "done"),
        ("old", "done"),
        ("torn", "damaged"),
    ]
    assert listed[2].reason == "run.json cannot be read"
