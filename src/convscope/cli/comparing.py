"""The command that sets runs side by side: parse, call a recipe, print."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from convscope.cli.options import Json, opened_run, print_json, print_text, print_wide
from convscope.cli.places import output_place
from convscope.tables import beside_table

Page = Annotated[
    Path | None, Parameter(help="The page, an HTML file; compare.html where you are otherwise.")
]
_DRAWN = ("rows", "inside")  # are on the page, and in results.csv and activations.sqlite


def compare(*runs: Path, out: Page = None, json: Json = False) -> int:
    """Set runs side by side: settings that differ, results, spread over seeds, curves, one layer.

    Example: convscope compare runs/FIRST runs/SECOND

    Args:
        runs: Folders of runs, two or more; they may be unfinished.
    """
    from convscope import recipes

    opened = [opened_run(run) for run in runs]
    beside = recipes.compare_runs(opened)
    page = output_place(out, "compare.html")
    recipes.write_runs_page(beside, opened, page)
    if json:
        told = {
            "runs": [
                {key: getattr(run, key) for key in run.__slots__ if key not in _DRAWN}
                for run in beside.runs
            ],
            "differing": beside.differing,
            "same": beside.same,
            "groups": [
                {
                    "runs": [beside.runs[place].name for place in group.places],
                    "is_split_by_seed": group.is_split_by_seed,
                    "spreads": {
                        name: {"median": one.median, "low": one.low, "high": one.high}
                        for name, one in group.spreads.items()
                    },
                }
                for group in beside.groups
            ],
            "other_data": beside.other_data,
            "page": str(page),
        }
        print_json(told, json=True)
        return 0
    print_wide(beside_table(beside))
    print_text(f"page: {page}")
    return 0
