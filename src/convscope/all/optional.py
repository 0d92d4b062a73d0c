"""What the chapter uses and not everybody has."""

from importlib import import_module
from types import ModuleType
from typing import NoReturn

from convscope.errors import ConfigError, account


class Missing:
    """Stand for a module that is not installed, and say so when it is used."""

    def __init__(self, module: str, extra: str) -> None:
        self._module, self._extra = module, extra

    def __getattr__(self, name: str) -> NoReturn:
        raise ConfigError(
            account(
                f"{self._module}.{name} needs {self._module}",
                facts={"not installed": self._module},
                because="everything else of the chapter works without it",
                fix=f'pip install "convscope[{self._extra}]"',
            )
        )


def pandas() -> ModuleType | Missing:
    """Import pandas, which one cell of the chapter uses.

    Returns:
        The module; where it is missing, a stand-in that says what to install once it is used.
    """
    try:
        return import_module("pandas")
    except ImportError:
        return Missing("pandas", extra="pandas")
