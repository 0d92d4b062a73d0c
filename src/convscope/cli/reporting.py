"""The command that writes the page of a run: parse, call a recipe, print."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from convscope.cli.options import Json, opened_run, print_json, print_text
from convscope.cli.places import output_place

Page = Annotated[
    Path | None,
    Parameter(help="The page, an HTML file; report.html in the run's folder otherwise."),
]


def report(run: Path, /, *, out: Page = None, json: Json = False) -> int:
    """Write the page of a run again: result, mistakes, the inside, settings.

    Example: convscope report runs/NAME

    Args:
        run: A run's folder; its pictures are not needed, and it may be unfinished.
    """
    from convscope.report import write_report

    opened = opened_run(run)
    if out is not None:
        from convscope import recipes  # which wakes torch

        output_place(out, "report.html")
        recipes.refuse_among(Path(opened.about.data), out)
    page = write_report(opened, out)
    print_json({"run": str(opened.path), "report": str(page)}, json=json)
    if not json:
        print_text(f"report: {page}")
    return 0
