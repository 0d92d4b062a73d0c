"""A disk too full for the best weights ended the run, hours of training with it.

Now it is one warning, and what the file holds is what is said to be the best.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from convscope.train import Learner, SaveBest, checkpoints, save_weights

Build = Callable[..., Learner]


def test_one_warning_and_the_file_before_stays(
    make_learner: Build,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "best.safetensors"
    written: list[int] = []

    def sometimes(path: Path, weights: Mapping[str, torch.Tensor], text: Mapping[str, str]) -> None:
        written.append(learn.epoch)
        if learn.epoch in {1, 2, 3}:
            raise OSError(28, "No space left on device")
        save_weights(path, weights, text)

    monkeypatch.setattr(checkpoints, "save_weights", sometimes)
    best = SaveBest(path, "valid_loss", {})
    learn = make_learner(cbs=best)
    learn.fit_one_cycle(4, 0.01)  # every epoch is better than the one before
    assert written == [0, 1, 2, 3]
    assert caplog.text.count("cannot be written") == 1
    assert best.epoch == 0
    assert best.state(learn)["best"][1] == -learn.recorder.values[0][1]
    kept = load_file(path)
    assert not torch.equal(kept["0.weight"], learn.model.state_dict()["0.weight"])


def test_the_next_better_epoch_tries_again(
    make_learner: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "best.safetensors"

    def once(path: Path, weights: Mapping[str, torch.Tensor], text: Mapping[str, str]) -> None:
        if learn.epoch == 0:
            raise OSError(28, "No space left on device")
        save_weights(path, weights, text)

    monkeypatch.setattr(checkpoints, "save_weights", once)
    best = SaveBest(path, "valid_loss", {})
    learn = make_learner(cbs=best)
    learn.fit_one_cycle(3, 0.01)
    assert best.epoch == 2
    assert torch.equal(load_file(path)["0.weight"], learn.model.state_dict()["0.weight"])
