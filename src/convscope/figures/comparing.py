"""A comparison as pictures: every seed a dot, every course a line with the band of its seeds."""

from collections.abc import Sequence
from math import isfinite

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from convscope.figures.fitting import fitted
from convscope.figures.sheet import FAINT, caption
from convscope.figures.thinning import finite
from convscope.runs import MEASURES, Chart, Comparison, Name, Spread, said
from convscope.words import label

_ROW, _CHART, _REST = 0.36, 4.2, 1.5  # inches: a row of dots, a chart, titles and the sentence
_MOST_TICKS = 9  # a value each; more would not fit
_WIDTH = 13.0
_SHARES = (0.1, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)


def comparison(record: Comparison, *, figure: Figure | None = None) -> Figure:
    """Draw what was tried, seed by seed, and the courses below.

    Args:
        record: the comparison.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure: a panel for each drawn column with a line a row, then one for each chart.

    Example:
        >>> from convscope.runs import Tried
        >>> rows = (Tried("BatchNorm2d", {"accuracy": Spread((0.97, 0.98))}),)
        >>> record = Comparison(
        ...     what="norm", data="digits", seeds=(0, 1), columns=("accuracy",), rows=rows
        ... )
        >>> drawn = comparison(record)
        >>> [axes.get_xlabel() for axes in drawn.axes]
        ['accuracy, 0 to 1']
    """
    dots = _ROW * len(record.rows) + 0.8 if record.drawn else 0.0
    lines = _CHART if record.charts else 0.0
    figure = fitted(figure, (_WIDTH, dots + lines + _REST))
    heights = [part for part in (dots, lines) if part]
    parts = iter(figure.add_gridspec(len(heights), 1, height_ratios=heights))
    if dots:
        grid = next(parts).subgridspec(1, record.drawn)
        panels = [figure.add_subplot(grid[0, place]) for place in range(record.drawn)]
        for axes, column in zip(panels, record.columns, strict=False):
            spreads = [row.spreads[column] for row in record.rows]
            _draw_dots(axes, spreads, _unit(column))
        _name_rows(panels, [row.name for row in record.rows])
    if lines:
        grid = next(parts).subgridspec(1, len(record.charts))
        for place, chart in enumerate(record.charts):
            _draw_chart(figure.add_subplot(grid[0, place]), chart)
    about = {"data": said(record.data), "seeds": f"{len(record.seeds)}"}
    heading = label("compare_heading").format(title=label(f"compare_title_{record.what}"), **about)
    figure.suptitle(heading, parse_math=False)
    kinds = {(True, True): "both", (True, False): "dots", (False, True): "lines"}
    caption(figure, f"compare_read_{kinds[bool(dots), bool(lines)]}")
    return figure


def _unit(column: str) -> str:
    unit = label(f"compare_col_{column}")
    is_share = MEASURES[column].kind == "share"
    return label("compare_share").format(measure=unit) if is_share else unit


def _draw_dots(axes: Axes, spreads: Sequence[Spread], unit: str) -> None:
    """Draw a row of dots for each spread; what never was a number is said in words."""
    for place, spread in enumerate(spreads):
        known = [value for value in spread.values if isfinite(value)]
        color = f"C{place % 10}"
        if known:
            axes.plot([min(known), max(known)], [place, place], color=FAINT, lw=2, zorder=1)
            axes.plot(known, [place] * len(known), "o", color=color, alpha=0.7, markersize=6)
        if isfinite(spread.median):
            axes.plot([spread.median], [place], "|", color="black", markersize=16, mew=2)
        if len(known) < len(spread.values):
            text = f"{label('compare_never')}: {len(spread.values) - len(known)}"
            axes.annotate(
                text, (1.0, place), (-4, 0), xycoords=("axes fraction", "data"),
                textcoords="offset points", ha="right", va="center", fontsize=8,
            )  # fmt: skip
    axes.set(xlabel=unit, ylim=(len(spreads) - 0.5, -0.5))
    axes.margins(x=0.08)
    axes.grid(axis="x", color="#edf2f7")
    axes.set_axisbelow(True)


def _name_rows(panels: Sequence[Axes], names: Sequence[Name]) -> None:
    rows = range(len(names))
    panels[0].set_yticks(rows, labels=[said(name) for name in names])
    panels[0].set_ylabel(label("compare_tried"))
    for axes in panels[1:]:
        axes.set_yticks(rows, labels=[""] * len(names))


def _draw_chart(axes: Axes, chart: Chart) -> None:
    """Draw every curve: the median of its seeds, and the band from the lowest to the highest."""
    for place, curve in enumerate(chart.curves):
        values = finite(np.asarray(curve.seeds, dtype=np.float64).ravel()).reshape(
            len(curve.seeds), -1
        )
        color = f"C{place % 10}"
        few = "o" if len(curve.xs) <= _MOST_TICKS else ""
        middle = np.median(values, axis=0)
        axes.plot(curve.xs, middle, color=color, lw=1.6, marker=few, label=said(curve.name))
        if len(values) > 1:
            axes.fill_between(
                curve.xs, values.min(axis=0), values.max(axis=0), color=color, alpha=0.18, lw=0
            )
    axes.set(title=label(chart.title), xlabel=label(chart.x), ylabel=label(chart.y))
    if "x" in chart.logarithmic:
        axes.set_xscale("log")
        ticks = sorted({x for curve in chart.curves for x in curve.xs})
        if len(ticks) <= _MOST_TICKS:
            axes.set_xticks(ticks, labels=[f"{tick:g}" for tick in ticks])
            axes.xaxis.set_minor_formatter(NullFormatter())
    if "y" in chart.logarithmic:
        axes.set_yscale("log")
    if chart.in_odds:
        axes.set_yscale("logit", nonpositive="clip")
        axes.set_ylim(_SHARES[0] / 2, _SHARES[-1])
        axes.set_yticks(_SHARES, labels=[f"{share:g}" for share in _SHARES])
        axes.yaxis.set_minor_formatter(NullFormatter())
    if len(chart.curves) > 1:
        axes.legend(frameon=False, fontsize=8)
    axes.grid(color="#edf2f7")
