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


def test_they_are_named(small_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = small_run / "model.safetensors"
    with safe_open(path, "pt") as file:
        described = json.loads(file.metadata()["convscope"])
    other = {"convscope": json.dumps({**described, "arch": "simple_cnn"})}
    save_weights(path, load_file(path), other)
    capsys.readouterr()
    assert run(["evaluate", str(small_run)]) == 1
    assert "size mismatch for 0.0.weight" in capsys.readouterr().err
