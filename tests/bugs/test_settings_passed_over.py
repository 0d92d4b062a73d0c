"""Settings that were given and not used, without a word.

A share to validate with, where the folder has a split of its own; the first of `lr-max` and
`lr_max`, which are one setting, in a settings file.
"""

from pathlib import Path

import pytest

from convscope.errors import ConfigError
from convscope.recipes.choosing import Facts, choose
from convscope.runs import TrainSettings, read_settings


def facts(*, divided: bool) -> Facts:
    return Facts(100, (28, 28), coloured=False, divided=divided)


def test_a_share_that_is_not_used_is_told() -> None:
    asked = TrainSettings(valid_share=0.5)
    divided = choose(asked, facts(divided=True)).reasons
    assert "valid share 0.5 is not used: the folder has a split of its own" in divided
    resumed = choose(choose(TrainSettings(), facts(divided=True)).settings, facts(divided=True))
    assert not [one for one in resumed.reasons if "valid share" in one]
    flat = choose(asked, facts(divided=False)).reasons
    assert not [one for one in flat if "valid share" in one]


def test_one_setting_under_both_names_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("lr-max = 0.1\nlr_max = 0.2\n")
    with pytest.raises(ConfigError, match="'lr_max' is set twice"):
        read_settings(file)
