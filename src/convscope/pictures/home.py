"""Where convscope keeps what it fetched, unpacked and decoded."""

import os
from pathlib import Path

from platformdirs import user_cache_path

from convscope.errors import ConfigError, account


def home() -> Path:
    """Name the folder for caches and data sets: `CONVSCOPE_HOME`, else the platform's cache folder.

    Returns:
        An absolute path; nothing is created.

    Raises:
        ConfigError: it begins with the name of a user who does not exist: `~nobody/cache`.

    Example:
        >>> home().is_absolute()
        True
    """
    chosen = os.environ.get("CONVSCOPE_HOME", "")
    if chosen:
        try:
            return Path(chosen).expanduser().absolute()
        except RuntimeError as error:
            raise ConfigError(
                account(
                    "there is no such home for convscope",
                    facts={"CONVSCOPE_HOME": chosen},
                    because="what begins with ~ is the home of a user, and there is none",
                    fix="CONVSCOPE_HOME=/a/folder/with/room",
                )
            ) from error
    return user_cache_path("convscope", appauthor=False)
