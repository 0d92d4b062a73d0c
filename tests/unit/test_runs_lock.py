"""One process a run, whatever becomes of that process."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from convscope.errors import RunError
from convscope.runs.lock import held, is_held

HOLDER = """
import sys, time
from pathlib import Path
from convscope.runs.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_refused_by_pid_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    child = subprocess.Popen([sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout as said:
        assert said.readline() == b"held\n"
        try:
            assert is_held(lock)
            with pytest.raises(RunError, match=f"process : {child.pid}"), held(lock):
                pass
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()
    assert not is_held(lock)
    with held(lock):
        assert lock.read_text() == f"{os.getpid()}\n"


def test_the_lock_is_let_go_after_an_exception(tmp_path: Path) -> None:
    with pytest.raises(KeyError), held(tmp_path / ".lock"):
        raise KeyError
    assert not is_held(tmp_path / ".lock")


def test_a_missing_lock_is_not_held_and_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert not is_held(tmp_path / ".lock")
    with pytest.raises(RunError, match="cannot be written"), held(tmp_path / "no" / ".lock"):
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_worker_does_not_keep_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    with held(lock):
        worker = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
        worker.start()
        assert is_held(lock)
    try:
        deadline = time.monotonic() + 5
        while is_held(lock) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert worker.is_alive()
        assert not is_held(lock)
    finally:
        worker.kill()
        worker.join()
