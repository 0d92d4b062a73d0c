"""What the commands have in common: options, opening a run, printing."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any, get_args

from cyclopts import Parameter, Token, convert
from rich.console import Console
from rich.table import Table

from convscope.cli.speaking import Voice
from convscope.runs import RunFolder, TrainSettings, as_json, read_settings
from convscope.tables import inert

RUNS = Path("runs")
WIDE = 200  # characters

# no --no-strict: nothing else sets it, but for a settings file, which one can edit
Settings = Annotated[TrainSettings | None, Parameter(name="*", negative="")]
Out = Annotated[Path, Parameter(help="Parent of the run's folder.")]
Config = Annotated[Path | None, Parameter(help="TOML file with settings; options win over it.")]
Json = Annotated[bool, Parameter(negative="", help="Print the result as JSON, all else on stderr.")]


def converted(wanted: Any, tokens: Sequence[Token]) -> Any:  # noqa: ANN401 - whatever is wanted
    """Convert as cyclopts does, but round nothing: it takes 1.5 epochs for 2."""
    values = [token.value for token in tokens]
    if int in {wanted, *get_args(wanted)} and not values[0].lstrip("+-").isdecimal():
        message = f"{values[0]!r} is not a whole number"
        raise ValueError(message)
    return convert(wanted, values)


def asked_settings(settings: TrainSettings | None, config: Path | None) -> TrainSettings:
    """Merge options with a settings file; options win."""
    given = settings or TrainSettings()
    given = given if config is None else given.resolved(**asdict(read_settings(config)))
    if given.from_ is None:
        return given
    return replace(given, from_=str(opened_run(Path(given.from_)).path.absolute()))


def opened_run(path: Path) -> RunFolder:
    """Open a run by its folder, or by its name in `runs/`."""
    named = RUNS / path
    return RunFolder.open(named if not path.exists() and named.exists() else path)


def run_or_name(network: str) -> RunFolder | str:
    """Open what a command calls a network, if that is a run; else hand its name back."""
    is_run = Path(network).is_dir() or (RUNS / network).is_dir()
    return opened_run(Path(network)) if is_run else network


def place_or_name(layer: str) -> int | str:
    """Take a whole number for the place of a layer, from the end where it is negative."""
    return int(layer) if layer.removeprefix("-").isdecimal() else layer


def tell(console: Console, text: str) -> None:
    """Print a line for people; a terminal wraps it, a log does not."""
    console.print(inert(text), markup=False, highlight=False, soft_wrap=True)


def print_text(what: object) -> None:
    """Print a result on stdout, as it is; of a text, nothing commands a terminal."""
    shown = what if isinstance(what, Table) else inert(f"{what}")
    Voice(soft_wrap=True, markup=False, highlight=False).print(shown)


def print_wide(what: object) -> None:
    """Print a table on stdout: as wide as the terminal, or as it likes to be in a file."""
    width = None if sys.stdout.isatty() else WIDE
    Voice(markup=False, highlight=False, width=width).print(what)


def print_json(content: object, *, json: bool) -> None:
    """Print a result as JSON, if that was asked for."""
    if json:
        sys.stdout.write(as_json(content) + "\n")
