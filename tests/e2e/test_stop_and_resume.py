"""Real processes, really stopped: what is left must be what an undisturbed run leaves."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from convscope.runs import RunFolder

SCRIPT = Path(__file__).parents[2] / "scripts" / "stop_and_resume.py"
CONVSCOPE = [sys.executable, "-c", "from convscope.cli import main; main()"]
SMALL = ["--arch", "simple_net", "--batch-size", "16", "--lr-max", "0.01", "--epochs", "120"]
ALONE = {**os.environ, "OMP_NUM_THREADS": "1"}

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("signals", [["INT", "TERM"], ["KILL", "KILL", "KILL"]], ids="-".join)
def test_bit_identical(picture_folder: Path, tmp_path: Path, signals: list[str]) -> None:
    words = [str(SCRIPT), str(picture_folder), "--signals", *signals, "--", *SMALL]
    environment = {**ALONE, "CONVSCOPE_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "weights: equal" in done.stdout
    assert "status lost" in done.stdout or "status interrupted" in done.stdout


def test_a_second_signal_ends_at_once(picture_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    words = ["train", str(picture_folder), *SMALL[:-1], "100000", "--out", str(out)]
    process = subprocess.Popen([*CONVSCOPE, *words], env=ALONE, stdout=subprocess.DEVNULL)
    while not list(out.glob("*/results.csv")):
        time.sleep(0.05)
        assert process.poll() is None
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) in {130, -signal.SIGINT}
    (run,) = [RunFolder.open(path.parent) for path in out.glob("*/run.json")]
    assert run.status in {"interrupted", "lost"}


def test_interrupted_before_the_fit(picture_folder: Path, tmp_path: Path) -> None:
    words = ["train", str(picture_folder), *SMALL, "--out", str(tmp_path / "runs")]
    process = subprocess.Popen(
        [*CONVSCOPE, *words], env=ALONE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()  # it has begun to say what it found
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=20)
    assert process.returncode == 130
    assert complaint.strip().splitlines()[-1] == "convscope: interrupted"
