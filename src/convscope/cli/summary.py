"""The command that takes a network apart: parse, call a recipe, print."""

from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from convscope.cli.options import Json, print_json, print_text, run_or_name
from convscope.errors import ConfigError, account
from convscope.tables import anatomy_plain, anatomy_text

NARROWEST = 44

Size = Annotated[
    str, Parameter(help="Channels, height, width, such as 3,224,224; a run knows its own.")
]
All = Annotated[
    bool,
    Parameter(name="--all", negative="", help="Show windows, input shapes and memory as well."),
]


def summary(network: str, /, *, size: Size = "", every: All = False, json: Json = False) -> int:
    """Take a network apart: layers, shapes, parameters, multiply-adds, receptive fields.

    Example: convscope summary simple_cnn --size 1,28,28

    Args:
        network: A run, a name such as simple_cnn, timm:NAME, or package.module:function.
    """
    from convscope import recipes

    found = recipes.describe(run_or_name(network), sides(size))
    if json:
        print_json(anatomy_plain(found), json=True)
        return 0
    console = Console()
    width = max(console.width, NARROWEST) if console.is_terminal else None
    columns = ["path", "layer", "output", "parameters", "multiply_adds", "field"]
    if every:
        columns = [*columns[:2], "input", "output", "window", "parameters", "trainable"]
        columns += ["multiply_adds", "activation", "field"]
    print_text(anatomy_text(found, columns, width=width))
    return 0


def sides(text: str) -> tuple[int, ...] | None:
    """Read the sides of a picture from a command line; None where nothing was said."""
    if not text:
        return None
    parts = [part.strip() for part in text.replace("x", ",").split(",")]
    if not all(part.isdecimal() for part in parts):
        raise ConfigError(
            account(
                "this is not the size of a picture",
                facts={"--size": text},
                because="it takes whole numbers with commas between them",
                fix="--size 3,224,224: channels, height, width",
            )
        )
    return tuple(map(int, parts))
