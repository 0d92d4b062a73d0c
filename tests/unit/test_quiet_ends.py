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


SAID = {signal.SIGINT: (130, b"convscope: interrupted\n"), signal.SIGTERM: (143, b"")}
TAKES_ANYTHING = """
import sys, time
try:
    print("loading", file=sys.stderr, flush=True)
    time.sleep(60)
except BaseException:
    pass
"""


@pytest.mark.parametrize("number", SAID)
def test_a_signal_while_the_program_is_being_loaded(number: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "cyclopts.py").write_text(TAKES_ANYTHING)
    process = started(["runs"], tmp_path, PYTHONPATH=str(tmp_path))
    assert process.stderr is not None
    assert process.stderr.readline() == b"loading\n"
    process.send_signal(number)
    _, complaints = process.communicate(timeout=20)
    assert (process.returncode, complaints) == SAID[number]


IN_THE_MIDDLE_OF_AN_EXTENSION = """
import _imp, ctypes, functools, importlib.machinery, operator, signal, sys
load = importlib.machinery.ExtensionFileLoader.create_module

def interrupted(self, spec):
    if spec.name != "matplotlib.ft2font":
        return load(self, spec)
    signal_comes = functools.partial(ctypes.pythonapi.PyErr_SetInterruptEx, NUMBER)
    steps = signal_comes, functools.partial(_imp.create_dynamic, spec)
    return [*map(operator.call, steps)][1]  # nothing of Python's runs between the two

importlib.machinery.ExtensionFileLoader.create_module = interrupted
from convscope.cli import main
main(["env"])
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", SAID)
def test_a_signal_while_a_library_is_half_loaded(number: signal.Signals) -> None:
    """Unwound and torn down at the end, it would abort the process."""
    program = IN_THE_MIDDLE_OF_AN_EXTENSION.replace("NUMBER", str(int(number)))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == SAID[number]


@pytest.mark.parametrize("number", SAID)
def test_an_import_in_the_middle_of_the_work_ends_first(
    number: signal.Signals, tmp_path: Path
) -> None:
    (tmp_path / "extra.py").write_text(
        "import os, signal, time\nwhole = True\ntry:\n"
        f"    os.kill(os.getpid(), {int(number)})\n    time.sleep(0.2)\n"
        "except BaseException:\n    whole = False\n"
    )
    program = (
        "import time\nfrom convscope.cli.interrupts import listen\nlisten()\ntry:\n"
        "    import extra\n    time.sleep(60)\n"
        "except BaseException as error:\n    print(extra.whole, repr(error))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        timeout=40,  # it is woken, and does not sleep to the end
    )
    error = "KeyboardInterrupt()" if number == signal.SIGINT else "SystemExit(143)"
    assert done.stdout == f"True {error}\n"


def test_who_is_told_to_ignore_ctrl_c_does(tmp_path: Path) -> None:
    """As `nohup` and scripts that use `&` want it."""
    program = (
        "import signal\nfrom convscope.cli.interrupts import listen\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\nlisten()\n"
        "signal.raise_signal(signal.SIGINT)\nprint('here')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "here\n"


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
@pytest.mark.parametrize("number", SAID)
@pytest.mark.parametrize("seconds", [0.1, 0.25, 0.4, 0.7, 1.0, 1.3, 1.7, 2.3])
def test_a_signal_at_any_moment_of_a_command_that_loads_torch(
    seconds: float, number: signal.Signals, tmp_path: Path
) -> None:
    program = "import os; from convscope.cli import main; os.write(2, b'up\\n'); main(['env'])"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"up\n"
        time.sleep(seconds)
        process.send_signal(number)
        _, complaints = process.communicate(timeout=60)
    assert (process.returncode, complaints) in {SAID[number], (0, b"")}


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
