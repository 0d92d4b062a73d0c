"""From a recording to the receptive field of every value in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import torch

from convscope.probe.record import Operation, Recording
from convscope.probe.rules import RULES
from convscope.probe.spans import UNKNOWN, Span, picture
from convscope.probe.steps import Step
from convscope.runs import FieldOfView, FieldStatus

_Told = tuple[int | None, Fraction | None, Fraction | None, FieldStatus]
_DATA_DEPENDENT = Span(None, None, "data-dependent")


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields of all values, along each axis of the picture."""

    recording: Recording
    lengths: tuple[int, ...]
    spans: tuple[dict[int, Span | None], ...]
    blamed: dict[int, str]
    told: dict[tuple[int, int], _Told] = field(default_factory=dict[tuple[int, int], _Told])
    """What was told of a span before, by its identity: layers that only rescale share them."""

    def of(self, value: int) -> FieldOfView:
        """Tell the field of one value."""
        found = [self._axis(spans.get(value), length) for spans, length in self._axes()]
        statuses: set[FieldStatus] = {status for _, _, _, status in found}
        return FieldOfView(
            tuple(size for size, _, _, _ in found),
            tuple(jump for _, jump, _, _ in found),
            tuple(centre for _, _, centre, _ in found),
            _together(statuses),
            self.blamed.get(value, ""),
        )

    def _axis(self, span: Span | None, length: int) -> _Told:
        key = id(span), length
        if key not in self.told:
            self.told[key] = _axis(span, length)
        return self.told[key]

    def nothing(self) -> FieldOfView:
        """Tell the field of what is no tensor: nothing is known of it."""
        none = (None,) * len(self.lengths)
        return FieldOfView(none, none, none, "unknown", "it gives no tensor")

    def _axes(self) -> list[tuple[dict[int, Span | None], int]]:
        return list(zip(self.spans, self.lengths, strict=True))


def fields_of(recording: Recording) -> Fields:
    """Follow every pixel of the picture through a recording.

    The picture is the first floating-point input with at least three axes; its places lie along the
    third and the following axes.

    Args:
        recording: of one pass.

    Returns:
        The fields.
    """
    values = recording.values
    seen = [values[one] for one in recording.inputs]
    first = next((one for one in seen if len(one.shape) > 2 and one.dtype.is_floating_point), None)
    if first is None:
        return Fields(recording, (), (), {})
    rank = len(first.shape)
    blamed: dict[int, str] = {}
    spans: list[dict[int, Span | None]] = []
    with torch.no_grad():
        for dim in range(2, rank):
            begin: dict[int, Span | None] = {
                one.index: UNKNOWN for one in values if one.origin == "unseen"
            }
            begin[first.index] = picture(first.shape[dim], rank, dim)
            spans.append(_followed(recording, begin, blamed))
    return Fields(recording, first.shape[2:], tuple(spans), blamed)


def _followed(
    recording: Recording, spans: dict[int, Span | None], blamed: dict[int, str]
) -> dict[int, Span | None]:
    reads: dict[int, list[int]] = {}
    for moment, value in zip(recording.escape_moments, recording.escapes, strict=True):
        reads.setdefault(moment, []).append(value)
    tainted = ""
    for operation in recording.operations:
        if any(spans.get(value) for value in reads.get(operation.index, [])):
            tainted = "the network reads numbers computed from the picture in Python"
        if not operation.outputs:
            continue
        results, reason = (
            ([_DATA_DEPENDENT], tainted) if tainted else _spread(recording, operation, spans)
        )
        results += results[-1:] * (len(operation.outputs) - len(results))
        for value, span in zip(operation.outputs, results, strict=True):
            spans[value] = span
            if span is not None and span.box is None:
                blamed.setdefault(value, reason or _blamed(operation.inputs, blamed))
    return spans


def _spread(
    recording: Recording, operation: Operation, spans: dict[int, Span | None]
) -> tuple[list[Span | None], str]:
    """Apply the rule of an operation.

    Returns:
        A span for its results, and what is to blame if it is not known.
    """
    where = recording.owner(operation)
    name = f"{operation.name!r}" + (f" in {where}" if where else "")
    inputs = [spans.get(one) for one in operation.inputs]
    rule = RULES.get(operation.name)
    for status in ("unknown", "data-dependent"):
        if any(one is not None and one.status == status for one in inputs):
            return [Span(None, None, status)], ""
    if rule is None:
        blind = not inputs or any(inputs)  # nothing comes of what depends on nothing
        return ([UNKNOWN], f"there is no rule for {name}") if blind else ([None], "")
    try:
        found = rule.spread(Step(recording, operation, spans))
    except Exception as error:  # noqa: BLE001 - whatever surprised a rule, its answer is not known
        return [UNKNOWN], f"the rule for {name} does not cover this use ({type(error).__name__})"
    if isinstance(found, list):
        return found, ""
    reason = ""
    if found is not None and found.box is None:
        lost = found.status == "unknown"
        reason = f"what {name} {'gives is not known' if lost else 'reads depends on the picture'}"
    first, *others = (recording.values[one].shape for one in operation.outputs)
    return [found, *(found if shape == first or not found else UNKNOWN for shape in others)], reason


def _blamed(inputs: Sequence[int], blamed: dict[int, str]) -> str:
    return next((blamed[one] for one in inputs if one in blamed), "")


def _axis(span: Span | None, length: int) -> _Told:
    """Tell size, jump, centre and status along one axis."""
    if span is None:
        return 0, None, None, "exact"
    if span.box is None:
        return None, None, None, span.status
    if span.law is None:
        least, most = float(span.box.first.max()), float(span.box.last.min())
        whole = least <= 0 and most >= length - 1
        centre = Fraction(length - 1, 2) if whole else None
        status = "whole input" if whole and span.status == "exact" else span.status
        return span.box.largest(), None, centre, status
    cell = span.law.first()
    ends = float(cell.first.min()), float(cell.last.max())
    centre = Fraction(int(ends[0] + ends[1]), 2) if ends[0] <= ends[1] else None
    dims = [at for at in range(span.law.box.first.dim()) if at != span.law.dim]
    return span.law.box.over(dims).largest(), span.law.jump, centre, span.status


def _together(statuses: set[FieldStatus]) -> FieldStatus:
    order: tuple[FieldStatus, ...] = ("unknown", "data-dependent", "upper bound")
    for status in order:
        if status in statuses:
            return status
    return "whole input" if statuses == {"whole input"} else "exact"
