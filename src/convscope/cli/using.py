"""The commands that use what was trained: parse, call a recipe, print."""

from dataclasses import asdict
from pathlib import Path

from convscope.cli.options import RUNS, Json, Out, opened_run, print_json, print_text
from convscope.runs import list_runs
from convscope.tables import facts, number, runs_table
from convscope.words import label


def evaluate(run: Path, folder: Path | None = None, /, *, json: Json = False) -> int:
    """Measure a run's best model.

    Example: convscope evaluate runs/NAME new-flowers/

    Args:
        run: A run's folder.
        folder: Pictures by class; left out, the run's own validation pictures are used.
    """
    from convscope import recipes

    found = recipes.evaluate(opened_run(run), folder)
    if json:
        print_json(asdict(found), json=True)
        return 0
    rows: dict[str, object] = {
        label("pictures"): f"{found.pictures:,}",
        label("loss"): number(found.loss),
        label("accuracy"): number(found.accuracy),
        label("balanced_accuracy"): number(found.balanced_accuracy),
        **{f"  {one.name}": _share(one.accuracy, one.pictures) for one in found.classes},
    }
    print_text(facts(rows))
    for path, reason in found.skipped:
        print_text(f"{label('left_out')}: {path}: {reason}")
    for name, count in found.unknown:
        print_text(label("unknown_class").format(name=name, count=f"{count:,}"))
    for note in found.notes:
        print_text(note)
    return 0


def _share(accuracy: float, pictures: int) -> str:
    return label("of_pictures").format(share=number(accuracy), count=f"{pictures:,}")


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
