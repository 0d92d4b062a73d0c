"""Runs side by side as tables: what was set otherwise, what came out, the spread over seeds."""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from convscope.runs import RunBeside, RunsBeside, SeedGroup, Spread
from convscope.tables.names import one_line
from convscope.tables.numbers import duration, number
from convscope.words import label

_LONGEST = 60  # characters of a setting
_KINDS: Mapping[str, Callable[[float], str]] = {"seconds": duration}
Rows = list[list[str]]


def beside_cells(beside: RunsBeside, lang: str | None = None) -> dict[str, tuple[Rows, list[str]]]:
    """Write runs side by side.

    Args:
        beside: the runs.
        lang: as for `words.label`.

    Returns:
        By name of the table, its rows, the first being its heading, and the sentences under it:
        "settings", a row a setting that differs; "results", a row a run; "spreads", a row a group
        of runs that differ in nothing but their seed.
    """
    numbers = [f"{place + 1}" for place in range(len(beside.runs))]
    settings: Rows = [
        [label("beside_setting", lang), *numbers],
        *([key, *map(_value, row)] for key, row in beside.differing.items()),
    ]
    head = ("number", "run", "status", "epoch", "accuracy", "train", "valid", "seconds", "size")
    results: Rows = [
        [label(f"beside_{name}", lang) for name in head],
        *(_result(number, run, lang) for number, run in zip(numbers, beside.runs, strict=True)),
    ]
    measures = ("accuracy", "train_loss", "valid_loss", "seconds")
    heads = ("runs", "seeds", "accuracy", "train", "valid", "seconds")
    spreads: Rows = [
        [label(f"beside_{name}", lang) for name in heads],
        *(
            [
                ", ".join(numbers[place] for place in group.places),
                ", ".join(f"{beside.runs[place].seed}" for place in group.places),
                *(_spread(group.spreads.get(name), name) for name in measures),
            ]
            for group in beside.groups
        ),
    ]
    same = label("beside_same" if beside.differing else "beside_all_same", lang)
    return {
        "settings": (settings, [same.format(count=beside.same)]),
        "results": (results, _remarks(beside, lang)),
        "spreads": (spreads, _about_spreads(beside.groups, lang)),
    }


def beside_table(beside: RunsBeside, lang: str | None = None) -> Group:
    """Lay out runs side by side, for rich to print.

    Args:
        beside: the runs.
        lang: as for `words.label`.

    Returns:
        Results, settings that differ and spreads, each with its sentences; names are shown as they
        are, not as markup.

    Example:
        >>> runs = tuple(RunBeside(name=one, status="done", seed=0) for one in ("a", "b"))
        >>> same = RunsBeside(runs=runs, differing={}, same=20)
        >>> [f"{part}" for part in beside_table(same, "en").renderables][1:]
        ['All 20 settings are the same']
    """
    parts: list[Table | Text] = []
    told = beside_cells(beside, lang)
    for name in ("results", "settings", "spreads"):
        rows, sentences = told[name]
        if len(rows) > 1:
            parts += [Text()] if parts else []
            parts.append(_table(rows, left=3 if name == "results" else 1))
        parts += [Text(sentence) for sentence in sentences]
    return Group(*parts)


def _table(rows: Rows, *, left: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    for place, heading in enumerate(rows[0]):
        table.add_column(heading, justify="left" if place < left else "right", overflow="fold")
    for row in rows[1:]:
        table.add_row(*map(Text, row))
    return table


def _result(place: str, run: RunBeside, lang: str | None) -> list[str]:
    losses = (run.best.get(name) for name in ("accuracy", "train_loss", "valid_loss"))
    return [
        place,
        one_line(run.name),
        label(run.status, lang),
        "-" if run.best_epoch is None else f"{run.best_epoch}",
        *("-" if one is None else number(one) for one in losses),
        "-" if run.seconds is None else duration(run.seconds),
        "-" if run.parameters is None else f"{run.parameters:,}",
    ]


def _value(value: object) -> str:
    text = "-" if value is None else one_line(f"{value}")
    return text if len(text) <= _LONGEST else f"…{text[1 - _LONGEST :]}"  # paths differ at the end


def _spread(spread: Spread | None, name: str) -> str:
    if spread is None:
        return "-"
    written = _KINDS.get(name, number)
    values = (spread.median, spread.low, spread.high)
    return "\n".join(written(one) if isfinite(one) else "∞" for one in values)


def _remarks(beside: RunsBeside, lang: str | None) -> list[str]:
    remarks = [f"{one_line(run.name)}: {one_line(run.reason)}" for run in beside.runs if run.reason]
    for run in beside.runs:
        if run.status not in {"done", "stopped"}:
            text = label("beside_so_far", lang)
            remarks.append(text.format(name=one_line(run.name), status=label(run.status, lang)))
    if beside.other_data:
        names = ", ".join(map(one_line, beside.other_data))
        remarks.append(label("beside_other_data", lang).format(names=names))
    return remarks


def _about_spreads(groups: Sequence[SeedGroup], lang: str | None) -> list[str]:
    if not groups:
        return []
    sentences = [label("beside_spread", lang)]
    if any(group.is_split_by_seed for group in groups):
        sentences.append(label("beside_split", lang))
    return sentences
