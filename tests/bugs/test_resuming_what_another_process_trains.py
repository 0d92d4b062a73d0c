"""Whoever resumed a run that was still training wrote into its run.json before being refused.

The status was saved before the lock was taken: run.json then named a process that had ended.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from convscope.errors import RunError
from convscope.recipes import resume
from convscope.runs import RunFolder

pytestmark = pytest.mark.slow  # whole runs


def test_its_manifest_stays(small_run: Path) -> None:
    first = RunFolder.open(small_run)
    first.save(replace(first.about, status="running", pid=1))
    before = first.manifest.read_bytes()
    with first.lock(), pytest.raises(RunError, match="another process is training"):
        resume(RunFolder.open(small_run), Console(quiet=True))
    assert first.manifest.read_bytes() == before
