"""The whole chapter in one script, from an empty folder, with a reader's archives."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.skipif("CONVSCOPE_DATA" not in os.environ, reason="needs the archives")
def test_every_cell_runs(tmp_path: Path) -> None:
    home, empty = tmp_path / "home", tmp_path / "empty"
    for folder in (home, empty):
        folder.mkdir()
    for name in ("mnist_sample.tgz", "mnist_png.tgz"):
        shutil.copy(Path(os.environ["CONVSCOPE_DATA"]) / name, home)
    environment = {**os.environ, "CONVSCOPE_HOME": str(home), "SHORT": "1", "MPLBACKEND": "agg"}
    script = Path(__file__).with_name("the_cells.py")
    ran = subprocess.run(
        [sys.executable, script],
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "every cell ran" in ran.stdout
    assert not [*empty.iterdir()]
