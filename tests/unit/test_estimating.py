"""The time that is announced must not itself be waited for."""

import time
from pathlib import Path

import pytest
import torch
from rich.console import Console

from convscope.recipes.estimate import ENOUGH_SECONDS, STEPS, estimated_seconds
from convscope.recipes.preparing import Prepared, prepare
from convscope.runs import TrainSettings


@pytest.fixture
def ready(picture_folder: Path) -> Prepared:
    return prepare(picture_folder, TrainSettings(epochs=3, arch="simple_net"), Console(quiet=True))


@pytest.mark.parametrize(("seconds", "steps"), [(0.0, STEPS), (1.1 * ENOUGH_SECONDS, 2)])
def test_of_slow_steps_one_is_timed(ready: Prepared, seconds: float, steps: int) -> None:
    """The first is left out, so two are taken."""
    passes: list[float] = []

    def slowly(*_: object) -> None:
        passes.append(seconds)
        time.sleep(seconds)

    ready.model.register_forward_pre_hook(slowly)  # which its copy has, too
    told = estimated_seconds(ready)
    assert len(passes) == steps
    assert told >= 3 * seconds * len(ready.dls.train)


def test_no_optimiser_is_built(ready: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch's first one loads its compiler."""
    built: list[object] = []
    monkeypatch.setattr(torch.optim.Optimizer, "add_param_group", lambda *_: built.append(1))
    weights = [one.clone() for one in ready.model.parameters()]
    assert estimated_seconds(ready) > 0
    assert not built
    assert all(map(torch.equal, weights, ready.model.parameters()))
