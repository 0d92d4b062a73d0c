"""The runs of a folder, as a table."""

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from convscope.runs import RunSummary
from convscope.tables.names import one_line
from convscope.tables.numbers import number
from convscope.words import label

_COLOURS = {"done": "green", "running": "cyan", "failed": "red", "damaged": "red", "lost": "red"}


def runs_table(runs: Sequence[RunSummary], lang: str | None = None) -> Table:
    """Lay out runs, a row each.

    Args:
        runs: as `convscope.runs.list_runs` gives them.
        lang: language of the headings and states, as for `words.label`.

    Returns:
        A table for rich to print, the reasons under it; names are shown as they are, not as markup.

    Example:
        >>> table = runs_table([RunSummary(path=Path("runs/first"), status="done")])
        >>> table.row_count
        1
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption_justify="left")
    for key in ("run", "data", "status", "best_epoch", "accuracy"):
        table.add_column(
            label(key, lang),
            justify="right" if key in {"best_epoch", "accuracy"} else "left",
            overflow="fold",
            no_wrap=key in {"run", "status"},  # people copy the first
        )
    for run in runs:
        table.add_row(
            Text(one_line(run.name)),
            Text(one_line(Path(run.data).name)),
            Text(label(run.status, lang), style=_COLOURS.get(run.status, "")),
            "-" if run.best_epoch is None else f"{run.best_epoch}",
            number(run.best["accuracy"]) if "accuracy" in run.best else "-",
        )
    reasons = [one_line(f"{run.name}: {run.reason}") for run in runs if run.reason]
    table.caption = Text("\n".join(reasons)) if reasons else None
    return table
