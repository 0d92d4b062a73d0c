"""A network taken apart, as text and as HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from fractions import Fraction
from html import escape
from typing import Any

from convscope.runs import AnatomyRecord, LayerRow
from convscope.tables.cells import CELLS, bytes_text, first_shape
from convscope.tables.facts import facts
from convscope.words import label

ANATOMY = ("path", "layer", "output", "parameters", "multiply_adds", "field")
_DROPPED_FIRST = ("activation", "window", "input", "path", "trainable", "field", "multiply_adds")
_BOOK = "the book"  # in a record, among the names of libraries
_RIGHT = {"parameters", "multiply_adds", "activation", "field"}


def anatomy_text(
    record: AnatomyRecord,
    columns: Sequence[str] = ANATOMY,
    *,
    more: Mapping[str, object] | None = None,
    each: bool = False,
    width: int | None = None,
    lang: str | None = None,
) -> str:
    """Lay out a network as plain text.

    Args:
        record: the network.
        columns: of "path", "layer", "input", "output", "window", "parameters", "trainable",
            "multiply_adds", "activation", "field".
        more: names and values for the end.
        each: tell multiply-adds of one item of the batch, where they can be divided.
        width: characters in a line; columns that do not fit are left out and named. None: any.
        lang: as for `words.label`.

    Returns:
        Lines without control characters: the table, totals, how to read it.

    Example:
        >>> from convscope.runs import FieldOfView
        >>> row = LayerRow("0", "ReLU", True, 0, (), ((1, 2),), None, 0, 0, 0, 0, 8, FieldOfView())
        >>> record = AnatomyRecord("Net", ((1, 2),), (), (row,), 0, 0, 0, 0, (), 8)
        >>> print(anatomy_text(record, ["layer", "output"], lang="en").splitlines()[3])
        ReLU          1 x 2
    """
    each = each and _divides(record)
    lines = [
        label("anatomy_network", lang).format(
            network=record.network, shape=first_shape(record.inputs, lang)
        )
    ]
    shown, dropped = _fitting(record, list(columns), width, lang, each=each)
    rows = [[_cell(one, row, record, lang, each=each) for one in shown] for row in record.rows]
    headings = [label(f"anatomy_{one}", lang) for one in shown]
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    rule = "-" * min(sum(widths) + 2 * len(widths) - 2, width or 200)
    lines += [
        rule,
        _line(headings, widths, shown),
        *(_line(row, widths, shown) for row in rows),
        rule,
    ]
    told = _totals(record, shown, lang, each=each) | dict(more or {})
    if dropped:
        names = ", ".join(label(f"anatomy_{one}", lang) for one in dropped)
        told[label("anatomy_left_out", lang)] = names
    return "\n".join([*lines, facts(told)])


def anatomy_html(
    record: AnatomyRecord,
    columns: Sequence[str] = ANATOMY,
    *,
    more: Mapping[str, object] | None = None,
    each: bool = False,
    lang: str | None = None,
) -> str:
    """Lay out a network as an HTML table, for a notebook.

    Args:
        record: the network.
        columns: as for `anatomy_text`.
        more: names and values for the end.
        each: as for `anatomy_text`.
        lang: as for `words.label`.

    Returns:
        A table and a list of totals, every text escaped.

    Example:
        >>> record = AnatomyRecord("<Net>", (), (), (), 0, 0, 0, 0, (), 0)
        >>> "&lt;Net&gt;" in anatomy_html(record, lang="en")
        True
    """
    each = each and _divides(record)

    def line(cells: Sequence[str], tag: str) -> str:
        sides = ["right" if name in _RIGHT else "left" for name in columns]
        styled = [
            f'<{tag} style="text-align:{side}">{escape(cell)}</{tag}>'
            for side, cell in zip(sides, cells, strict=True)
        ]
        return f"<tr>{''.join(styled)}</tr>"

    head = line([label(f"anatomy_{one}", lang) for one in columns], "th")
    body = [
        line([_cell(one, row, record, lang, each=each) for one in columns], "td")
        for row in record.rows
    ]
    title = label("anatomy_network", lang).format(
        network=record.network, shape=first_shape(record.inputs, lang)
    )
    told = _totals(record, columns, lang, each=each) | dict(more or {})
    items = [f"<li>{escape(name)}: {escape(_listed(value))}</li>" for name, value in told.items()]
    return (
        f"<table><caption>{escape(title)}</caption><thead>{head}</thead>"
        f"<tbody>{''.join(body)}</tbody></table><ul>{''.join(items)}</ul>"
    )


def anatomy_cells(
    record: AnatomyRecord, columns: Sequence[str] = ANATOMY, lang: str | None = None
) -> tuple[list[tuple[str, bool]], list[list[str]], list[tuple[str, str]]]:
    """Lay out a network for a page that has a style of its own; of one picture where it can be.

    Args:
        record: the network.
        columns: as for `anatomy_text`.
        lang: as for `words.label`.

    Returns:
        Headings, and whether numbers stand under them; rows; names and values of the totals.

    Example:
        >>> record = AnatomyRecord("Net", (), (), (), 0, 0, 0, 0, (), 0)
        >>> anatomy_cells(record, ["layer", "parameters"], lang="en")[0]
        [('Layer (type)', False), ('parameters', True)]
    """
    each = _divides(record)
    headings = [(label(f"anatomy_{one}", lang), one in _RIGHT) for one in columns]
    rows = [[_cell(one, row, record, lang, each=each) for one in columns] for row in record.rows]
    totals = _totals(record, columns, lang, each=each)
    return headings, rows, [(name, _listed(value)) for name, value in totals.items()]


def anatomy_plain(record: AnatomyRecord) -> dict[str, Any]:
    """Give plain values for JSON: fractions as numbers.

    Returns:
        The record's own fields and totals; for each row `kind`, `path` and the rest.
    """
    own = {one.name: getattr(record, one.name) for one in fields(AnatomyRecord)}
    rows = [{**asdict(row), "parameters": row.parameters} for row in record.rows]
    return _simple({**own, "parameters": record.parameters, "rows": rows})


def _simple(value: Any) -> Any:  # noqa: ANN401 - whatever a record holds
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if isinstance(value, Mapping):
        return {f"{name}": _simple(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [_simple(one) for one in value]
    return value


def _fitting(
    record: AnatomyRecord, columns: list[str], width: int | None, lang: str | None, *, each: bool
) -> tuple[list[str], list[str]]:
    """Leave out columns until a line fits.

    Returns:
        What is shown, what is left out.
    """
    widths = {
        one: max(
            len(label(f"anatomy_{one}", lang)),
            *(len(_cell(one, row, record, lang, each=each)) for row in record.rows),
            0,
        )
        for one in columns
    }
    dropped: list[str] = []
    for one in _DROPPED_FIRST:
        if width is None or sum(widths.values()) + 2 * len(widths) - 2 <= width:
            break
        if one in widths:
            del widths[one]
            dropped.append(one)
    return list(widths), dropped


def _line(cells: Sequence[str], widths: Sequence[int], columns: Sequence[str]) -> str:
    aligned = [
        f"{cell:>{width}}" if name in _RIGHT else f"{cell:<{width}}"
        for cell, width, name in zip(cells, widths, columns, strict=True)
    ]
    return "  ".join(aligned).rstrip()


def _cell(
    column: str, row: LayerRow, record: AnatomyRecord, lang: str | None, *, each: bool
) -> str:
    return CELLS[column](row, record.batch if each else 1, lang)


def _divides(record: AnatomyRecord) -> bool:
    counts = [row.multiply_adds or 0 for row in record.rows]
    return record.batch > 1 and all(count % record.batch == 0 for count in counts)


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else f"{value}"


def _totals(
    record: AnatomyRecord, columns: Sequence[str], lang: str | None, *, each: bool
) -> dict[str, object]:
    """Sum up, and say how to read it."""
    told: dict[str, object] = {label("anatomy_total_parameters", lang): f"{record.parameters:,}"}
    told[label("anatomy_trainable", lang)] = f"{record.trainable:,}"
    told[label("anatomy_frozen", lang)] = f"{record.frozen:,}"
    if record.unused:
        told[label("anatomy_unused", lang)] = f"{record.unused:,}"
    if any(row.tied for row in record.rows):
        told["*"] = label("anatomy_tied", lang)
    if "multiply_adds" in columns:
        told |= _counts(record, lang, each=each)
    if "activation" in columns:
        told[label("anatomy_activation", lang)] = bytes_text(record.activation_bytes)
    notes = list(record.notes)  # in English, as all that says why something is not known
    if "window" in columns:
        notes.insert(0, label("anatomy_read_window", lang))
    if "field" in columns:
        notes.insert(0, label("anatomy_read_field", lang))
        reasons = dict.fromkeys(row.field.reason for row in record.rows if row.field.reason)
        notes += list(reasons)[:3]
    return told | ({"": notes} if notes else {})


def _counts(record: AnatomyRecord, lang: str | None, *, each: bool) -> dict[str, object]:
    share = record.batch if each else 1
    count = f"{record.multiply_adds // share:,}"
    if record.uncounted:
        names = ", ".join(record.uncounted)
        count = label("anatomy_at_least", lang).format(count=count, names=names)
    told = [count, label("anatomy_counts", lang)]
    if each:
        told.append(label("anatomy_each", lang))
    found: dict[str, object] = {label("anatomy_multiply_adds", lang): told}
    others = [
        f"{label('anatomy_book', lang) if name == _BOOK else name} {number // share:,}"
        for name, number in record.reconciled.items()
    ]
    return found | ({label("anatomy_others", lang): ", ".join(others)} if others else {})
