"""A SQLite file that is written beside the training, once a second.

The journal is SQLite's ordinary one, not WAL: WAL shares memory between its readers and its
writer, which fails on network folders, where runs are often kept. A commit then costs about 20 ms
of waiting for the disk and 0.1 ms of computing, so a thread commits once a second beside the
training, and adding a row only appends to a list (0.4 us).
"""

import logging
import os
import sqlite3
import threading
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import TypeVar
from weakref import finalize

from convscope.errors import RunError
from convscope.runs.messages import cannot_read, cannot_write, too_new

Row = tuple[object, ...]
Kind = TypeVar("Kind", bound="Journal")

FIX = "the run's other files are as they were; move this one away to record anew"
_COMMIT_SECONDS = 1.0
_MOST_WAITING = 100_000  # rows: a file that is busy for so long is given up, before memory is
_MOST_IN_MEMORY = 500  # rows, before they go to the temporary file's pages
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

_log = logging.getLogger("convscope")


class Journal:
    """One writer's SQLite file; others can read it while it is written.

    What was added is on the disk at most a second later, or when `flush` returns. A disk that is
    full, or fails, does not stop training: one warning is logged, and nothing is recorded from
    then on. A process forked from this one leaves the file alone.

    Args:
        path: the file; made if it is missing, continued if it exists. None keeps the rows in
            memory, and in a nameless temporary file where they are many; both go with this object,
            which `close` does not end.
        schema: SQL that makes the tables.
        version: of the schema, at least 1.
        rows: what the rows are, for the warning.

    Raises:
        RunError: the file cannot be written, is damaged, or is of a newer version.
    """

    def __init__(self, path: Path | None, schema: str, version: int, rows: str) -> None:
        self.path, self._about = path, rows
        self._rows: list[tuple[str, Row]] = []
        self._failed = False
        self._process = os.getpid()
        self._writing = threading.RLock()
        self._over = threading.Event()
        self._database = connected(path, mode="rwc", shared=True)
        try:
            if not checked_version(self._database, path, version):
                self._database.executescript(schema)
                self._database.execute(f"pragma user_version = {version}")
        except sqlite3.Error as error:
            self._database.close()
            raise RunError(cannot_read(path or Path(), error, fix=FIX)) from error
        except RunError:
            self._database.close()
            raise
        if path is None:  # without a thread, which would hold this object for ever
            finalize(self, self._database.close)
        else:
            self._thread = threading.Thread(target=self._work, name="convscope store", daemon=True)
            self._thread.start()

    def _add(self, statement: str, row: Row) -> None:
        if not self._failed:
            self._rows.append((statement, row))
            if self.path is None and len(self._rows) > _MOST_IN_MEMORY:
                self.flush()

    def flush(self) -> None:
        """Put everything that was added on the disk.

        Call it before a checkpoint is written: a run resumed from there then has every step
        before it.
        """
        if self._forked():
            return
        with self._writing:
            rows = self._rows[:]  # adding goes on beside this: count what was taken
            try:
                if rows:
                    self._commit_all(rows)
            except sqlite3.Error as error:
                busy = getattr(error, "sqlite_errorcode", None) in _BUSY
                if not busy or len(rows) > _MOST_WAITING:
                    self._give_up(error)
            else:
                del self._rows[: len(rows)]

    def close(self) -> None:
        """Write what is left and let go of the file; closing twice does no harm."""
        if self.path is None:
            self.flush()
        if self.path is None or self._over.is_set() or self._forked():
            return
        self._over.set()
        self._thread.join()
        self.flush()
        if self._rows:
            _log.warning(
                "%s was busy: %d %s are not recorded", self.path, len(self._rows), self._about
            )
        with self._writing:
            self._database.close()

    def __enter__(self: Kind) -> Kind:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _forked(self) -> bool:
        """Neither thread nor connection survive a fork, and a lock may have been held just then."""
        return os.getpid() != self._process

    def _work(self) -> None:
        while not self._over.wait(_COMMIT_SECONDS):
            self.flush()

    def _change(self, statement: str, rows: Sequence[Row]) -> None:
        """Do it at once, after everything that was added before.

        Raises:
            RunError: the file cannot be written.
        """
        self.flush()
        with self._writing:
            try:
                self._commit(statement, rows)
            except sqlite3.Error as error:
                raise RunError(cannot_write(self.path or Path(), error)) from error

    def _commit(self, statement: str, rows: Sequence[Row]) -> None:
        self._commit_groups([(statement, rows)])

    def _commit_all(self, rows: list[tuple[str, Row]]) -> None:
        groups = groupby(rows, key=itemgetter(0))
        self._commit_groups([(statement, [row for _, row in group]) for statement, group in groups])

    def _commit_groups(self, groups: Sequence[tuple[str, Sequence[Row]]]) -> None:
        try:
            self._database.execute("begin immediate")
            for statement, rows in groups:
                self._database.executemany(statement, rows)
            self._database.execute("commit")
        except BaseException:  # Ctrl-C too: the next commit must find no half-open one
            if self._database.in_transaction:
                self._database.execute("rollback")
            raise

    def _give_up(self, error: sqlite3.Error) -> None:
        self._failed = True
        self._rows.clear()
        _log.warning(
            "%s cannot be written (%s); training goes on, its %s are no longer recorded",
            self.path or "the record in memory",
            error,
            self._about,
        )


def connected(path: Path | None, *, mode: str, shared: bool = False) -> sqlite3.Connection:
    """Open a SQLite file.

    Args:
        path: the file; None for a nameless temporary one.
        mode: `rw`, or `rwc` to make it where it is missing. Not read-only: after a crash the first
            reader may have to roll the journal back.
        shared: between threads; whoever shares it has a lock.

    Returns:
        The connection; it commits when it is told to.

    Raises:
        RunError: it cannot be opened.
    """
    name = f"{path.absolute().as_uri()}?mode={mode}" if path is not None else ""
    try:
        return sqlite3.connect(
            name, uri=path is not None, isolation_level=None, check_same_thread=not shared
        )
    except sqlite3.Error as error:
        there = path is None or path.parent.is_dir()
        fix = FIX if there else "its folder must exist: make it, or name another"
        raise RunError(cannot_read(path or Path(), error, fix=fix)) from error


def checked_version(database: sqlite3.Connection, path: Path | None, known: int) -> int:
    """Read the version of the schema.

    Returns:
        The version; 0 for a file without tables.

    Raises:
        RunError: a newer convscope wrote it.
    """
    (version,) = database.execute("pragma user_version").fetchone()
    if version > known:
        raise RunError(too_new(path or Path(), version, known))
    return version
