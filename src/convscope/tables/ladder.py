"""The chapter's ladder as a table: what was measured, and what the book prints."""

from collections.abc import Callable, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from convscope.runs import Rung, Spread, said
from convscope.words import label

_COLUMNS = (
    *("step", "batch", "lr", "schedule", "epochs", "net"),
    *("train_loss", "valid_loss", "accuracy", "book", "expected"),
)
_LEFT = ("step", "schedule", "net", "expected")


def ladder_table(rungs: Sequence[Rung], lang: str | None = None) -> Table:
    """Lay out the steps, a row each: how it was trained, what came of it, what was expected.

    Args:
        rungs: the steps that were made.
        lang: language of the headings, as for `words.label`.

    Returns:
        A table for rich to print, that fits 80 columns. With several seeds a measured cell has the
        median, and under it the smallest and the largest.

    Example:
        >>> ladder_table([], "en").columns[0].header
        'step'
    """
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)
    for name in _COLUMNS:
        table.add_column(
            label(f"ladder_{name}", lang).replace(" ", "\n"),  # rich breaks words instead
            justify="left" if name in _LEFT else "right",
        )
    for rung in rungs:
        cells = ladder_cells(rung, lang)
        row = [Text(cells[name]) for name in _COLUMNS]
        row[-1].stylize("red" if rung.held is False else "")
        table.add_row(*row)
        table.add_section()
    return table


def ladder_cells(rung: Rung, lang: str | None = None) -> dict[str, str]:
    """Write one step.

    Args:
        rung: the step.
        lang: as for `words.label`.

    Returns:
        Texts, by the column of the table; "band" is what is expected in words, "expected" in signs,
        and whether it is so.
    """
    held = {None: "-", True: label("ladder_yes", lang), False: label("ladder_no", lang)}[rung.held]
    return {
        "step": rung.step,
        "batch": f"{rung.batch_size}",
        "lr": f"{rung.lr:g}",
        "schedule": said(rung.schedule, lang),
        "epochs": f"{rung.epochs}",
        "net": said(rung.net, lang),
        "train_loss": _spread(rung.train_loss, loss),
        "valid_loss": _spread(rung.valid_loss, loss),
        "accuracy": _spread(rung.accuracy, share),
        "book": share(rung.book.accuracy),
        "expected": f"{rung.expected}\n{held}" if rung.band else "-",
        "band": rung.band.text(lang) if rung.band else "-",
        "held": held,
    }


def _spread(spread: Spread, written: Callable[[float], str]) -> str:
    """Write a number over the seeds: the one, or the median and under it both ends."""
    values = [spread.median, spread.low, spread.high]
    return "\n".join(map(written, values if len(spread.values) > 1 else values[:1]))


def loss(value: float) -> str:
    """Write a loss as the book does, with three decimals.

    Returns:
        The text.

    Example:
        >>> loss(0.21131)
        '0.211'
    """
    return f"{value:.3f}"


def share(value: float) -> str:
    """Write an accuracy as the book does, with four decimals.

    Returns:
        The text.

    Example:
        >>> share(0.97431)
        '0.9743'
    """
    return f"{value:.4f}"
