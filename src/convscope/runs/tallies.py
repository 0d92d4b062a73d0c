"""activations.sqlite: what was counted at the outputs of layers, at every recorded step."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from convscope.errors import RunError
from convscope.runs.activations import Activations
from convscope.runs.journal import FIX, Journal
from convscope.runs.messages import cannot_read
from convscope.runs.quantities import ONCE_A_SET, SCHEMA_VERSION, STEP_BITS, STEP_MASK
from convscope.runs.sources import SCHEMA, Sources, opened

_SERIES = "insert or replace into series values (?, ?, ?, ?, ?)"
_TALLY = "insert or replace into tallies values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_VECTOR = "insert or replace into vectors values (?, ?, ?)"


class Tally(NamedTuple):
    """What was counted over many values; two can be added up exactly.

    `m2` is the sum of squared distances from `mean`; both are over the finite values, and so are
    `low` and `high`. `near` is |x| <= 0.05, `blocked` is x <= 0, minus infinity among them.
    """

    amount: int
    nans: int
    infs: int
    near: int
    zeros: int
    blocked: int
    mean: float
    m2: float
    low: float
    high: float
    shift: int
    histogram: bytes | None


class TallyStore(Journal):
    """Record tallies and vectors of layers, each at its step.

    A row's key is the number of its series, then its step: one layer lies together in the file, and
    a step that was recorded before is replaced.

    Args:
        path: the file; None keeps everything in memory and a nameless temporary file.

    Raises:
        RunError: the file cannot be written, is damaged, or is of a newer version.
    """

    def __init__(self, path: Path | None) -> None:
        super().__init__(path, SCHEMA, SCHEMA_VERSION, "activations")
        query = "select layer, quantity, id, kind, position from series"
        try:
            (found,) = self._database.execute("pragma quick_check(1)").fetchone()
            if found != "ok":
                raise sqlite3.DatabaseError(found)
            known = self._database.execute(query).fetchall()
        except sqlite3.Error as error:
            self.close()
            raise RunError(cannot_read(path or Path(), error, fix=FIX)) from error
        self._series = {(row[0], row[1]): row[2:] for row in known}

    def series(self, layer: str, kind: str, quantity: str, position: int) -> int:
        """Give what is recorded of one layer a number.

        Args:
            layer: its path in the model; a second call in one pass is `path#2`.
            kind: its type.
            quantity: what of it is recorded, such as `output`.
            position: its place among the layers.

        Returns:
            The number for `add` and `add_vector`; the same for the same layer and quantity.
        """
        known = self._series.get((layer, quantity))
        number = known[0] if known else len(self._series) + 1
        row = (number, kind, position)
        if known != row:
            self._series[layer, quantity] = row
            self._add(_SERIES, (number, layer, kind, quantity, position))
        return number

    def add(self, series: int, step: int, tally: Tally) -> None:
        """Record a tally.

        Args:
            series: what `series` gave.
            step: counted from 0 over the whole run.
            tally: what was counted.
        """
        self._add(_TALLY, (series << STEP_BITS | step, *tally))

    def add_vector(self, series: int, step: int, values: NDArray[np.float32]) -> None:
        """Record an array.

        Args:
            series: what `series` gave.
            step: counted from 0 over the whole run.
            values: of any shape.
        """
        shape = " ".join(map(str, values.shape))
        self._add(_VECTOR, (series << STEP_BITS | step, shape, values.tobytes()))

    def drop_after(self, step: int) -> None:
        """Forget what was recorded after `step`: a resumed run does it again.

        It is done with the next commit: a file that is busy must not stop a training.
        """
        for table in ("tallies", "vectors"):
            self._add(f"delete from {table} where (id & {STEP_MASK}) > ?", (step,))

    def thin(self, stride: int) -> None:
        """Forget the records of steps that are no multiple of `stride`, those of whole sets apart.

        Args:
            stride: in steps, at least 1.
        """
        once = ", ".join(f"'{name}'" for name in ONCE_A_SET)
        kept = f"select id from series where quantity in ({once})"
        for table in ("tallies", "vectors"):
            ours = f"(id & {STEP_MASK}) % ? != 0 and (id >> {STEP_BITS}) not in ({kept})"
            self._add(f"delete from {table} where {ours}", (stride,))

    def read(self) -> Activations:
        """Look at what was recorded so far, also while recording goes on.

        Returns:
            A view: what is asked of it later is read later.
        """
        return Activations(Sources([self._opened]))

    @contextmanager
    def _opened(self) -> Generator[sqlite3.Connection]:
        self.flush()
        if self.path is not None:
            with opened(self.path) as base:
                yield base
        else:
            with self._writing:
                yield self._database
