"""A model with shared parameters could not be trained with `SaveBest`.

safetensors refuses tensors that share memory; the weights were handed over as they lay there.
"""

from collections.abc import Callable as Function
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from convscope.train import Learner, SaveBest


class Shared(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.once = nn.Linear(64, 64)
        self.twice = self.once
        self.last = nn.Linear(64, 3)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.last(self.twice(self.once(images.flatten(1))))


def test_they_are_saved(make_learner: Function[..., Learner], tmp_path: Path) -> None:
    learn = make_learner()
    model = learn.model = Shared()
    learn = Learner(learn.dls, model, quiet=True)
    path = tmp_path / "best.safetensors"
    learn.fit(1, 0.01, cbs=SaveBest(path, "valid_loss", {}))
    kept = load_file(path)
    assert torch.equal(kept["once.weight"], kept["twice.weight"])
    model.load_state_dict(kept)
