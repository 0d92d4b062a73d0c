"""A folder whose name begins with a tilde ended in a traceback.

`~flowers` was taken for the home of a user of that name, whom nobody knows. The shell has expanded
what is to be expanded. A CONVSCOPE_HOME of that kind is refused with a message.
"""

from pathlib import Path

import pytest

from convscope.errors import ConfigError
from convscope.pictures import home, survey


def test_it_is_a_folder_like_any_other(
    picture_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(picture_folder.parent)
    picture_folder.rename("~flowers")
    assert survey(Path("~flowers")).classes == ("high", "low", "middle")


def test_a_home_of_nobody_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVSCOPE_HOME", "~nobody-is-called-so/cache")
    with pytest.raises(ConfigError, match="CONVSCOPE_HOME"):
        home()
