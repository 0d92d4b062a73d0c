"""The page of a comparison: what was asked, what came out, how to read it, how it was measured."""

from dataclasses import replace
from math import isfinite
from statistics import median

from convscope import figures
from convscope.report.pages import page
from convscope.report.pictures import Picture, inlined
from convscope.runs import Chart, Comparison, Spread, said
from convscope.tables import comparison_cells, duration
from convscope.words import label, spoken


def comparison_page(record: Comparison, lang: str | None = None) -> str:
    """Tell a comparison as a page.

    Args:
        record: what was found, with at least one row.
        lang: as for `words.label`.

    Returns:
        HTML, everything within.
    """
    with spoken(lang):  # pictures take their labels from there
        headings, rows = comparison_cells(record)
        about = {
            "data": said(record.data),
            "seeds": ", ".join(map(str, record.seeds)),
            "time": duration(record.seconds),
        }
        return page(
            "comparison.html.j2",
            title=label(f"compare_title_{record.what}"),
            asked=record.asked.text(),
            about=label("compare_page_about").format(**about),
            book=record.book.text(),
            headings=headings,
            rows=rows,
            found=[one.text() for one in record.found],
            notes=[one.text() for one in record.notes],
            reading=_reading(record),
            pictures=_pictures(record),
            is_spread=len(record.seeds) > 1,
        )


def _reading(record: Comparison) -> list[str]:
    several = ("compare_how_cells", "compare_how_apart")
    keys = several if len(record.seeds) > 1 else ("compare_how_one",)
    kinds = {(True, True): "both", (True, False): "dots", (False, True): "lines"}
    drawn = kinds[bool(record.drawn), bool(record.charts)]
    return [label(key) for key in ("compare_how_rows", *keys, f"compare_read_{drawn}")]


def _pictures(record: Comparison) -> list[Picture]:
    """Draw the dots, then each chart: one by one they can be read on a phone."""
    drawn: list[Picture] = []
    if record.drawn:
        dots = figures.comparison(replace(record, charts=()))
        texts = [_dots_alt(record, column) for column in record.columns[: record.drawn]]
        drawn.append(inlined(dots, " ".join(texts)))
    for chart in record.charts:
        figure = figures.comparison(replace(record, drawn=0, charts=(chart,)))
        drawn.append(inlined(figure, _chart_alt(chart)))
    return drawn


def _dots_alt(record: Comparison, column: str) -> str:
    rows = [
        label("compare_dots_row").format(name=said(row.name), **_told(row.spreads[column]))
        for row in record.rows
    ]
    texts = {"measure": label(f"compare_col_{column}"), "rows": ", ".join(rows)}
    return label("compare_dots_alt").format(**texts)


def _told(spread: Spread) -> dict[str, str]:
    return {name: _number(one) for name, one in spread.to_dict().items()}


def _chart_alt(chart: Chart) -> str:
    rows = [
        label("compare_chart_row").format(
            name=said(curve.name),
            first=_number(median(seed[0] for seed in curve.seeds)),
            last=_number(median(seed[-1] for seed in curve.seeds)),
        )
        for curve in chart.curves
    ]
    return label("compare_chart_alt").format(title=label(chart.title), rows=", ".join(rows))


def _number(value: float) -> str:
    return f"{value:.4g}" if isfinite(value) else label("compare_never")
