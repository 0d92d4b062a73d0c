"""A run.json that somebody had edited, sound as JSON, ended `--resume` in a traceback.

What a resume takes from it was believed: the settings' types, that there is a fingerprint, and a
number of threads that torch can set.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from convscope.cli.main import run

pytestmark = pytest.mark.slow  # whole runs


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("threads", 0),
        ("settings", {}),
        ("settings.fingerprint", None),
        ("settings.epochs", "many"),
        ("settings.lr_max", [1]),
        ("settings.arch", 7),
    ],
)
def test_the_entry_is_named(
    small_run: Path, capsys: pytest.CaptureFixture[str], entry: str, value: Any
) -> None:
    path = small_run / "run.json"
    content = json.loads(path.read_text())
    inner, _, key = entry.rpartition(".")
    (content[inner] if inner else content)[key] = value
    path.write_text(json.dumps({**content, "status": "interrupted"}))
    capsys.readouterr()
    assert run(["train", "--resume", str(small_run)]) == 1
    said = capsys.readouterr().err
    assert "run.json cannot be read" in said
    assert (key if inner else entry) in said
