"""Whoever resumed a run that was still training wrote into its run.json before being refused.

The status was saved before the lock was taken: run.json then named a process that had ended.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from convscope.cli.main import run
from convscope.errors import RunError
from convscope.recipes import resume
from convscope.runs import RunFolder

pytestmark = pytest.mark.slow  # whole runs
FAST = ["--epochs", "1", "--batch-size", "16", "--arch", "simple_net"]


def test_its_manifest_stays(
    picture_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["train", str(picture_folder), *FAST]) == 0
    (path,) = (tmp_path / "runs").iterdir()
    first = RunFolder.open(path)
    first.save(replace(first.about, status="running", pid=1))
    before = first.manifest.read_bytes()
    with first.lock(), pytest.raises(RunError, match="another process is training"):
        resume(RunFolder.open(path), Console(quiet=True))
    assert first.manifest.read_bytes() == before
