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
        print_json({**beside.to_dict(), "page": str(page)}, json=True)
        return 0
    print_wide(beside_table(beside))
    print_text(f"page: {page}")
    return 0
