"""Messages that named a way out that was none.

The example of a settings file had an architecture that does not exist; "learn.unfreeze()" was
offered where it changes nothing, because frozen parameters are in no layer group.
"""

import re
from pathlib import Path

import pytest
from torch import nn

from convscope.errors import ConfigError
from convscope.models import BUILDERS
from convscope.runs import read_settings
from convscope.train import Learner, Splits
from tests.conftest import small_batches, small_net


def test_the_example_of_a_settings_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("epochs = = 3")
    with pytest.raises(ConfigError) as refused:
        read_settings(tmp_path / "settings.toml")
    (arch,) = re.findall(r'arch = "(\w+)"', str(refused.value))
    assert arch in BUILDERS


def test_nothing_to_train() -> None:
    def frozen() -> nn.Module:
        return small_net().requires_grad_(requires_grad=False)

    batches = small_batches(2)
    with pytest.raises(ConfigError, match="before the Learner is made") as refused:
        Learner(Splits(batches), frozen(), quiet=True).fit(1)
    assert "unfreeze" not in str(refused.value)
    Learner(Splits(batches), frozen().requires_grad_(), quiet=True).fit(1)
