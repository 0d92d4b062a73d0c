"""`convscope predict`: what a model says of pictures, as lines, as JSON or as a table."""

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.progress import Progress, TextColumn

from convscope.cli.options import Json, opened_run, print_text, tell
from convscope.cli.places import refuse_table_place
from convscope.errors import ConfigError, account
from convscope.runs import RunFolder, as_json
from convscope.tables import duration, number, one_line
from convscope.words import label

if TYPE_CHECKING:
    from convscope.recipes import Answer

# "-" begins with a hyphen; what else does is refused below
Files = Annotated[list[Path], Parameter(allow_leading_hyphen=True)]
LARGEST_BYTES = 2**29  # of a picture on standard input; larger files are not read either
LISTED = 20


def predict(
    run: Path,
    files: Files,
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

    _refuse_options(files)
    if out is not None:
        refuse_table_place(out, files)
    talk = Console(stderr=True, highlight=False, markup=False)
    opened = opened_run(run)
    _say_if_unfinished(opened, talk)
    sources = [_given() if file == Path("-") else file for file in files]
    found = recipes.predict(opened, sources, top=top, threshold=threshold)
    answers: Iterable[Answer] = found if out is None else recipes.written_down(found, out)
    start, unread, count = time.perf_counter(), list[str](), 0
    for answer in _counted(answers, len(found), talk if out is not None else None):
        count += 1
        if answer.problem:
            unread.append(_line(answer))
        if json:
            print_text(as_json(asdict(answer), indent=None))
        elif out is None:
            print_text(_line(answer))
    seconds = time.perf_counter() - start
    speed = label("predicted").format(
        pictures=f"{count:,}", time=duration(seconds), speed=f"{count / max(seconds, 1e-9):,.0f}"
    )
    told = [*unread[:LISTED], *_more(len(unread), out)] if out is not None else []
    told += [speed, *([str(out)] if out is not None else [])]
    for line in told:
        tell(talk, line) if json or out is None else print_text(line)
    return 1 if len(unread) == count else 0


def _refuse_options(files: list[Path]) -> None:
    strange = [str(file) for file in files if str(file).startswith("-") and not file.exists()]
    if options := [name for name in strange if name != "-"]:
        raise ConfigError(
            account(
                f"there is no option {options[0]}",
                facts={"given": " ".join(options)},
                because="and no file of that name either",
                fix="convscope predict --help",
            )
        )


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


def _counted(answers: "Iterable[Answer]", total: int, talk: Console | None) -> "Iterator[Answer]":
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
