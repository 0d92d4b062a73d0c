"""Any record as JSON that every reader accepts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from math import isfinite
from numbers import Integral, Real


def as_json(value: object, *, indent: int | None = 2) -> str:
    """Write a record, or any nesting of records, mappings and lists, as JSON.

    NaN and infinities have no place in JSON and become null. The text is pure ASCII: it survives
    any terminal, and so do names of files that are not valid Unicode.

    Args:
        value: dataclasses, mappings, sequences, numbers (numpy's too), text; paths and whatever
            else there is are written as their text.
        indent: spaces a level; None for one line.

    Returns:
        JSON without a newline at the end, on one line where `indent` is None.

    Example:
        >>> print(as_json({"loss": float("nan"), "sizes": (28, 28)}))
        {
          "loss": null,
          "sizes": [
            28,
            28
          ]
        }
    """
    return json.dumps(_plain(value), indent=indent, allow_nan=False)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if isfinite(value) else None
    return _plain_collection(value)


def _plain_collection(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_plain(one) for one in value]
    return str(value)
