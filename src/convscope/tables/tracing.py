"""A number of a network and where it comes from, as text."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convscope.runs import TracedMap, TracedPatch, TracedStep, TraceRecord

_WIDEST = 7  # columns of a patch that fit beside its kernel and its products


def trace_text(record: TraceRecord) -> str:
    """Write a trace: what the number depends on, then its arithmetic along the strongest path.

    Args:
        record: of the trace.

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
    chosen = " (the largest at this cell)" if record.is_strongest else ""
    number = "" if record.number is None else f" {record.number}"
    lines = [
        f'layer{number} "{record.layer}" {record.type}, channel {record.channel}{chosen}, '
        f"cell {_cell(record.cell)}: {record.value:.6g}"
    ]
    if record.maps:
        lines += ["", "what it depends on"]
        lines += [f"  {_map_line(one)}" for one in record.maps]
    for step in record.steps:
        lines += ["", *_step_lines(step)] if step.kind == "sum" else _step_lines(step)
    return "\n".join(lines)


def _map_line(one: TracedMap) -> str:
    name = f"{one.name} {one.kind}".strip()
    rows, columns = one.pixels.shape[:2]
    box = one.box
    where = "nothing"
    if box is not None:
        top, bottom, left, right = box
        where = f"{_span('row', (top, bottom))}, {_span('column', (left, right))}"
        if one.cells.sum() < (bottom - top + 1) * (right - left + 1):
            where += f" with holes, {int(one.cells.sum()):,} cells"
    status = one.status if one.status == "exact" else f"{one.status}: {one.because}"
    return f"{name}, {rows} x {columns}: {where} ({status})"


def _step_lines(step: TracedStep) -> list[str]:
    who = " ".join(one for one in (step.layer, step.type, _cell(step.cell)) if one)
    if step.kind == "opaque":
        return [f"{who}: {step.note or step.operation}; the chain ends here: {step.value:.6g}"]
    lines = [f"{who} {step.operation}: {_equation(step)}"]
    lines += [f"  {name} {value:.6g}" for name, value in step.facts.items()]
    lines += [f"  {step.note}"] if step.note else []
    if step.kind == "sum":
        lines += [line for patch in step.patches for line in _patch_lines(patch)]
    if step.kind == "sum" and step.hidden:
        lines.append(f"  {step.hidden:,} more, sum {step.hidden_total:.6g}")
    return lines


def _equation(step: TracedStep) -> str:
    if step.kind == "sum":
        products = step.computed - step.bias
        return f"{step.terms:,} products {products:.6g} + bias {step.bias:.6g} = {step.value:.6g}"
    pairs = [
        (float(number), float(weight))
        for patch in step.patches
        for number, weight in zip(patch.numbers.flat, patch.weights.flat, strict=True)
        if np.isfinite(number)
    ]
    if step.kind == "function":
        given = ", ".join(f"{number:.6g}" for number, _ in pairs[:4])
        return f"{step.operation}({given}{', ...' if len(pairs) > 4 else ''}) = {step.value:.6g}"
    if step.kind == "winner":
        others = ", ".join(f"{number:.6g}" for number, weight in pairs if not weight)
        return f"{step.value:.6g}, largest against {others or 'nothing'}"
    terms = " + ".join(_product(*pair) for pair in pairs)
    bias = f" + {step.bias:.6g}" if step.bias or not terms else ""
    return f"{terms}{bias} = {step.value:.6g}"


def _product(number: float, weight: float) -> str:
    return f"{number:.6g}" if weight == 1 else f"{number:.6g} x {weight:.6g}"


def _patch_lines(patch: TracedPatch) -> list[str]:
    if patch.places:
        return _term_lines(patch)
    where = f"{_span('row', patch.rows)}, {_span('column', patch.columns)}"
    lines = [f"  {patch.source} channel {patch.channel}, {where}"]
    if patch.numbers.shape[1] > _WIDEST:
        return [*lines, f"    {patch.numbers.size} products, sum {patch.total:.6g}"]
    grids, signs = [patch.numbers, patch.weights, patch.products], ["x", "="]
    if patch.pixels is not None:
        grids, signs = [patch.pixels, *grids], ["as the net sees it", *signs]
    last = len(patch.numbers) - 1
    for row in range(last + 1):
        line = _row(grids[0][row])
        for sign, grid in zip(signs, grids[1:], strict=True):
            line += f"   {sign if row == last else '':<{len(sign)}} {_row(grid[row])}"
        lines.append(f"  {line}   sum {patch.total:.6g}" if row == last else f"  {line}")
    return lines


def _term_lines(patch: TracedPatch) -> list[str]:
    pairs = zip(patch.numbers[0], patch.weights[0], patch.places, strict=True)
    return [f"  {patch.source}, the strongest terms"] + [
        f"    {_cell(place)}: {number:.6g} x {weight:.6g} = {number * weight:.6g}"
        for number, weight, place in pairs
    ]


def _row(numbers: NDArray[np.float64]) -> str:
    return " ".join("       ." if np.isnan(one) else f"{one + 0.0:8.4g}" for one in numbers)


def _span(name: str, places: Sequence[int]) -> str:
    inside = [one for one in places if one >= 0]
    if not inside:
        return f"no {name}"
    padded = " and padding" if len(inside) < len(places) else ""
    if min(inside) == max(inside):
        return f"{name} {inside[0]}{padded}"
    return f"{name}s {min(inside)} to {max(inside)}{padded}"


def _cell(cell: Sequence[int]) -> str:
    return f"({', '.join(map(str, cell))})"
