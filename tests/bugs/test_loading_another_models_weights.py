"""`learn.load` of another model's weights was refused, with half of them loaded.

PyTorch copies what fits before it tells what does not. And the reason in the message was only
PyTorch's first line, "Error(s) in loading state_dict for Linear:", which says nothing.
"""

from collections.abc import Callable as Function
from pathlib import Path

import pytest
import torch
from torch import nn

from convscope.errors import RunError
from convscope.train import Learner, SaveLast


class Net(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.a = nn.Linear(64, 3)
        self.b = nn.Parameter(torch.zeros(size))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.a(images.flatten(1)) + self.b.sum()


def first_weights(learn: Learner) -> torch.Tensor:
    return learn.model.state_dict()["a.weight"].clone()


def pair(make_learner: Function[..., Learner], path: Path) -> tuple[Learner, Learner]:
    dls = make_learner().dls
    one, other = (Learner(dls, Net(size), path=path, quiet=True) for size in (2, 3))
    return one, other


def test_nothing_is_loaded(make_learner: Function[..., Learner], tmp_path: Path) -> None:
    one, other = pair(make_learner, tmp_path)
    one.save("weights")
    before = first_weights(other)
    with pytest.raises(RunError, match="size mismatch for b"):
        other.load("weights")
    assert torch.equal(first_weights(other), before)


def test_nor_by_resuming(make_learner: Function[..., Learner], tmp_path: Path) -> None:
    one, other = pair(make_learner, tmp_path)
    one.fit(1, 0.01, cbs=SaveLast(tmp_path / "resume.pt"))
    before = first_weights(other)
    with pytest.raises(RunError, match="size mismatch for b"):
        other.fit(1, 0.01, cbs=SaveLast(tmp_path / "x"), resume_from=tmp_path / "resume.pt")
    assert torch.equal(first_weights(other), before)
