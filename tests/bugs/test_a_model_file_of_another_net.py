"""Weights that did not fit the network were refused because of "Error(s) in loading state_dict".

That is only PyTorch's first line; which weights they are stands on those below.
"""

import json
from pathlib import Path

import pytest
from safetensors import safe_open
from safetensors.torch import load_file

from convscope.cli.main import run
from convscope.train import save_weights

pytestmark = pytest.mark.slow  # whole runs
FAST = ["--epochs", "1", "--batch-size", "16", "--arch", "simple_net"]


def test_they_are_named(
    picture_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["train", str(picture_folder), *FAST]) == 0
    (path,) = (tmp_path / "runs").glob("*/model.safetensors")
    with safe_open(path, "pt") as file:
        described = json.loads(file.metadata()["convscope"])
    other = {"convscope": json.dumps({**described, "arch": "simple_cnn"})}
    save_weights(path, load_file(path), other)
    capsys.readouterr()
    assert run(["evaluate", str(path.parent)]) == 1
    assert "size mismatch for 0.0.weight" in capsys.readouterr().err
