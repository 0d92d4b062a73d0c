"""Histograms of one layer, side by side in a window."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from convscope.errors import ConfigError, account
from convscope.runs.gridding import Binning, linear_edges, symlog_edges, total_counts
from convscope.runs.layers import HistogramGrid, LayerHistory
from convscope.runs.sources import STEP, Sources

Floats = NDArray[np.float64]
Packed = list[tuple[int, bytes]]

_SAMPLE = 500  # histograms that a window is chosen from
_AT_ONCE = 1000  # histograms in memory


def grid_of(
    sources: Sources,
    history: LayerHistory,
    quantity: str,
    window: tuple[float, float] | None,
    bins: int,
    columns: int,
    *,
    is_symlog: bool,
) -> HistogramGrid:
    """Read the histograms that belong to a history; `Activations.grid` tells of the arguments.

    Returns:
        The grid.

    Raises:
        ConfigError: no histogram was kept, or the window is none.
    """
    if not history.steps.size or not _packed(sources, history.name, quantity, "limit 1"):
        raise ConfigError(_no_histogram(history.name))
    if bins < 1 or columns < 1 or (window is not None and not window[0] < window[1]):
        raise ConfigError(_no_window(window, bins, columns))
    edges = _edges(sources, history, quantity, window, bins, is_symlog=is_symlog)
    per_column = -(-len(history) // columns)
    starts = np.arange(0, len(history), per_column)
    binning = Binning(edges, len(starts))
    for steps, rows in _histograms(sources, history.name, quantity):
        binning.add(np.searchsorted(history.steps, steps) // per_column, rows)
    counts = binning.counts
    return HistogramGrid(
        name=history.name,
        edges=edges,
        steps=np.append(history.steps[starts], history.steps[-1] + 1),
        counts=counts[:, 1:-1],
        below=counts[:, 0],
        above=counts[:, -1],
        nan_counts=np.add.reduceat(history.nan_counts, starts).astype(np.float64),
        inf_counts=np.add.reduceat(history.inf_counts, starts).astype(np.float64),
        is_symlog=is_symlog,
    )


def _edges(
    sources: Sources,
    history: LayerHistory,
    quantity: str,
    window: tuple[float, float] | None,
    bins: int,
    *,
    is_symlog: bool,
) -> Floats:
    if window is not None:
        return symlog_edges(*window, bins) if is_symlog else np.linspace(*window, bins + 1)
    if is_symlog:
        seen = np.concatenate([history.minima, history.maxima])
        seen = seen[np.isfinite(seen)]
        return (
            symlog_edges(float(seen.min()), float(seen.max()), bins)
            if len(seen)
            else (symlog_edges(-1.0, 1.0, bins))
        )
    spread = f"order by (id * 2654435761) & 65535 limit {_SAMPLE}"  # over the whole run
    some = _packed(sources, history.name, quantity, spread)
    return linear_edges(*total_counts([(shift, content) for _, shift, content in some]), bins)


def _histograms(sources: Sources, name: str, quantity: str) -> Iterator[tuple[list[int], Packed]]:
    rows = _packed(sources, name, quantity, "")
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        yield [row[0] for row in some], [(row[1], row[2]) for row in some]


def _packed(
    sources: Sources, name: str, quantity: str, ending: str
) -> list[tuple[int, int, bytes]]:
    columns = f"select {STEP}, shift, histogram from tallies"
    return sources.rows_of(name, quantity, columns, f"and histogram is not null {ending}")


def _no_histogram(name: str) -> str:
    return account(
        f"no histogram was kept of layer {name!r}",
        facts={"layer": name},
        because="histograms were switched off when it was recorded",
        fix="with_hist=True where it is recorded",
    )


def _no_window(window: tuple[float, float] | None, bins: int, columns: int) -> str:
    return account(
        "nothing can be shown in this window",
        facts={"window": window, "bins": bins, "columns": columns},
        because="it must rise, and have at least one bin and one column",
        fix="window=(-2, 2), bins=100, columns=1000",
    )
