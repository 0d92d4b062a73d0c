"""Ctrl-C from the first moment on, and output that nobody reads: one line or none, exit codes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from convscope.runs import list_runs

CONVSCOPE = [sys.executable, "-c", "from convscope.cli import main; main()"]


def started(words: list[str], folder: Path, **environment: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*CONVSCOPE, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=os.environ | {"PYTHONUNBUFFERED": "1"} | environment,
    )


def test_ctrl_c_while_the_program_is_being_loaded(tmp_path: Path) -> None:
    (tmp_path / "cyclopts.py").write_text(
        "import sys, time\nprint('loading', file=sys.stderr, flush=True)\ntime.sleep(60)\n"
    )
    process = started(["runs"], tmp_path, PYTHONPATH=str(tmp_path))
    assert process.stderr is not None
    assert process.stderr.readline() == b"loading\n"
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=20)
    assert complaints == b"convscope: interrupted\n"
    assert process.returncode == 130


def test_what_is_loaded_before_anybody_can_be_answered_is_little() -> None:
    program = (
        "import sys; before = {*sys.modules}; import convscope.cli; print(*{*sys.modules} - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    foreign = {name.partition(".")[0] for name in done.stdout.split()} - sys.stdlib_module_names
    assert foreign == {"convscope"}


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.2, 0.5, 0.8, 1.1, 1.4, 1.7, 2.0, 2.5])
def test_ctrl_c_at_any_moment_of_a_command_that_loads_torch(seconds: float, tmp_path: Path) -> None:
    process = started(["env"], tmp_path)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=30)
    assert (process.returncode, complaints) in {(130, b"convscope: interrupted\n"), (0, b"")}


def ended_unread(words: list[str], folder: Path, lines: int) -> tuple[int, bytes]:
    """Run a command, read some lines of it, close the pipe."""
    with started(words, folder) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for _ in range(lines):
            assert process.stdout.readline()
        process.stdout.close()
        complaints = process.stderr.read()
    return process.returncode, complaints


@pytest.mark.slow
def test_a_listing_that_nobody_reads(tmp_path: Path) -> None:
    assert ended_unread(["runs"], tmp_path, 0) == (141, b"")
    assert ended_unread(["runs", "--json"], tmp_path, 0) == (141, b"")
    assert ended_unread(["--help"], tmp_path, 0) == (141, b"")
    assert ended_unread(["--version"], tmp_path, 0) == (141, b"")


@pytest.mark.slow
def test_a_training_that_nobody_reads_is_interrupted(picture_folder: Path, tmp_path: Path) -> None:
    words = ["train", str(picture_folder), "--epochs", "3000", "--arch", "simple_net"]
    assert ended_unread(words, tmp_path, 14) == (141, b"")
    (run,) = list_runs(tmp_path / "runs")
    assert (run.status, run.reason) == ("interrupted", "nobody reads the output")
