"""A network that calls torch.func.vmap was said to be given a wrong input; it cannot be watched."""

import pytest
import torch
from torch import Tensor, nn

from convscope.errors import ConvscopeError
from convscope.probe import anatomy


def test_the_message_blames_vmap() -> None:
    class Mapped(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 2, 3)

        def forward(self, x: Tensor) -> Tensor:
            return torch.vmap(self.conv)(x[None])

    with pytest.raises(ConvscopeError, match="vmap"):
        anatomy(Mapped(), (1, 8, 8))
