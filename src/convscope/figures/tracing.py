"""A number of a network, back to the picture: boxes on the maps, and the arithmetic."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from convscope.figures.cells import SIGNED, TIMES, dots, draw_cells, number, outline, span
from convscope.figures.sheet import caption, sheet
from convscope.runs import TracedMap, TracedPatch, TracedStep, TraceRecord
from convscope.words import label

_MOST_ROWS = 3  # sums that are drawn
_MOST_PATCHES = 2  # channels of each
_LARGEST_KERNEL = 9  # whose numbers can still be read


def traced(record: TraceRecord, *, figure: Figure | None = None) -> Figure:
    r"""Draw where a number comes from: boxes on picture and maps, then the sums with their numbers.

    Args:
        record: of the trace.
        figure: to draw into; by default a fresh one, as tall as needed.

    Returns:
        The figure.

    Example:
        >>> cells = np.eye(4, dtype=bool)
        >>> picture = TracedMap("input", "", 0, 1, np.eye(4), cells)
        >>> drawn = traced(TraceRecord("0", 0, "Conv2d", 0, (1, 1), True, 2.0, (picture,), ()))
        >>> drawn.subfigs[0].axes[0].get_title()
        'input, 4 x 4\nrows 0 to 3, columns 0 to 3'
    """
    sums = [one for one in record.steps if one.kind == "sum" and one.patches][:_MOST_ROWS]
    heights = [4.0, *(2.8 if len(one.patches[0].numbers) > 1 else 1.3 for one in sums)]
    width = max(9.0, 3.4 * len(record.maps), max((_width(one) for one in sums), default=0))
    figure = sheet(figure, (width, sum(heights) + 1.2))
    parts: Any = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    panels = np.atleast_1d(parts[0].subplots(1, max(1, len(record.maps))))
    for axes, one in zip(panels, record.maps, strict=False):
        _draw_map(axes, one)
    for part, step in zip(parts[1:], sums, strict=True):
        _draw_sum(part, step)
    names = {"layer": f"{record.layer} {record.type}", "channel": record.channel}
    title = label("trace_title").format(
        **names, cell=_cell(record.cell), value=f"{record.value:.4g}"
    )
    parts[0].suptitle(f"{title}\n", parse_math=False)  # the layout leaves it no room of its own
    caption(figure, "read_trace")
    return figure


def _draw_map(axes: Axes, one: TracedMap) -> None:
    shown, box = one.pixels, one.box
    if shown.ndim == 3:
        axes.imshow(np.clip(shown, 0, 1), interpolation="nearest")
    else:
        longest = max(shown.shape)
        size = 7 if longest <= 7 else 5 if longest <= 10 else 0
        draw_cells(axes, shown, cmap=SIGNED if one.kind else "Greys", size=size)
    rows, columns = shown.shape[:2]
    name = f"{one.name} {one.kind}" if one.kind else label("trace_input")
    if one.kind:
        name = label("trace_map").format(name=name, channel=one.channel, channels=one.channels)
    lines = [f"{name}, {rows} x {columns}"]
    if box is not None:
        top, bottom, left, right = box
        key = "trace_box" if one.status == "exact" else "trace_at_least"
        alone = one.cells.sum() == 1 and one.status == "exact"
        where = {"top": top, "bottom": bottom, "left": left, "right": right}
        where |= {"row": top, "column": left}
        lines.append(label("one_cell" if alone else key).format(**where))
        style = {"linestyle": "-" if one.status == "exact" else "--"}
        outline(axes, (top, bottom), (left, right), **style)
        down, across = np.nonzero(one.cells)
        if len(down) < (bottom - top + 1) * (right - left + 1):
            for row in np.unique(down):
                dots(axes, [int(row)], [int(at) for at in across[down == row]])
    axes.set_title("\n".join(lines), fontsize=9, parse_math=False)


def _draw_sum(part: Any, step: TracedStep) -> None:  # noqa: ANN401 - matplotlib's SubFigure
    shown = step.patches[:_MOST_PATCHES]
    columns = [column for patch in shown for column in _columns(patch, step)]
    widths = [max(1.0, grid.shape[1] / grid.shape[0]) for _, grid, _ in columns]
    panels = np.atleast_1d(part.subplots(1, len(columns), width_ratios=widths))
    for axes, (title, grid, cmap) in zip(panels, columns, strict=True):
        readable = max(grid.shape) <= _LARGEST_KERNEL or grid.shape[0] == 1
        size = (
            0 if not readable else 8 if max(grid.shape) <= 3 else 6 if max(grid.shape) <= 5 else 4.5
        )
        draw_cells(axes, grid, cmap=cmap, size=size, limits=_limits(grid, cmap))
        axes.set(xticks=[], yticks=[])
        axes.set_title(title, fontsize=8, parse_math=False)
    total = step.computed - step.bias
    channel, cell = (step.cell[1], step.cell[2:]) if len(step.cell) > 1 else ("", step.cell)
    title = label("trace_sum").format(
        layer=f"{step.layer} {step.type}",
        channel=channel,
        cell=_cell(cell),
        count=f"{step.terms:,}",
        sum=f"{total:.4g}",
        bias=f"{step.bias:.4g}",
        value=f"{step.value:.4g}",
    )
    hidden = step.hidden + len(step.patches) - len(shown)
    if hidden:
        rest = step.hidden_total + sum(one.total for one in step.patches[_MOST_PATCHES:])
        title += "; " + label("trace_hidden").format(count=f"{hidden:,}", sum=f"{rest:.4g}")
    part.suptitle(f"{title}\n", fontsize=9, parse_math=False)


def _columns(patch: TracedPatch, step: TracedStep) -> list[tuple[str, NDArray[np.float64], str]]:
    source = label("trace_input") if patch.source == "input" else patch.source
    named = {"source": source, "channel": patch.channel, "count": f"{step.terms:,}"}
    patch_name = label("trace_terms" if patch.places else "trace_patch").format(**named)
    weights = label("trace_weights" if patch.places else "trace_kernel")
    found = [
        (patch_name, patch.numbers, SIGNED),
        (f"{TIMES} {weights}", patch.weights, SIGNED),
        ("= " + label("trace_products").format(sum=number(patch.total)), patch.products, SIGNED),
    ]
    if patch.pixels is not None:
        own = label("trace_own").format(channel=patch.channel)
        found[0] = (label("trace_seen"), patch.numbers, SIGNED)
        found.insert(0, (own, patch.pixels, "Greys"))
    return found


def _limits(grid: NDArray[np.float64], cmap: str) -> tuple[float, float]:
    return (0, 255) if cmap == "Greys" else span(grid, signed=True)


def _width(step: TracedStep) -> float:
    shown = step.patches[:_MOST_PATCHES]
    return sum(
        max(1.0, one.shape[1] / one.shape[0]) * 1.9 if len(one) > 1 else 4.2
        for patch in shown
        for _, one, _ in _columns(patch, step)
    )


def _cell(cell: Sequence[int]) -> str:
    return f"({', '.join(map(str, cell))})"
