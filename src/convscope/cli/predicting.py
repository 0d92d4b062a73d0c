"""`convscope predict`: what a model says of pictures, as lines, as JSON or as a table."""

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress, TextColumn

from convscope.cli.options import Json, opened_run, print_text, tell
from convscope.cli.places import refuse_table_place
from convscope.runs import RunFolder, as_json
from convscope.tables import duration, number, one_line
from convscope.words import counted, label

if TYPE_CHECKING:
    from convscope.recipes import Answer

LARGEST_BYTES = 2**29  # of a picture on standard input; larger files are not read either
LISTED = 20


def predict(
    run: Path,
    files: list[Path],
    /,
    *,
    out: Path | None = None,
    top: int = 3,
    threshold: float = 0.0,
    json: Json = False,
) -> int:
    """Say what a run's model sees on pictures.

    Example: convscope predict runs/NAME flowers/ --out predictions.csv

    Args:
        run: A run's folder.
        files: Picture files, folders, archives or tables of them; - is one picture on standard
            input.
        out: Table to write, FILE.csv.
        top: How many of the likeliest classes are named.
        threshold: Below this probability, 0 to 1, the answer is "not sure".
    """
    from convscope import recipes

    opened = opened_run(run)
    if out is not None:
        refuse_table_place(out, [Path(opened.about.data), *files])
    talk = Console(stderr=True, highlight=False, markup=False)
    _say_if_unfinished(opened, talk)
    sources = [_given() if file == Path("-") else file for file in files]
    found = recipes.predict(opened, sources, top=top, threshold=threshold)
    answers: Iterable[Answer] = found if out is None else recipes.written_down(found, out)
    start, unread, read = time.perf_counter(), list[str](), 0
    for answer in _shown_going(answers, len(found), talk if out is not None else None):
        read += not answer.problem
        if answer.problem:
            unread.append(_line(answer))
        if json:
            print_text(as_json(asdict(answer), indent=None))
        elif out is None:
            print_text(_line(answer))
    speed = _speed(read, len(unread), time.perf_counter() - start)
    told = [*unread[:LISTED], *_more(len(unread), out)] if out is not None else []
    told += [speed, *([str(out)] if out is not None else [])]
    for line in told:
        tell(talk, line) if json or out is None else print_text(line)
    return 0 if read else 1


def _speed(read: int, unread: int, seconds: float) -> str:
    """Tell how fast pictures were classified; those that could not be read are none of them."""
    speed = label("predicted").format(
        pictures=counted(read, "pictures"),
        time=duration(seconds),
        speed=f"{read / max(seconds, 1e-9):,.0f}",
    )
    return f"{speed}; {label('cannot_be_read')}: {unread:,}" if unread else speed


def _given() -> bytes:
    return sys.stdin.buffer.read(LARGEST_BYTES + 1)


def _say_if_unfinished(run: RunFolder, talk: Console) -> None:
    if run.status in {"running", "lost", "interrupted", "failed"}:
        tell(talk, label("unfinished").format(status=label(run.status)))


def _line(answer: "Answer") -> str:
    from convscope.recipes import NOT_SURE

    file = one_line(str(answer.file))
    if answer.problem:
        return f"{file}  {label('cannot_be_read')}: {answer.problem}"
    shown = answer.likeliest[1:]
    named = f"{one_line(str(answer.label))} {number(answer.probability)}"
    if answer.label == NOT_SURE != answer.likeliest[0][0]:
        shown, named = answer.likeliest, label("not_sure")
    others = ", ".join(f"{one_line(name)} {number(share)}" for name, share in shown)
    return f"{file}  {named}" + (f"  ({others})" if others else "")


def _more(unread: int, out: Path) -> list[str]:
    rest = unread - LISTED
    return [label("more_unread").format(count=f"{rest:,}", file=out)] if rest > 0 else []


def _shown_going(
    answers: "Iterable[Answer]", total: int, talk: Console | None
) -> "Iterator[Answer]":
    """Show on a terminal how far it is, where no lines say it."""
    if talk is None or not talk.is_terminal:
        yield from answers
        return
    columns = TextColumn("{task.completed:,} / {task.total:,}"), TextColumn("{task.speed:,.0f}/s")
    with Progress(*columns, console=talk, transient=True) as shown:
        task = shown.add_task("", total=total)
        for answer in answers:
            yield answer
            shown.advance(task)
