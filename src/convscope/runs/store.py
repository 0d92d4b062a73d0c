"""steps.sqlite: what happened at every step.

The journal is SQLite's ordinary one, not WAL: WAL shares memory between its readers and its
writer, which fails on network folders, where runs are often kept. A commit then costs about 20 ms
of waiting for the disk and 0.1 ms of computing, so a thread commits once a second beside the
training, and `add` only appends to a list (0.4 us).
"""

import logging
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from math import nan
from pathlib import Path
from types import TracebackType

from convscope.errors import RunError
from convscope.runs.messages import cannot_read, cannot_write, too_new
from convscope.runs.records import Steps

SCHEMA_VERSION = 1
_SCHEMA = """
create table if not exists steps (
    step integer primary key, epoch integer not null, loss real, lr real, momentum real
)
"""
_INSERT = "insert or replace into steps values (?, ?, ?, ?, ?)"  # NaN becomes null
_COMMIT_SECONDS = 1.0
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

_FIX = "the run's other files are as they were; move this one away to record anew"

_log = logging.getLogger("convscope")


class Store:
    """Record steps; others can read them while they are written.

    What was added is on the disk at most a second later, or when `flush` returns. A disk that is
    full, or fails, does not stop training: one warning is logged, and nothing is recorded from
    then on. There is one writer: hold the run's lock.

    Args:
        path: the file; made if it is missing, continued if it exists.

    Raises:
        RunError: the file cannot be written, is damaged, or is of a newer version.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "steps.sqlite"
        ...     with Store(path) as store:
        ...         store.add(0, epoch=0, loss=2.5, lr=0.1, momentum=0.9)
        ...     read_steps(path).losses
        [2.5]
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: list[tuple[int, int, float, float, float]] = []
        self._failed = False
        self._writing = threading.Lock()
        self._over = threading.Event()
        self._database = _open(path, mode="rwc", shared=True)
        try:
            if not _version(self._database, path):
                self._database.execute(_SCHEMA)
                self._database.execute(f"pragma user_version = {SCHEMA_VERSION}")
        except sqlite3.Error as error:
            self._database.close()
            raise RunError(cannot_read(path, error, fix=_FIX)) from error
        except RunError:
            self._database.close()
            raise
        self._thread = threading.Thread(target=self._work, name="convscope store", daemon=True)
        self._thread.start()

    def add(self, step: int, *, epoch: int, loss: float, lr: float, momentum: float = nan) -> None:
        """Record a step; a step that was recorded before is replaced.

        Args:
            step: counted from 0 over the whole run.
            epoch: counted from 0.
            loss: of the step's batch; NaN and infinities are kept.
            lr: learning rate of the last parameter group.
            momentum: NaN where the optimiser has none.
        """
        if not self._failed:
            self._rows.append((step, epoch, loss, lr, momentum))

    def flush(self) -> None:
        """Put everything that was added on the disk.

        Call it before a checkpoint is written: a run resumed from there then has every step
        before it.
        """
        with self._writing:
            rows = self._rows[:]  # `add` goes on beside this: count what was taken
            try:
                if rows:
                    self._commit(_INSERT, rows)
            except sqlite3.Error as error:
                if getattr(error, "sqlite_errorcode", None) not in _BUSY:
                    self._give_up(error)
            else:
                del self._rows[: len(rows)]

    def drop_after(self, step: int) -> None:
        """Forget the steps after `step`: a resumed run does them again.

        Raises:
            RunError: the file cannot be written.
        """
        self.flush()
        with self._writing:
            try:
                self._commit("delete from steps where step > ?", [(step,)])
            except sqlite3.Error as error:
                raise RunError(cannot_write(self.path, error)) from error

    def close(self) -> None:
        """Write what is left and let go of the file; closing twice does no harm."""
        if self._over.is_set():
            return
        self._over.set()
        self._thread.join()
        self.flush()
        if self._rows:
            _log.warning("%s was busy: %d steps are not recorded", self.path, len(self._rows))
        self._database.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _work(self) -> None:
        while not self._over.wait(_COMMIT_SECONDS):
            self.flush()

    def _commit(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        try:
            self._database.execute("begin immediate")
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
            "%s cannot be written (%s); training goes on, its steps are no longer recorded",
            self.path,
            error,
        )


def read_steps(path: Path) -> Steps:
    """Read all steps that were committed, also while the run goes on.

    Returns:
        The steps by column, in rising order; none where the run died before the first.

    Raises:
        RunError: the file is missing, damaged, or of a newer version.
    """
    # not read-only: after a crash the first reader may have to roll the journal back
    try:
        with closing(_open(path, mode="rw")) as database:
            if not _version(database, path):
                return Steps()
            rows = database.execute("select * from steps order by step").fetchall()
    except sqlite3.Error as error:
        raise RunError(cannot_read(path, error, fix=_FIX)) from error
    steps = Steps()
    for step, epoch, *numbers in rows:
        loss, lr, momentum = (nan if one is None else float(one) for one in numbers)
        steps.steps.append(step)
        steps.epochs.append(epoch)
        steps.losses.append(loss)
        steps.lrs.append(lr)
        steps.moms.append(momentum)
    return steps


def _open(path: Path, *, mode: str, shared: bool = False) -> sqlite3.Connection:
    try:
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=not shared,
        )
    except sqlite3.Error as error:
        raise RunError(cannot_read(path, error, fix=_FIX)) from error


def _version(database: sqlite3.Connection, path: Path) -> int:
    (version,) = database.execute("pragma user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise RunError(too_new(path, version, SCHEMA_VERSION))
    return version
