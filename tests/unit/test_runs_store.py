"""The store of steps: nothing committed is lost, and its troubles never stop training."""

import logging
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from math import inf, isnan, nan
from pathlib import Path

import pytest

from convscope.errors import RunError
from convscope.runs import Steps, Store, read_steps

KILLED = """
import os, signal, sys
from pathlib import Path
from convscope.runs import Store
store = Store(Path(sys.argv[1]))
for step in range(10_000):
    store.add(step, epoch=step // 100, loss=1 / (step + 1), lr=0.1, momentum=0.9)
    if step in (3_000, 7_000):
        store.flush()
        print(step, flush=True)
print("added", flush=True)
sys.stdin.read()
"""

# soft limit of 64 KiB a file: real writes fail, as on a full disk
LIMITED = """
import logging, resource, signal, sys
from pathlib import Path
from convscope.runs import Store, read_steps
logging.basicConfig(format="%(levelname)s %(message)s")
path = Path(sys.argv[1])
with Store(path) as store:
    store.add(0, epoch=0, loss=0.5, lr=0.1)
    store.flush()
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, resource.RLIM_INFINITY))
    for step in range(1, 20_000):
        store.add(step, epoch=0, loss=0.25, lr=0.1)
        if step % 500 == 0:
            store.flush()
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(len(read_steps(path)))
"""


def fill(store: Store, steps: range) -> None:
    for step in steps:
        store.add(step, epoch=step // 10, loss=0.5, lr=0.25, momentum=0.875)


def test_what_is_added_is_read_again(tmp_path: Path) -> None:
    with Store(tmp_path / "steps.sqlite") as store:
        store.add(0, epoch=0, loss=0.1 + 0.2, lr=2.3e-06, momentum=0.95)
        store.add(1, epoch=1, loss=nan, lr=inf)
    read = read_steps(tmp_path / "steps.sqlite")
    assert (read.steps, read.epochs, read.lrs) == ([0, 1], [0, 1], [2.3e-06, inf])
    assert read.losses[0] == 0.30000000000000004
    assert isnan(read.losses[1])
    assert read.moms[0] == 0.95
    assert isnan(read.moms[1])
    assert len(read) == 2


def test_readers_see_committed_steps_while_it_is_written(tmp_path: Path) -> None:
    with Store(tmp_path / "steps.sqlite") as store:
        fill(store, range(100))
        store.flush()
        fill(store, range(100, 150))
        assert len(read_steps(tmp_path / "steps.sqlite")) == 100
    assert len(read_steps(tmp_path / "steps.sqlite")) == 150


def test_steps_are_committed_without_being_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convscope.runs.journal._COMMIT_SECONDS", 0.01)
    with Store(tmp_path / "steps.sqlite") as store:
        fill(store, range(10))
        for _ in range(200):
            if len(read_steps(tmp_path / "steps.sqlite")) == 10:
                break
            threading.Event().wait(0.01)
        else:
            pytest.fail("nothing was committed in two seconds")


def test_no_step_is_lost_between_the_two_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convscope.runs.journal._COMMIT_SECONDS", 0.0)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with Store(tmp_path / "steps.sqlite") as store:
            fill(store, range(20_000))
    finally:
        sys.setswitchinterval(before)
    assert read_steps(tmp_path / "steps.sqlite").steps == list(range(20_000))


def test_a_resumed_run_drops_and_redoes_later_steps(tmp_path: Path) -> None:
    with Store(tmp_path / "steps.sqlite") as store:
        fill(store, range(20))
    with Store(tmp_path / "steps.sqlite") as store:
        store.drop_after(9)
        store.add(10, epoch=7, loss=0.125, lr=0.25)
        store.add(10, epoch=7, loss=0.0625, lr=0.25)  # done again: the later one counts
    read = read_steps(tmp_path / "steps.sqlite")
    assert read.steps == list(range(11))
    assert (read.epochs[-1], read.losses[-1]) == (7, 0.0625)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_process_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "steps.sqlite"
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child.stdin, child.stdout:
        assert [child.stdout.readline() for _ in range(3)][-1] == b"added\n"
        child.send_signal(signal.SIGKILL)
        child.wait()
    read = read_steps(path)
    assert read.steps == list(range(len(read)))
    assert len(read) >= 7_001
    assert read.losses == [1 / (step + 1) for step in read.steps]
    with Store(path) as store:  # and it can be continued
        store.drop_after(4_999)
    assert len(read_steps(path)) == 5_000


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
def test_a_full_disk_costs_one_warning_and_corrupts_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "steps.sqlite")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.count("WARNING") == 1
    assert "training goes on" in done.stderr
    assert 500 <= int(done.stdout) < 19_000
    with closing(sqlite3.connect(tmp_path / "steps.sqlite")) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]


def test_a_slow_reader_delays_steps_and_loses_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "steps.sqlite"
    with Store(path) as store, closing(sqlite3.connect(path, isolation_level=None)) as reader:
        store._database.execute("pragma busy_timeout = 10")
        reader.execute("begin exclusive")
        fill(store, range(5))
        store.flush()
        reader.execute("rollback")
        assert len(read_steps(path)) == 0
    assert len(read_steps(path)) == 5
    assert not caplog.records


def test_interrupted_commits_are_taken_back(tmp_path: Path) -> None:
    with Store(tmp_path / "steps.sqlite") as store:
        fill(store, range(5))
        with pytest.raises(KeyboardInterrupt):
            store._commit("delete from steps where step > ?", Interrupting())
    assert len(read_steps(tmp_path / "steps.sqlite")) == 5


class Interrupting(list[tuple[object, ...]]):
    def __iter__(self) -> Iterator[tuple[object, ...]]:
        raise KeyboardInterrupt


def test_a_newer_version_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "steps.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("pragma user_version = 7")
    for use in (read_steps, Store):
        with pytest.raises(RunError, match=r"steps.sqlite was written by a newer (.|\n)*: 7\n"):
            use(path)


@pytest.mark.parametrize("where", [0, 4096 * 3])
def test_damage_is_named(tmp_path: Path, where: int) -> None:
    path = tmp_path / "steps.sqlite"
    with Store(path) as store:
        fill(store, range(5_000))
    content = bytearray(path.read_bytes())
    content[where : where + 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    with pytest.raises(RunError, match=r"steps\.sqlite cannot be read"):
        read_steps(path)


def test_a_missing_file_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="unable to open"):
        read_steps(tmp_path / "steps.sqlite")
    assert not list(tmp_path.iterdir())


def test_a_run_that_died_before_its_first_step_has_none(tmp_path: Path) -> None:
    (tmp_path / "steps.sqlite").touch()
    assert read_steps(tmp_path / "steps.sqlite") == Steps()


def test_closing_twice_does_no_harm(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = Store(tmp_path / "steps.sqlite")
    store.close()
    with caplog.at_level(logging.DEBUG):
        store.close()
    assert not caplog.records
