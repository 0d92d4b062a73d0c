"""Open a store where a damaged one may lie."""

import logging
from itertools import count
from pathlib import Path
from typing import TypeVar

from convscope.errors import RunError
from convscope.runs.store import Store
from convscope.runs.tallies import TallyStore

Kind = TypeVar("Kind", Store, TallyStore)

_log = logging.getLogger("convscope")


def lasting_store(kind: type[Kind], path: Path) -> Kind:
    """Open a store in a file, whatever is there: a record must not stop a training.

    What lies there and cannot be continued is moved aside, and the record begun anew; where that
    cannot be done it is kept in memory. Either is told by one warning.

    Args:
        kind: of the store.
        path: the file.

    Returns:
        The store; its `path` is None where it is in memory.

    Raises:
        RunError: there is no file, and none can be made.
    """
    try:
        return kind(path)
    except RunError as error:
        if not path.is_file():
            raise
        reason = str(error.__cause__ or error).splitlines()[0]
    try:
        aside = _moved_aside(path)
        store = kind(path)
    except (OSError, RunError):
        _log.warning(
            "%s cannot be continued (%s); what is recorded from now on is not kept", path, reason
        )
        return kind(None)
    _log.warning(
        "%s cannot be continued (%s); it is now %s, and a new record begins",
        path,
        reason,
        aside.name,
    )
    return store


def _moved_aside(path: Path) -> Path:
    """Rename a damaged file, and the journal that belongs to it, which would undo the new one.

    Returns:
        Where it is now.

    Raises:
        OSError: it cannot be moved, or it was never a record.
    """
    if path.suffix != ".sqlite":
        raise OSError(f"{path} is somebody else's file")
    names = (path.with_name(f"{path.stem}.damaged{number}{path.suffix}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    path.rename(aside)
    journal = path.with_name(f"{path.name}-journal")
    if journal.exists():
        journal.rename(aside.with_name(f"{aside.name}-journal"))
    return aside
