"""`convscope cache --clear` left what a killed process had half built, which may be many GB."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from convscope.pictures import clear
from convscope.pictures.entries import drafted

KILLED = """
import os
from convscope.pictures.entries import drafted
with drafted() as draft:
    (draft / "pixels.npy").write_bytes(bytes(1000))
    print(draft, flush=True)
    os._exit(1)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there, after a day")
def test_what_nobody_builds_any_more_goes() -> None:
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True)
    left = Path(done.stdout.strip())
    assert (left / "pixels.npy").exists()
    with drafted() as mine:
        before = time.time() - 60
        for folder in (left, mine):
            os.utime(folder, (before, before))
        clear()
        assert not left.exists()
        assert mine.exists()
