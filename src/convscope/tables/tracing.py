"""A number of a network and where it comes from, as text."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convscope.runs import TracedMap, TracedPatch, TracedStep, TraceRecord
from convscope.words import label, spoken

_WIDEST = 7  # columns of a patch that fit beside its kernel and its products
_FACTS = {
    "mean": "mean",
    "deviation": "std",
    "gamma": "gamma",
    "beta": "beta",
    "gate": "trace_gate",
    "largest": "trace_maximum",
    "sum of exp(number - largest)": "trace_exponentials",
}


def trace_text(record: TraceRecord, lang: str | None = None) -> str:
    """Write a trace: what the number depends on, then its arithmetic along the strongest path.

    Args:
        record: of the trace.
        lang: as for `words.label`; what cannot be told, and why, is told in English.

    Returns:
        Lines of text.

    Example:
        >>> patch = TracedPatch("input", 0, (0,), (0, 1), np.ones((1, 2)), np.full((1, 2), 2.0))
        >>> step = TracedStep(
        ...     *("0", "Conv2d", "sum", "convolution", (0, 0, 0, 0), 4.5, 4.5, 0.5, 2),
        ...     *((patch,), 0, 0.0, {}, ""),
        ... )
        >>> print(trace_text(TraceRecord("0", 0, "Conv2d", 0, (0, 0), True, 4.5, (), (step,))))
        layer 0 "0" Conv2d, channel 0 (the largest at this cell), cell (0, 0): 4.5
        <BLANKLINE>
        0 Conv2d (0, 0, 0, 0) convolution: 2 products 4 + bias 0.5 = 4.5
          input channel 0, row 0, columns 0 to 1
                 1        1   x        2        2   =        2        2   sum 4
    """
    with spoken(lang):
        return "\n".join(_lines(record))


def _lines(record: TraceRecord) -> list[str]:
    head = label("trace_head").format(
        number="" if record.number is None else f" {record.number}",
        layer=record.layer,
        type=record.type,
        channel=record.channel,
        chosen=label("trace_strongest") if record.is_strongest else "",
        cell=_cell(record.cell),
        value=f"{record.value:.6g}",
    )
    lines = [head]
    if record.maps:
        lines += ["", label("trace_depends")]
        lines += [f"  {_map_line(one)}" for one in record.maps]
    for step in record.steps:
        lines += ["", *_step_lines(step)] if step.kind == "sum" else _step_lines(step)
    return lines


def _map_line(one: TracedMap) -> str:
    name = f"{one.name} {one.kind}" if one.kind else label("trace_input")
    rows, columns = one.pixels.shape[:2]
    where = label("trace_nothing")
    if one.box is not None:
        top, bottom, left, right = one.box
        where = f"{_span('row', (top, bottom))}, {_span('column', (left, right))}"
        if one.cells.sum() < (bottom - top + 1) * (right - left + 1):
            where = label("trace_holes").format(where=where, count=f"{int(one.cells.sum()):,}")
    exact = one.status == "exact"
    status = label("trace_exact") if exact else f"{label('trace_least')}: {one.because}"
    return f"{name}, {rows} x {columns}: {where} ({status})"


def _step_lines(step: TracedStep) -> list[str]:
    who = " ".join(one for one in (step.layer, step.type, _cell(step.cell)) if one)
    if step.kind == "opaque":
        end = label("trace_ends").format(value=f"{step.value:.6g}")
        return [f"{who}: {step.note or step.operation}; {end}"]
    lines = [f"{who} {step.operation}: {_equation(step)}"]
    for name, value in step.facts.items():
        lines.append(f"  {label(_FACTS[name]) if name in _FACTS else name} {value:.6g}")
    lines += [f"  {step.note}"] if step.note else []
    if step.kind == "sum":
        lines += [line for patch in step.patches for line in _patch_lines(patch)]
    if step.kind == "sum" and step.hidden:
        rest = {"count": f"{step.hidden:,}", "sum": f"{step.hidden_total:.6g}"}
        lines.append("  " + label("trace_rest").format(**rest))
    return lines


def _equation(step: TracedStep) -> str:
    value = f"{step.value:.6g}"
    if step.kind == "sum":
        return label("trace_equation").format(
            count=f"{step.terms:,}",
            sum=f"{step.computed - step.bias:.6g}",
            bias=f"{step.bias:.6g}",
            value=value,
        )
    pairs = [
        (float(number), float(weight))
        for patch in step.patches
        for number, weight in zip(patch.numbers.flat, patch.weights.flat, strict=True)
        if np.isfinite(number)
    ]
    if step.kind == "function":
        given = ", ".join(f"{number:.6g}" for number, _ in pairs[:4])
        return f"{step.operation}({given}{', ...' if len(pairs) > 4 else ''}) = {value}"
    if step.kind == "winner":
        others = ", ".join(f"{number:.6g}" for number, weight in pairs if not weight)
        return label("trace_largest").format(value=value, others=others or "-")
    terms = " + ".join(_product(*pair) for pair in pairs)
    bias = f" + {step.bias:.6g}" if step.bias or not terms else ""
    return f"{terms}{bias} = {value}"


def _product(number: float, weight: float) -> str:
    return f"{number:.6g}" if weight == 1 else f"{number:.6g} x {weight:.6g}"


def _patch_lines(patch: TracedPatch) -> list[str]:
    if patch.places:
        return _term_lines(patch)
    where = f"{_span('row', patch.rows)}, {_span('column', patch.columns)}"
    named = {"source": _source(patch), "channel": patch.channel, "where": where}
    lines = ["  " + label("trace_block").format(**named)]
    total = f"{patch.total:.6g}"
    if patch.numbers.shape[1] > _WIDEST:
        told = label("trace_wide").format(count=patch.numbers.size, sum=total)
        return [*lines, f"    {told}"]
    grids, signs = [patch.numbers, patch.weights, patch.products], ["x", "="]
    if patch.pixels is not None:
        grids, signs = [patch.pixels, *grids], [label("trace_net"), *signs]
    last = len(patch.numbers) - 1
    for row in range(last + 1):
        line = _row(grids[0][row])
        for sign, grid in zip(signs, grids[1:], strict=True):
            line += f"   {sign if row == last else '':<{len(sign)}} {_row(grid[row])}"
        lines.append(f"  {line}   {label('sum')} {total}" if row == last else f"  {line}")
    return lines


def _term_lines(patch: TracedPatch) -> list[str]:
    pairs = zip(patch.numbers[0], patch.weights[0], patch.places, strict=True)
    return ["  " + label("trace_top").format(source=_source(patch))] + [
        f"    {_cell(place)}: {number:.6g} x {weight:.6g} = {number * weight:.6g}"
        for number, weight, place in pairs
    ]


def _source(patch: TracedPatch) -> str:
    return label("trace_input") if patch.source == "input" else patch.source


def _row(numbers: NDArray[np.float64]) -> str:
    return " ".join("       ." if np.isnan(one) else f"{one + 0.0:8.4g}" for one in numbers)


def _span(name: str, places: Sequence[int]) -> str:
    inside = [one for one in places if one >= 0]
    if not inside:
        return label(f"trace_no_{name}")
    first, last = min(inside), max(inside)
    key = f"trace_{name}" if first == last else f"trace_{name}s"
    where = label(key).format(first=first, last=last)
    return label("trace_padded").format(where=where) if len(inside) < len(places) else where


def _cell(cell: Sequence[int]) -> str:
    return f"({', '.join(map(str, cell))})"
