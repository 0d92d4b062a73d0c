"""Real processes, really stopped, with augmentation and in both phases of fine-tuning."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "stop_and_resume.py"
CONVSCOPE = [sys.executable, "-c", "from convscope.cli import main; main()"]

pytestmark = pytest.mark.slow


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "CONVSCOPE_HOME": str(tmp_path / "home")}


def stopped_again_and_again(folder: Path, environment: dict[str, str], *options: str) -> str:
    words = [str(SCRIPT), str(folder), "--signals", "KILL", "TERM", "--", *options]
    done = subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_augmented_and_mixed(picture_folder: Path, alone: dict[str, str]) -> None:
    small = ["--arch", "simple_net", "--batch-size", "16", "--lr-max", "0.01", "--epochs", "50"]
    varied = ["--augment", "photo", "--mix", "cutmix", "--label-smoothing", "0.1"]
    weighted = ["--class-weights", "auto"]
    said = stopped_again_and_again(picture_folder, alone, *small, *varied, *weighted)
    assert "weights: equal" in said


def test_from_another_run(picture_folder: Path, tmp_path: Path, alone: dict[str, str]) -> None:
    base = ["train", str(picture_folder), "--arch", "simple_net", "--batch-size", "16"]
    subprocess.run(
        [*CONVSCOPE, *base, "--epochs", "2", "--out", str(tmp_path / "base")],
        env=alone,
        check=True,
        capture_output=True,
    )
    (run,) = [path.parent for path in (tmp_path / "base").glob("*/run.json")]
    (picture_folder / "low").rename(picture_folder / "deep")
    tuned = ["--from", str(run), "--batch-size", "16", "--epochs", "50"]
    said = stopped_again_and_again(picture_folder, alone, *tuned)
    assert "weights: equal" in said
