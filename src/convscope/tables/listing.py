"""The runs of a folder, as a table."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from convscope.runs import RunSummary
from convscope.tables.numbers import number
from convscope.words import label

_COLOURS = {"done": "green", "running": "cyan", "failed": "red", "damaged": "red", "lost": "red"}


def runs_table(runs: Sequence[RunSummary], lang: str | None = None) -> Table:
    """Lay out runs, a row each.

    Args:
        runs: as `convscope.runs.list_runs` gives them.
        lang: language of the headings and states, as for `words.label`.

    Returns:
        A table for rich to print; names are shown as they are, not as markup.

    Example:
        >>> table = runs_table([RunSummary(path=Path("runs/first"), status="done")])
        >>> table.row_count
        1
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for key in ("run", "started", "data", "best_epoch", "accuracy", "status"):
        table.add_column(
            label(key, lang),
            justify="right" if key in {"best_epoch", "accuracy"} else "left",
            overflow="fold",
            no_wrap=key == "run",  # people copy it
        )
    for run in runs:
        table.add_row(
            Text(run.name),
            _local(run.started),
            Text(Path(run.data).name),
            "-" if run.best_epoch is None else f"{run.best_epoch}",
            number(run.best["accuracy"]) if "accuracy" in run.best else "-",
            Text(_status(run, lang), style=_COLOURS.get(run.status, "")),
        )
    return table


def _status(run: RunSummary, lang: str | None) -> str:
    return f"{label(run.status, lang)}: {run.reason}" if run.reason else label(run.status, lang)


def _local(started: str) -> str:
    try:
        return f"{datetime.fromisoformat(started).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return "-"
