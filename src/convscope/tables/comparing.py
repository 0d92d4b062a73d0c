"""A comparison as a table: a row for each thing that was tried, its spread in every cell."""

from collections.abc import Callable
from math import isfinite

from rich import box
from rich.table import Table

from convscope.runs import MEASURES, Comparison, Spread, said
from convscope.tables.numbers import duration, number
from convscope.words import label


def comparison_table(record: Comparison, lang: str | None = None) -> Table:
    r"""Lay out what was tried, a row each.

    Args:
        record: the comparison.
        lang: language of headings and names, as for `words.label`.

    Returns:
        A table for rich to print. With several seeds a cell has the median, and under it the
        smallest and the largest.

    Example:
        >>> from convscope.runs import Spread, Tried
        >>> rows = (Tried("BatchNorm2d", {"accuracy": Spread((0.97, 0.98))}),)
        >>> record = Comparison(
        ...     what="norm", data="digits", seeds=(0, 1), columns=("accuracy",), rows=rows
        ... )
        >>> list(comparison_table(record, "en").columns[1].cells)
        ['0.9750\n0.9700\n0.9800']
    """
    several = label("compare_spread", lang) if len(record.seeds) > 1 else None
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), caption=several)
    (first, *headings), rows = comparison_cells(record, lang)
    table.add_column(first, overflow="fold")
    for heading in headings:
        table.add_column(heading, justify="right")
    if len(rows[0]) > 1 + len(headings):
        table.add_column("", style="red", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def comparison_cells(
    record: Comparison, lang: str | None = None
) -> tuple[list[str], list[list[str]]]:
    """Write what stands in the table.

    Args:
        record: the comparison, with at least one row.
        lang: of headings and names, as for `words.label`.

    Returns:
        Headings: of the names, and of each column; and the rows. With several seeds a cell has
        three lines. Where any row has a remark, each has one cell more, without a heading.
    """
    headings = [label("compare_tried", lang)]
    headings += [label(f"compare_col_{column}", lang) for column in record.columns]
    remarked = any(row.remark for row in record.rows)
    rows = [
        [
            said(row.name, lang),
            *(_cell(row.spreads[column], column, lang) for column in record.columns),
            *([row.remark.text(lang) if row.remark else ""] if remarked else []),
        ]
        for row in record.rows
    ]
    return headings, rows


def _cell(spread: Spread, measure: str, lang: str | None) -> str:
    values = [spread.median, spread.low, spread.high]
    shown = values if len(spread.values) > 1 else values[:1]
    return "\n".join(_written(value, measure, lang) for value in shown)


def _written(value: float, measure: str, lang: str | None) -> str:
    kind = MEASURES[measure].kind
    if not isfinite(value):
        return label("compare_never", lang) if kind == "count" else "∞"
    return _KINDS[kind](value)


_KINDS: dict[str, Callable[[float], str]] = {
    "share": number,
    "loss": number,
    "count": lambda value: f"{value:,.0f}",
    "seconds": duration,
}
