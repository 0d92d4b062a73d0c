"""steps.sqlite: what happened at every step."""

import sqlite3
from contextlib import closing
from math import nan
from pathlib import Path

from convscope.errors import RunError
from convscope.runs.journal import FIX, Journal, checked_version, connected
from convscope.runs.messages import cannot_read
from convscope.runs.records import Steps

SCHEMA_VERSION = 1
_SCHEMA = """
create table if not exists steps (
    step integer primary key, epoch integer not null, loss real, lr real, momentum real
)
"""
_INSERT = "insert or replace into steps values (?, ?, ?, ?, ?)"  # NaN becomes null


class Store(Journal):
    """Record steps; others can read them while they are written.

    What was added is on the disk at most a second later, or when `flush` returns. A disk that is
    full, or fails, does not stop training: one warning is logged, and nothing is recorded from
    then on. There is one writer: hold the run's lock.

    Args:
        path: the file; made if it is missing, continued if it exists. None keeps the steps in
            memory.

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

    def __init__(self, path: Path | None) -> None:
        super().__init__(path, _SCHEMA, SCHEMA_VERSION, "steps")

    def add(self, step: int, *, epoch: int, loss: float, lr: float, momentum: float = nan) -> None:
        """Record a step; a step that was recorded before is replaced.

        Args:
            step: counted from 0 over the whole run.
            epoch: counted from 0.
            loss: of the step's batch; NaN and infinities are kept.
            lr: learning rate of the last parameter group.
            momentum: NaN where the optimiser has none.
        """
        self._add(_INSERT, (step, epoch, loss, lr, momentum))

    def drop_after(self, step: int) -> None:
        """Forget the steps after `step`: a resumed run does them again."""
        self._change("delete from steps where step > ?", [(step,)])


def read_steps(path: Path) -> Steps:
    """Read all steps that were committed, also while the run goes on.

    Returns:
        The steps by column, in rising order; none where the run died before the first.

    Raises:
        RunError: the file is missing, damaged, or of a newer version.
    """
    try:
        with closing(connected(path, mode="rw")) as database:
            if not checked_version(database, path, SCHEMA_VERSION):
                return Steps()
            rows = database.execute("select * from steps order by step").fetchall()
    except sqlite3.Error as error:
        raise RunError(cannot_read(path, error, fix=FIX)) from error
    steps = Steps()
    for step, epoch, *numbers in rows:
        loss, lr, momentum = (nan if one is None else float(one) for one in numbers)
        steps.steps.append(step)
        steps.epochs.append(epoch)
        steps.losses.append(loss)
        steps.lrs.append(lr)
        steps.moms.append(momentum)
    return steps
