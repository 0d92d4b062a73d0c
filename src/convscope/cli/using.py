"""The commands that use what was trained: parse, call a recipe, print."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from convscope.cli.options import RUNS, Json, Out, opened_run, print_json, print_text, print_wide
from convscope.cli.places import refuse_table_place
from convscope.runs import LabelSuspicion, list_runs, write_predictions
from convscope.tables import (
    facts,
    number,
    one_line,
    outcome_table,
    percent,
    runs_table,
    suspicions_table,
)
from convscope.words import counted, label

if TYPE_CHECKING:
    from convscope.recipes import Evaluation

LISTED = 20  # of what was left out, and of unknown classes
SUSPECTS = 10
Table = Annotated[
    Path | None, Parameter(help="Table to write, FILE.csv: every picture with its prediction.")
]


def evaluate(
    run: Path, folder: Path | None = None, /, *, out: Table = None, json: Json = False
) -> int:
    """Measure a run's best model: accuracy, each class, what is taken for what.

    Example: convscope evaluate runs/NAME new-flowers/

    Args:
        run: A run's folder.
        folder: Pictures by class; left out, the run's own validation pictures are used.
    """
    from convscope import recipes

    opened = opened_run(run)
    if out is not None:
        refuse_table_place(out, [Path(opened.about.data), *([] if folder is None else [folder])])
    found = recipes.evaluate(opened, folder)
    if out is not None:
        write_predictions(out, found.made)
    if json:
        print_json(found.to_dict(), json=True)
        return 0
    low, high = found.interval
    sentence = label("evaluated").format(
        share=percent(found.accuracy),
        right=f"{int((found.made.truths == found.made.predicted).sum()):,}",
        count=f"{found.pictures:,}",
        low=percent(low),
        high=percent(high),
    )
    print_text(sentence)
    rows: dict[str, object] = {
        label("pictures"): f"{found.pictures:,}",
        label("loss"): number(found.loss),
        label("accuracy"): number(found.accuracy),
        label("balanced_accuracy"): number(found.balanced_accuracy),
    }
    print_text(f"\n{facts(rows)}")
    print_wide(outcome_table(found.made))
    _print_suspicions(found.suspicions)
    for line in ["", *_left_out(found), label("all_numbers") if out is None else str(out)]:
        print_text(line)
    return 0


def _print_suspicions(found: list[LabelSuspicion]) -> None:
    if found:
        print_text(f"\n{label('title_suspects')}")
        shown = min(SUSPECTS, len(found))
        print_wide(suspicions_table(found[:shown], []))
        print_text(label("read_suspects").format(shown=shown, count=f"{len(found):,}"))


def _left_out(found: "Evaluation") -> list[str]:
    """Name what was not measured, a screen of it at most, and what should be known."""
    skipped = [
        f"{label('left_out')}: {one_line(path)}: {one_line(reason)}"
        for path, reason in found.skipped[:LISTED]
    ]
    unknown = [
        label("unknown_class").format(name=one_line(name), pictures=counted(count, "pictures"))
        for name, count in found.unknown[:LISTED]
    ]
    for lines, key, every in (
        (skipped, "more_left_out", found.skipped),
        (unknown, "more_unknown", found.unknown),
    ):
        if rest := len(every) - len(lines):
            lines.append(label(key).format(count=f"{rest:,}"))
    return [*skipped, *unknown, *found.notes]


def runs(*, out: Out = RUNS, json: Json = False) -> int:
    """List the runs.

    Example: convscope runs
    """
    found = list_runs(out)
    if json:
        print_json([asdict(one) for one in found], json=True)
    elif found:
        print_text(runs_table(found))
    else:
        print_text(f"no runs in {out} yet; begin one: convscope train FOLDER, or convscope demo")
    return 0


def env(*, json: Json = False) -> int:
    """Describe this machine and what is installed, for a bug report.

    Example: convscope env
    """
    from convscope import recipes

    described = recipes.environment()
    if json:
        print_json(described, json=True)
    else:
        print_text(facts(described))
    return 0
