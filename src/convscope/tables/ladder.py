"""The chapter's ladder as a table: what was measured, and what the book prints."""

from collections.abc import Callable, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from convscope.runs import Rung, Spread, said
from convscope.words import label

_LEFT = ("step", "schedule", "net", "band")
_COLUMNS = (
    *("step", "batch", "lr", "schedule", "epochs", "net"),
    *("train_loss", "valid_loss", "accuracy", "book", "band", "held"),
)


def ladder_table(rungs: Sequence[Rung], lang: str | None = None) -> Table:
    """Lay out the steps, a row each: how it was trained, what came of it, what was expected.

    Args:
        rungs: the steps that were made.
        lang: language of the headings, as for `words.label`.

    Returns:
        A table for rich to print. With several seeds a measured cell has the median, and under it
        the range.

    Example:
        >>> ladder_table([]).columns[0].header
        'step'
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in _COLUMNS:
        table.add_column(
            label(f"ladder_{name}", lang),
            justify="left" if name in _LEFT else "right",
            min_width=14 if name == "band" else None,
        )
    for rung in rungs:
        cells = ladder_cells(rung, lang)
        row = [Text(cells[name]) for name in _COLUMNS]
        row[-1].stylize("red" if rung.held is False else "")
        table.add_row(*row)
    return table


def ladder_cells(rung: Rung, lang: str | None = None) -> dict[str, str]:
    """Write one step.

    Args:
        rung: the step.
        lang: as for `words.label`.

    Returns:
        Texts, by the column of the table.
    """
    held = {None: "-", True: label("ladder_yes", lang), False: label("ladder_no", lang)}
    return {
        "step": rung.step,
        "batch": f"{rung.batch_size}",
        "lr": f"{rung.lr:g}",
        "schedule": said(rung.schedule, lang),
        "epochs": f"{rung.epochs}",
        "net": said(rung.net, lang),
        "train_loss": spread_text(rung.train_loss, loss),
        "valid_loss": spread_text(rung.valid_loss, loss),
        "accuracy": spread_text(rung.accuracy, share),
        "book": share(rung.book.accuracy),
        "band": rung.band.text(lang) if rung.band else "-",
        "held": held[rung.held],
    }


def spread_text(spread: Spread, written: Callable[[float], str], between: str = " - ") -> str:
    r"""Write a number over the seeds.

    Args:
        spread: a value a seed.
        written: writes one.
        between: stands between the smallest and the largest.

    Returns:
        The one value; of several the median, and the range on a second line.

    Example:
        >>> spread_text(Spread((0.25, 0.5, 1.0)), share)
        '0.5000\n0.2500 - 1.0000'
    """
    middle = written(spread.median)
    if len(spread.values) == 1:
        return middle
    return f"{middle}\n{written(spread.low)}{between}{written(spread.high)}"


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
