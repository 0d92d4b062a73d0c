"""What a run keeps for its report beside numbers: the network taken apart, and small pictures."""

import json
from collections.abc import Mapping
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from convscope.errors import RunError
from convscope.files import written
from convscope.runs.anatomy import AnatomyRecord, FieldOfView, LayerRow, WindowShape
from convscope.runs.messages import cannot_read, cannot_write
from convscope.runs.plain import as_json

_FIX = "train again; the other files of the run are as they were"
_FINEST = 10_000  # denominators of jumps and centres: JSON holds these as decimals


def write_anatomy(path: Path, record: AnatomyRecord) -> None:
    """Write anatomy.json whole or not at all.

    Raises:
        RunError: it cannot be written.
    """
    content = {one.name: getattr(record, one.name) for one in fields(AnatomyRecord)}
    try:
        with written(path) as draft:
            draft.write_text(as_json(content) + "\n", encoding="utf-8")
    except OSError as error:
        raise RunError(cannot_write(path, error)) from error


def read_anatomy(path: Path) -> AnatomyRecord:
    """Read anatomy.json.

    Returns:
        The network, as it was written.

    Raises:
        RunError: there is no such file, or it is damaged.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = tuple(_row(row) for row in content.pop("rows"))
        return AnatomyRecord(
            **_inside(content),
            rows=rows,
        )
    except OSError as error:
        raise RunError(cannot_read(path, error.strerror, fix=_FIX)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(cannot_read(path, f"it is damaged: {error!r:.100}", fix=_FIX)) from error


def write_shown(path: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into one archive that any tool opens, whole or not at all.

    Args:
        path: shown.zip.
        contents: what is in it, by name; pictures are compressed already.

    Raises:
        RunError: it cannot be written.
    """
    try:
        with written(path) as draft, ZipFile(draft, "w") as archive:
            for name, content in contents.items():
                archive.writestr(name, content)
    except OSError as error:
        raise RunError(cannot_write(path, error)) from error


def read_shown(path: Path) -> dict[str, bytes]:
    """Read what `write_shown` wrote.

    Returns:
        Contents by name.

    Raises:
        RunError: there is no such file, or it is damaged.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_shown(Path(folder) / "shown.zip", {"pictures/0.png": b"pixels"})
        ...     read_shown(Path(folder) / "shown.zip")
        {'pictures/0.png': b'pixels'}
    """
    try:
        with ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except OSError as error:
        raise RunError(cannot_read(path, error.strerror, fix=_FIX)) from error
    except (BadZipFile, ValueError, NotImplementedError, RuntimeError) as error:
        raise RunError(cannot_read(path, f"it is damaged: {error}", fix=_FIX)) from error


def _row(stored: dict[str, Any]) -> LayerRow:
    field, window = _inside(stored.pop("field")), stored.pop("window")
    field |= {name: tuple(map(_fraction, field[name])) for name in ("jump", "centre")}
    made = None if window is None else WindowShape(**_inside(window))
    return LayerRow(**_inside(stored), window=made, field=FieldOfView(**field))


def _inside(stored: dict[str, Any]) -> dict[str, Any]:
    return {name: _tuples(value) for name, value in stored.items()}


def _tuples(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _fraction(value: float | None) -> Fraction | None:
    return None if value is None else Fraction(value).limit_denominator(_FINEST)
