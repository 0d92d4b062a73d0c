"""A class name that is no Unicode ended a training before its first step: UnicodeEncodeError.

Names of files are bytes; on a terminal that takes UTF-8 alone, printing such a name raises. With
standard output closed there is nothing to print to at all, and `convscope` died flushing it.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from convscope.cli import main; main()"]


@pytest.mark.slow
def test_it_is_escaped(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("the file system takes no such name")
    (tmp_path / os.fsdecode(b"runs\xff")).mkdir()
    done = subprocess.run(
        [*COMMAND, "runs", "--out", b"runs\xff"],
        cwd=tmp_path, env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"}, capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert rb"no runs in runs\udcff yet" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_nobody_listens(tmp_path: Path, more: list[str]) -> None:
    words = " ".join(["runs", *more])
    script = f'exec "$0" -c "from convscope.cli import main; main()" {words} >&-'
    done = subprocess.run(
        ["/bin/sh", "-c", script, sys.executable], cwd=tmp_path, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
