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
FAST = ["--epochs", "1", "--batch-size", "16", "--arch", "simple_net"]


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
    picture_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    entry: str,
    value: Any,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["train", str(picture_folder), *FAST]) == 0
    (path,) = (tmp_path / "runs").glob("*/run.json")
    content = json.loads(path.read_text())
    inner, _, key = entry.rpartition(".")
    (content[inner] if inner else content)[key] = value
    path.write_text(json.dumps({**content, "status": "interrupted"}))
    capsys.readouterr()
    assert run(["train", "--resume", str(path.parent)]) == 1
    said = capsys.readouterr().err
    assert "run.json cannot be read" in said
    assert (key if inner else entry) in said
