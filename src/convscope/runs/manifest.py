"""run.json: what was run, on what, and how it went."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from math import nan
from pathlib import Path
from typing import Any, Literal, get_args

from convscope.errors import RunError
from convscope.files import written
from convscope.runs.messages import cannot_read, cannot_write, too_new
from convscope.runs.plain import as_json

FORMAT_VERSION = 1
_FIX = "restore the file, or train again; the other files of the run are as they were"

Status = Literal["running", "done", "interrupted", "failed", "stopped"]


def now() -> str:
    """Give the time of day as it is written into a run.

    Returns:
        ISO 8601, UTC with its offset, whole seconds.

    Example:
        >>> now()[-6:]
        '+00:00'
    """
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What run.json holds; change it with `dataclasses.replace` and `RunFolder.save`.

    Attributes:
        convscope: version that wrote the run.
        versions: of python, torch, numpy, pillow and whatever else mattered.
        settings: every setting as it was resolved, none left out.
        seed: what fixes weights and order.
        classes: names, in the order of the model's outputs.
        data: root of the pictures.
        found: what was found in the data and decided about it, a sentence each.
        device: "cpu", "cuda:0", ...
        threads: CPU threads that computed; bit-identical resuming needs the same.
        command: the command line, a word each.
        started: ISO 8601 in UTC.
        ended: the same, once the run has ended.
        status: how the run stands.
        reason: why it ended as it did, "" where the status says it all.
        pid: process that trains.
        host: machine that it runs on.
        heartbeat: when run.json was last written.
        best_epoch: the epoch whose weights are in model.safetensors.
        best: that epoch's losses and metrics.
        test: what the best weights scored at the end on pictures kept for that, None where there
            are none or the end was not reached.
        format_version: raised when an older convscope could no longer read the folder.
        other: keys that a later convscope added; kept when the file is written again.
    """

    convscope: str
    versions: dict[str, str]
    settings: dict[str, Any]
    seed: int
    classes: list[str]
    data: str
    found: list[str]
    device: str
    threads: int
    command: list[str]
    started: str = field(default_factory=now)
    ended: str | None = None
    status: Status = "running"
    reason: str = ""
    pid: int = field(default_factory=os.getpid)
    host: str = field(default_factory=platform.node)
    heartbeat: str = field(default_factory=now)
    best_epoch: int | None = None
    best: dict[str, float] = field(default_factory=dict[str, float])
    test: dict[str, float] | None = None
    format_version: int = FORMAT_VERSION
    other: dict[str, Any] = field(default_factory=dict[str, Any])


_KEYS = [part.name for part in fields(Manifest) if part.name != "other"]
# what JSON must give for each; a file that was edited by hand is told which key is wrong
_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(_KEYS, (str,)),
    **dict.fromkeys(["versions", "settings", "best"], (dict,)),
    **dict.fromkeys(["classes", "found", "command"], (list,)),
    **dict.fromkeys(["seed", "threads", "pid", "format_version"], (int,)),
    "ended": (str, type(None)),
    "best_epoch": (int, type(None)),
    "test": (dict, type(None)),
}


def chosen_on_test(about: Manifest) -> bool:
    """Tell whether a run's best epoch was chosen on what its data calls the test set."""
    survey = about.settings.get("survey")
    return isinstance(survey, Mapping) and survey.get("valid_is_test") is True


def write_manifest(path: Path, about: Manifest) -> None:
    """Write run.json whole or not at all.

    Raises:
        RunError: the folder cannot be written.
    """
    content = {**about.other, **{key: getattr(about, key) for key in _KEYS}}
    try:
        with written(path) as draft:
            draft.write_text(as_json(content) + "\n", encoding="utf-8")
    except OSError as error:
        raise RunError(cannot_write(path, error)) from error


def read_manifest(path: Path) -> Manifest:
    """Read run.json.

    Returns:
        The manifest; what this version does not know is in `other`.

    Raises:
        RunError: the file is not readable, damaged, or of a newer format.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(cannot_read(path, error, fix=_FIX)) from error
    if not isinstance(content, dict):
        raise RunError(cannot_read(path, "it holds no JSON object", fix=_FIX))
    version = content.get("format_version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise RunError(too_new(path, version, FORMAT_VERSION))
    wrong = [key for key in _KEYS if not isinstance(content.get(key), _TYPES[key])]
    if "threads" not in wrong and content["threads"] < 1:
        wrong.append("threads")
    if wrong or content["status"] not in get_args(Status):
        why = f"these entries are missing or wrong: {', '.join(wrong) or 'status'}"
        raise RunError(cannot_read(path, why, fix=_FIX))
    known = {key: content.pop(key, None) for key in _KEYS}  # `test` is newer than the others
    known["best"] = _numbers(known["best"])
    known["test"] = known["test"] and _numbers(known["test"])
    return Manifest(**known, other=content)


def _numbers(stored: dict[str, float | None]) -> dict[str, float]:
    return {key: nan if one is None else one for key, one in stored.items()}
