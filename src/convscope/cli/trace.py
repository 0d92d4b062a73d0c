"""The command that follows a number back to the pixels: parse, call a recipe, print."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from convscope.cli.options import Json, place_or_name, print_json, print_text, run_or_name
from convscope.cli.places import place_beside_picture
from convscope.cli.summary import Size, sides
from convscope.errors import ConfigError, account
from convscope.runs import TracedMap
from convscope.tables import trace_text

Layer = Annotated[
    str, Parameter(help="Number of a layer with parameters, -1 is the last; or its path.")
]
Place = Annotated[str, Parameter(help="Row and column in the layer's map, such as 0,3.")]
Channel = Annotated[
    int | None, Parameter(help="Channel of the layer; the largest at the cell where left out.")
]
Depth = Annotated[int, Parameter(help="Layers whose sums are opened, one behind the other.")]
Out = Annotated[
    Path | None, Parameter(help="PNG to write; trace_PICTURE.png where you are if left out.")
]


def trace(
    network: str,
    picture: Path,
    /,
    *,
    layer: Layer,
    cell: Place = "",
    channel: Channel = None,
    depth: Depth = 1,
    size: Size = "",
    out: Out = None,
    json: Json = False,
) -> int:
    """Follow one number of a network back to the pixels, with all the numbers on the way.

    Example: convscope trace runs/NAME digit.png --layer 1 --cell 0,3 --depth 2

    Args:
        network: A run, or an untrained one: simple_cnn, timm:NAME, package.module:function.
        picture: A picture file.
    """
    from convscope import recipes

    name = place_or_name(layer)
    found = recipes.trace(
        *(run_or_name(network), picture, name, _cell(cell)),
        size=sides(size),
        channel=channel,
        depth=depth,
        out=place_beside_picture(out, f"trace_{picture.stem}.png", picture),
    )
    record = found.record
    if json:
        about = {
            "layer": record.layer,
            "number": record.number,
            "type": record.type,
            "channel": record.channel,
            "is_strongest": record.is_strongest,
            "cell": record.cell,
            "value": record.value,
            "depth": depth,
        }
        maps = [_map(one) for one in record.maps]
        print_json({**about, "maps": maps, "steps": found.steps(), "file": found.file}, json=True)
        return 0
    print_text(trace_text(record))
    print_text(f"\ndrawn: {found.file.resolve()}")
    return 0


def _cell(text: str) -> tuple[int, ...]:
    parts = [one.strip() for one in text.split(",") if one.strip()]
    if not all(one.isdecimal() for one in parts):
        raise ConfigError(
            account(
                "this is no cell",
                facts={"given": text},
                because="a cell is its row and its column, counted from 0",
                fix="--cell 0,3",
            )
        )
    return tuple(map(int, parts))


def _map(one: TracedMap) -> dict[str, object]:
    rows, columns = one.pixels.shape[:2]
    return {
        "name": one.name,
        "type": one.kind,
        "channel": one.channel,
        "channels": one.channels,
        "rows": rows,
        "columns": columns,
        "box": one.box,
        "cells": int(one.cells.sum()),
        "status": one.status,
        "because": one.because,
    }
