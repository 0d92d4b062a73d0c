"""TorchScript: its modules take no hooks, and keep their parts and modes out of Python's sight.

Taking one apart failed with words about the input, and left a frozen or traced one in another mode.
"""

import pytest
import torch
from torch import nn

from convscope.errors import ConfigError
from convscope.probe import anatomy, trace


def plain() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 2, 3, stride=2))


def scripted() -> nn.Module:
    return torch.jit.script(plain())


def within() -> nn.Module:
    return nn.Sequential(torch.jit.script(plain()), nn.Identity())


pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")


@pytest.mark.parametrize("make", [scripted, within])
def test_scripts_are_taken_apart_and_come_back_as_they_were(make: type[nn.Module]) -> None:
    net = make()
    assert all(one.training for one in net.modules())
    found = anatomy(net, (1, 12, 12))
    assert (found.multiply_adds, found.parameters) == (
        anatomy(plain(), (1, 12, 12)).multiply_adds,
        sum(one.numel() for one in plain().parameters()),
    )
    assert (found.rows[-1].field.size, found.rows[-1].field.jump) == ((5, 5), (2, 2))
    assert all(one.training for one in net.modules())


def test_layers_of_a_script_cannot_be_traced_and_that_is_said() -> None:
    with pytest.raises(ConfigError, match="TorchScript") as refused:
        trace(scripted(), torch.rand(1, 1, 12, 12), -1, (0, 0))
    assert "one of \n" not in f"{refused.value}\n"
