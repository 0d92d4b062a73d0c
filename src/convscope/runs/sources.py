"""The SQLite files that one record consists of, and how they are asked."""

import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from convscope.errors import RunError
from convscope.runs.journal import FIX, checked_version, connected
from convscope.runs.messages import cannot_read
from convscope.runs.quantities import SCHEMA_VERSION, STEP_BITS, STEP_MASK

Connect = Callable[[], AbstractContextManager[sqlite3.Connection]]
STEP = f"id & {STEP_MASK}"


class Sources:
    """One file for each process that recorded.

    Args:
        connects: each opens one.
    """

    def __init__(self, connects: Sequence[Connect]) -> None:
        self._connects = connects

    def rows(self, query: str, *values: object) -> list[Any]:
        """Ask all files the same.

        Returns:
            Their rows, one file after the other.
        """
        return [row for base in self._opened() for row in base.execute(query, values).fetchall()]

    def rows_of(self, layer: str, quantity: str, columns: str, ending: str = "") -> list[Any]:
        """Read what was recorded of one layer.

        Args:
            layer: its name.
            quantity: what of it.
            columns: a `select` up to its `where`.
            ending: of the query.

        Returns:
            The rows of all files.
        """
        number = "select id from series where layer = ? and quantity = ?"
        found: list[Any] = []
        for base in self._opened():
            for (series,) in base.execute(number, (layer, quantity)).fetchall():
                first = series << STEP_BITS
                query = f"{columns} where id between ? and ? {ending}"
                found += base.execute(query, (first, first | STEP_MASK)).fetchall()
        return found

    def _opened(self) -> Iterator[sqlite3.Connection]:
        for connect in self._connects:
            try:
                with connect() as base:
                    yield base
            except sqlite3.Error as error:
                path = Path("activations.sqlite")
                raise RunError(cannot_read(path, error, fix=FIX)) from error


def sources_beside(path: Path) -> Sources:
    """Find the files of a record.

    Args:
        path: of the first process; those of others lie beside it, as `NAME.rank1.sqlite`.

    Returns:
        All of them.

    Raises:
        RunError: there is no such file.
    """
    if not path.exists():
        fix = "a run that recorded what happened inside"
        raise RunError(cannot_read(path, "there is no such file", fix=fix))
    others = sorted(path.parent.glob(f"{path.stem}.rank*{path.suffix}"))
    return Sources([partial(opened, one) for one in [path, *others]])


@contextmanager
def opened(path: Path) -> Generator[sqlite3.Connection]:
    """Open one file to read it.

    Yields:
        The connection.
    """
    with closing(connected(path, mode="rw")) as base:
        if checked_version(base, path, SCHEMA_VERSION):
            yield base
        else:  # its process died before the first commit
            with closing(sqlite3.connect(":memory:")) as nothing:
                nothing.executescript(SCHEMA)
                yield nothing


SCHEMA = """
create table if not exists series (
    id integer primary key, layer text not null, kind text not null, quantity text not null,
    position integer not null
);
create table if not exists tallies (
    id integer primary key, amount integer, nans integer, infs integer, near integer, zeros integer,
    blocked integer, mean real, m2 real, low real, high real, shift integer, histogram blob
);
create table if not exists vectors (id integer primary key, shape text, floats blob);
"""
