"""Where convscope keeps what it fetched, unpacked and decoded."""

import os
from pathlib import Path

from platformdirs import user_cache_path


def home() -> Path:
    """Name the folder for caches and data sets: `CONVSCOPE_HOME`, else the platform's cache folder.

    Returns:
        An absolute path; nothing is created.

    Example:
        >>> home().is_absolute()
        True
    """
    chosen = os.environ.get("CONVSCOPE_HOME", "")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return user_cache_path("convscope", appauthor=False)
