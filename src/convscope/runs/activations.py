"""Read what was seen inside: layers, their histories, their histograms."""

import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convscope.errors import ConfigError, RunError, account, nearest
from convscope.runs.gridding import binned, linear_edges, symlog_edges, total_counts
from convscope.runs.journal import FIX, checked_version, connected
from convscope.runs.layers import HistogramGrid, LayerHistory
from convscope.runs.messages import cannot_read
from convscope.runs.quantities import OUTPUT, SCHEMA_VERSION, STEP_BITS, STEP_MASK

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Connect = Callable[[], AbstractContextManager[sqlite3.Connection]]

_NUMBERS = "amount, nans, infs, near, zeros, blocked, mean, m2, low, high"
_SAMPLE = 500  # records that a window is chosen from
_AT_ONCE = 1000  # histograms in memory


class Activations:
    """What was recorded of every layer; of several processes, their sum.

    Args:
        sources: each opens the record of one process.
    """

    def __init__(self, sources: Sequence[Connect]) -> None:
        self._sources = sources

    def layers(self, quantity: str = OUTPUT) -> list[str]:
        """Name the layers in the order of the model.

        Args:
            quantity: `output`, or another that was asked for.

        Returns:
            Paths in the model; a second call in one pass is `path#2`.
        """
        query = "select layer from series where quantity = ? order by position, layer"
        return list(dict.fromkeys(row[0] for row in self._all(query, quantity)))

    def layer(self, which: int | str, quantity: str = OUTPUT) -> str:
        """Find a layer.

        Args:
            which: its place in `layers`, from the end where negative, or its name.
            quantity: what of it.

        Returns:
            Its name.

        Raises:
            ConfigError: there is none; what there is is told.
        """
        names = self.layers(quantity)
        if isinstance(which, str) and which in names:
            return which
        if not isinstance(which, str) and -len(names) <= which < len(names):
            return names[which]
        raise ConfigError(_no_layer(which, names, quantity))

    def history(self, which: int | str, quantity: str = OUTPUT) -> LayerHistory:
        """Read one layer's numbers at every recorded step.

        Args:
            which: as for `layer`.
            quantity: what of it.

        Returns:
            The history. Mean and deviation are of the finite values, NaN where there is none.

        Raises:
            ConfigError: there is no such layer.
        """
        name = self.layer(which, quantity)
        query = f"select id & {STEP_MASK}, {_NUMBERS} from tallies where id between ? and ?"
        rows = [row for part in self._parts(name, quantity, query) for row in part]
        columns = np.array(rows, np.float64).reshape(-1, 11).T
        steps, count, nans, infs, near, zeros, blocked, mean, m2, low, high = _added(columns)
        finite, whole = count - nans - infs, np.maximum(count, 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            stds = np.sqrt(m2 / (finite - 1))
        return LayerHistory(
            name=name,
            kind=self._kind(name, quantity),
            steps=steps.astype(np.int64),
            means=np.where(finite > 0, mean, np.nan),
            stds=np.where(finite > 1, stds, np.nan),
            minima=np.where(finite > 0, low, np.nan),
            maxima=np.where(finite > 0, high, np.nan),
            near_zero_shares=near / whole,
            zero_shares=zeros / whole,
            blocked_shares=blocked / whole,
            counts=count.astype(np.int64),
            nan_counts=nans.astype(np.int64),
            inf_counts=infs.astype(np.int64),
        )

    def grid(
        self,
        which: int | str,
        *,
        window: tuple[float, float] | None = None,
        symlog: bool = False,
        bins: int = 100,
        columns: int = 1000,
        quantity: str = OUTPUT,
    ) -> HistogramGrid:
        """Lay one layer's histograms side by side.

        Args:
            which: as for `layer`.
            window: lowest and highest value to show; by default all but a thousandth of the values
                on each side, or all of them on a symmetric-logarithmic axis.
            symlog: make the value axis symmetric-logarithmic.
            bins: of the value axis, at least 1.
            columns: at most so many; steps are added up where there are more.
            quantity: what of the layer.

        Returns:
            The grid; what falls outside the window is told with it.

        Raises:
            ConfigError: there is no such layer, or no histogram was kept.
        """
        name = self.layer(which, quantity)
        history = self.history(name, quantity)
        edges = self._edges(name, quantity, history, window, bins, is_symlog=symlog)
        per_column = max(1, -(-len(history) // columns))
        starts = np.arange(0, len(history), per_column)
        column_of = dict(
            zip(history.steps.tolist(), np.arange(len(history)) // per_column, strict=True)
        )
        counts = np.zeros((len(starts), bins + 2))
        for steps, rows in self._histograms(name, quantity):
            np.add.at(counts, [column_of[step] for step in steps], binned(rows, edges))
        last = history.steps[-1:] + 1
        return HistogramGrid(
            name=name,
            edges=edges,
            steps=np.concatenate([history.steps[starts], last]),
            counts=counts[:, 1:-1],
            below=counts[:, 0],
            above=counts[:, -1],
            nan_counts=np.add.reduceat(history.nan_counts, starts).astype(np.float64),
            inf_counts=np.add.reduceat(history.inf_counts, starts).astype(np.float64),
            is_symlog=symlog,
        )

    def vectors(self, which: int | str, quantity: str) -> tuple[Counts, Floats]:
        """Read the arrays that were kept of one layer.

        Args:
            which: as for `layer`.
            quantity: what of it.

        Returns:
            Steps of shape (n,), and the arrays, of shape (n, ...).
        """
        name = self.layer(which, quantity)
        query = f"select id & {STEP_MASK}, shape, floats from vectors where id between ? and ?"
        rows = sorted(row for part in self._parts(name, quantity, query) for row in part)
        arrays = [
            np.frombuffer(content, np.float32).reshape([int(side) for side in shape.split()])
            for _, shape, content in rows
        ]
        return np.array([row[0] for row in rows], np.int64), np.array(arrays, np.float64)

    def _edges(
        self,
        name: str,
        quantity: str,
        history: LayerHistory,
        window: tuple[float, float] | None,
        bins: int,
        *,
        is_symlog: bool,
    ) -> Floats:
        if is_symlog:
            seen = np.concatenate([history.minima, history.maxima])
            seen = seen[np.isfinite(seen)]
            ends = window or ((seen.min(), seen.max()) if len(seen) else (-1.0, 1.0))
            return symlog_edges(*ends, bins)
        if window is not None:
            return np.linspace(*window, bins + 1)
        some = [row for _, rows in self._histograms(name, quantity, _SAMPLE) for row in rows]
        return linear_edges(*total_counts(some), bins)

    def _histograms(
        self, name: str, quantity: str, at_most: int | None = None
    ) -> Iterator[tuple[list[int], list[tuple[int, bytes]]]]:
        """Some or all packed histograms, a thousand at a time, with their steps.

        Yields:
            Steps, and (shift, packed histogram) of each.

        Raises:
            ConfigError: none was kept.
        """
        query = (
            f"select id & {STEP_MASK}, shift, histogram from tallies"
            " where id between ? and ? and histogram is not null"
        )
        if at_most is not None:
            query += f" order by id * 2654435761 & 65535 limit {at_most}"  # spread over the run
        found = False
        for part in self._parts(name, quantity, query):
            for start in range(0, len(part), _AT_ONCE):
                some, found = part[start : start + _AT_ONCE], True
                yield [row[0] for row in some], [(row[1], row[2]) for row in some]
        if not found:
            raise ConfigError(_no_histogram(name))

    def _kind(self, name: str, quantity: str) -> str:
        query = "select kind from series where layer = ? and quantity = ?"
        return str(self._all(query, name, quantity)[-1][0])

    def _parts(self, name: str, quantity: str, query: str) -> Iterator[list[Any]]:
        number = "select id from series where layer = ? and quantity = ?"
        for connect in self._sources:
            with _told(connect) as database:
                for (series,) in database.execute(number, (name, quantity)).fetchall():
                    first = series << STEP_BITS
                    yield database.execute(query, (first, first | STEP_MASK)).fetchall()

    def _all(self, query: str, *values: object) -> list[Any]:
        with ExitStack() as opened:
            bases = [opened.enter_context(_told(connect)) for connect in self._sources]
            return [row for base in bases for row in base.execute(query, values).fetchall()]


def read_activations(path: Path) -> Activations:
    """Open the record of a run, also while the run goes on.

    Args:
        path: `activations.sqlite`; the records of other processes of the same training, beside it
            as `activations.rank1.sqlite` and so on, are added up with it.

    Returns:
        What is kept there; it is read when it is asked for.

    Raises:
        RunError: there is no such file.
    """
    if not path.exists():
        raise RunError(cannot_read(path, "there is no such file", fix="a run that recorded it"))
    others = sorted(path.parent.glob(f"{path.stem}.rank*{path.suffix}"))
    return Activations([partial(_file, one) for one in [path, *others]])


@contextmanager
def _file(path: Path) -> Generator[sqlite3.Connection]:
    database = connected(path, mode="rw")
    try:
        checked_version(database, path, SCHEMA_VERSION)
        yield database
    finally:
        database.close()


@contextmanager
def _told(connect: Connect) -> Generator[sqlite3.Connection]:
    try:
        with connect() as database:
            yield database
    except sqlite3.Error as error:
        raise RunError(cannot_read(Path("activations.sqlite"), error, fix=FIX)) from error


def _added(columns: Floats) -> Floats:
    """Add up the rows of one step that several processes wrote.

    Args:
        columns: of shape (11, rows): step, six counts, mean, m2, low, high.

    Returns:
        The same with one row a step, steps rising.
    """
    steps, place = np.unique(columns[0], return_inverse=True)
    if len(steps) == columns.shape[1]:
        return columns[:, np.argsort(columns[0])]
    result = np.zeros((11, len(steps)))
    result[0] = steps
    for row in range(1, 7):
        np.add.at(result[row], place, columns[row])
    finite = columns[1] - columns[2] - columns[3]
    means, squares = np.zeros(len(steps)), np.zeros(len(steps))
    np.add.at(means, place, finite * columns[7])
    means /= np.maximum(result[1] - result[2] - result[3], 1)
    np.add.at(squares, place, columns[8] + finite * (columns[7] - means[place]) ** 2)
    result[7:] = means, squares, np.full(len(steps), np.inf), np.full(len(steps), -np.inf)
    np.minimum.at(result[9], place, columns[9])
    np.maximum.at(result[10], place, columns[10])
    return result


def _no_layer(which: int | str, names: list[str], quantity: str) -> str:
    if not names:
        because, fix = f"nothing was recorded of this: {quantity}", "train first, or ask for it"
    elif isinstance(which, str):
        because, fix = "no watched layer has this name", nearest(which, names)
    else:
        because = f"{len(names)} layers are watched: 0 to {len(names) - 1}, or -{len(names)} to -1"
        fix = "an index in that range, or a name"
    facts = {"layer": which, "watched": ", ".join(names) or "none"}
    return account(f"there is no layer {which!r} to look at", facts=facts, because=because, fix=fix)


def _no_histogram(name: str) -> str:
    return account(
        f"no histogram was kept of layer {name!r}",
        facts={"layer": name},
        because="histograms were switched off when it was recorded",
        fix="ActivationStats(with_hist=True)",
    )
