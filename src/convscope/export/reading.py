"""Open a file that `convscope train` or `learn.export` wrote. Nothing in it is ever executed."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from safetensors import safe_open
from torch import Tensor

from convscope.data import Preparation
from convscope.errors import RunError, account
from convscope.train import ENTRY, EXPORT_FORMAT, weights_digest

LARGEST_BYTES = 2**24  # of the description: ten thousand classes take one percent of it
_PICKLE, _ZIP = b"\x80", b"PK"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a model's file holds.

    Attributes:
        about: the description: a plan or the name of a network, and what else was kept.
        prepare: how a picture takes to the model; None where it was not known.
        weights: by name.
    """

    about: dict[str, Any]
    prepare: Preparation | None
    weights: dict[str, Tensor]


def opened(path: Path) -> Opened:
    """Read a file of weights with its description.

    Args:
        path: model.safetensors of a run, or what `learn.export` wrote.

    Returns:
        The description, checked as far as it says something of pictures, and the weights.

    Raises:
        RunError: there is no such file, or it is damaged, from a newer version, or no such file at
            all; the message says which.
    """
    try:
        _refuse_pickles(path)
        with safe_open(path, "pt") as file:
            about = _object((file.metadata() or {}).get(ENTRY))
            if about.get("format") not in range(1, EXPORT_FORMAT + 1):
                refuse(path, _of_format(about))
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        if about.get("digest", digest := weights_digest(weights)) != digest:
            refuse(path, "its weights are not those that were written: bits have changed")
        stored = about.get("prepare")
        prepare = None if stored is None else Preparation.from_dict(stored)
    except FileNotFoundError:
        refuse(path, "there is no such file")
    except RunError:
        raise
    except RecursionError:
        refuse(path, "its description is nested without end")
    except Exception as error:  # noqa: BLE001 - a damaged file can raise anything
        refuse(path, " ".join(str(error).split())[:160] or type(error).__name__)
    return Opened(about, prepare, weights)


def _refuse_pickles(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(9)
    if start[8:] == b"{":  # a length of eight bytes, which may be any, and a JSON object
        return
    if start[:1] == _PICKLE or start[:2] == _ZIP:
        kind = "a pickle" if start[:1] == _PICKLE else "a zip file, as torch.save writes it"
        refuse(path, f"it is {kind}; such files can run code when they are opened")


def _object(text: str | None) -> dict[str, Any]:
    if text is None:
        message = "it has no description by convscope"
        raise TypeError(message)
    if len(text) > LARGEST_BYTES:
        message = f"its description is longer than {LARGEST_BYTES:,} characters"
        raise ValueError(message)
    content = json.loads(text, parse_constant=_no_number)
    if not isinstance(content, dict):
        message = "its description is no JSON object"
        raise TypeError(message)
    return content


def _no_number(text: str) -> NoReturn:
    message = f"{text} is no number of a description"
    raise ValueError(message)


def _of_format(about: dict[str, Any]) -> str:
    found = about.get("format")
    if isinstance(found, int) and found > EXPORT_FORMAT:
        version = str(about.get("version"))[:20]
        return f"convscope {version} wrote it, in format {found}; this one knows {EXPORT_FORMAT}"
    return f"its format is {str(found)[:20]}, not 1 to {EXPORT_FORMAT}"


def refuse(
    path: Path,
    because: str,
    fix: str = "model.safetensors of a run, a file of learn.export, or a newer convscope",
) -> NoReturn:
    """Refuse a file as a model.

    Raises:
        RunError: always.
    """
    message = account("this model cannot be loaded", facts={"file": path}, because=because, fix=fix)
    raise RunError(message)
