"""`--epochs 1.5` trained two epochs, and a seed of 24 digits ended in a traceback.

The command line's library rounds where a whole number is wanted; torch takes seeds of 64 bits.
"""

from pathlib import Path

import pytest

from convscope.cli.main import run
from convscope.errors import ConfigError
from convscope.runs import TrainSettings


@pytest.mark.parametrize("option", ["--epochs", "--batch-size", "--seed", "--size"])
@pytest.mark.parametrize("value", ["1.5", "2.0", "1e1"])
def test_a_fraction_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    assert run(["train", str(tmp_path), option, value]) == 2
    said = capsys.readouterr().err
    assert option in said
    assert value in said


def test_a_seed_that_torch_cannot_take_is_refused() -> None:
    assert TrainSettings(seed=2**63 - 1).checked()
    with pytest.raises(ConfigError, match="--seed 9223372036854775808 means nothing"):
        TrainSettings(seed=2**63).checked()
