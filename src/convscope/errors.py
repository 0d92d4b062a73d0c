"""Every exception this library raises.

ConvscopeError                    catch this to catch us all
├── ShapeError    (ValueError)    sizes that cannot fit together
├── ConfigError   (ValueError)    a setting that means nothing, or a wrong use
├── LayoutError   (ValueError)    a folder that is not laid out as classes of pictures
├── DataError     (ValueError)    pictures or archives that cannot be used
├── RunError      (RuntimeError)  a run folder that cannot be read or written
└── TrainingError (RuntimeError)  training that cannot go on

`exit_code` is what the command line ends with: 2 where the user can ask differently, else 1.
"""

from collections.abc import Mapping
from difflib import get_close_matches


class ConvscopeError(Exception):
    """Root of the tree above."""

    exit_code = 1


class ShapeError(ConvscopeError, ValueError):
    """Sizes that cannot fit together."""

    exit_code = 2


class ConfigError(ConvscopeError, ValueError):
    """A setting that means nothing, or a wrong use."""

    exit_code = 2


class LayoutError(ConvscopeError, ValueError):
    """A folder that is not laid out as classes of pictures."""

    exit_code = 2


class DataError(ConvscopeError, ValueError):
    """Pictures or archives that cannot be used."""


class RunError(ConvscopeError, RuntimeError):
    """A run folder that cannot be read or written."""


class TrainingError(ConvscopeError, RuntimeError):
    """Training that cannot go on."""


def account(headline: str, /, *, facts: Mapping[str, object], because: str, fix: str) -> str:
    """Lay out an error message: what failed, what was given, why, what to do.

    Returns:
        The headline, then one aligned line for each fact, the reason and the remedy.

    Example:
        >>> print(account("no room", facts={"input": "2 px"}, because="2 < 3", fix="padding=1"))
        no room
          input   : 2 px
          because : 2 < 3
          try     : padding=1
    """
    rows = [*facts.items(), ("because", because), ("try", fix)]
    width = max(len(name) for name, _ in rows)
    return "\n".join([headline, *(f"  {name:<{width}} : {value}" for name, value in rows)])


def nearest(name: str, known: list[str]) -> str:
    """Say which known names are closest to one that is not known.

    Returns:
        "'simple_net' or 'resnet'", the nearest first, else all of the known.

    Example:
        >>> nearest("simple_nte", ["simple_net", "resnet"])
        "'simple_net'"
    """
    found = get_close_matches(name, known, n=3) or known
    return " or ".join(repr(one) for one in found)
