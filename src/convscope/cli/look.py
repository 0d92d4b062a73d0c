"""The command that looks inside what was trained: parse, call a recipe, print."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from convscope.cli.options import Json, opened_run, print_json, print_text
from convscope.tables import channels_table, layers_table

Layer = Annotated[
    str | None,
    Parameter(help="Only this layer: its name, or its place; -2 is the last but one."),
]
Pictures = Annotated[
    Path | None, Parameter(help="Folder for the pictures; `inside` in the run's folder otherwise.")
]


def look(run: Path, /, *, layer: Layer = None, out: Pictures = None, json: Json = False) -> int:
    """Draw what every layer of a run gave while it learnt, and sum it up.

    Example: convscope look runs/NAME --layer -2

    Args:
        run: A run's folder; it may be training still.
    """
    from convscope import recipes

    found = recipes.look(opened_run(run), layer, out)
    if json:
        print_json(asdict(found), json=True)
        return 0
    print_text(layers_table(found.layers))
    if found.channels:
        print_text(channels_table(found.channels))
    print_text(f"pictures: {found.pictures[0].parent}")
    for picture in found.pictures:
        print_text(f"  {picture.name}")
    return 0
