"""What the commands have in common: options, opening a run, printing."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any, get_args

from cyclopts import Parameter, Token, convert
from rich.console import Console

from convscope.cli.speaking import Voice
from convscope.errors import ConfigError, account
from convscope.runs import RunFolder, TrainSettings, as_json, read_settings

RUNS = Path("runs")
WIDE = 200  # characters
_FORMS = {
    ".html": ("page", "an HTML", (".html", ".htm")),
    ".png": ("figure", "a PNG", (".png",)),
}

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


def drawing_place(kind: str, picture: Path, out: Path | None) -> Path:
    """Say where to draw: not over the picture, and not among pictures unless one stands there."""
    usual = f"{kind}_{picture.stem}.png"
    target = Path(usual) if out is None else out
    folder = target.resolve().parent
    because = ""
    if target.suffix.lower() != ".png":
        because = "the figure is a PNG file"
    elif not folder.is_dir():
        because = f"there is no folder {folder}"
    elif target.resolve() == picture.resolve():
        because = "it is the picture itself"
    elif folder == picture.resolve().parent and folder != Path.cwd():
        because = "nothing is written into the folder of the pictures"
    if because:
        message = account(
            "the figure cannot be written there",
            facts={"file": target.resolve()},
            because=because,
            fix=f"--out {usual}",
        )
        raise ConfigError(message)
    return target


def page_place(out: Path | None, usual: str) -> Path:
    """Say where to write a page or a figure, before the work that it tells of begins."""
    what, form, suffixes = _FORMS[Path(usual).suffix]
    target = Path(usual) if out is None else out
    because = ""
    if target.suffix.lower() not in suffixes:
        because = f"the {what} is {form} file"
    elif target.is_dir():
        because = "it is a folder"
    elif not target.resolve().parent.is_dir():
        because = f"there is no folder {target.resolve().parent}"
    if because:
        message = account(
            f"the {what} cannot be written there",
            facts={"file": target.resolve()},
            because=because,
            fix=f"--out {usual}",
        )
        raise ConfigError(message)
    return target


def refuse_beside_picture(target: Path, picture: Path) -> None:
    """Make sure that a page about a picture is not written among pictures where one is not."""
    folder = target.resolve().parent
    if folder == picture.resolve().parent and folder != Path.cwd():
        message = account(
            "the page cannot be written there",
            facts={"file": target.resolve()},
            because="nothing is written into the folder of the pictures",
            fix=f"--out {target.name}",
        )
        raise ConfigError(message)


def refuse_table_place(out: Path, sources: Sequence[Path]) -> None:
    """Make sure that a table to be written is one, and hits nothing that is read."""
    folder = out.resolve().parent
    among = [top for top in sources if top.is_dir() and out.resolve().is_relative_to(top.resolve())]
    because = ""
    if out.suffix.lower() != ".csv":
        because = "the table is a CSV file"
    elif not folder.is_dir():
        because = f"there is no folder {folder}"
    elif any(out.resolve() == source.resolve() for source in sources):
        because = "it is what is to be read"
    elif among and folder != Path.cwd():
        because = "nothing is written into the folder of the pictures"
    if because:
        message = account(
            "the table cannot be written there",
            facts={"file": out.resolve()},
            because=because,
            fix="--out predictions.csv",
        )
        raise ConfigError(message)


def tell(console: Console, text: str) -> None:
    """Print a line for people; a terminal wraps it, a log does not."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def print_text(what: object) -> None:
    """Print a result on stdout, as it is."""
    Voice(soft_wrap=True, markup=False, highlight=False).print(what)


def print_wide(what: object) -> None:
    """Print a table on stdout: as wide as the terminal, or as it likes to be in a file."""
    width = None if sys.stdout.isatty() else WIDE
    Voice(markup=False, highlight=False, width=width).print(what)


def print_json(content: object, *, json: bool) -> None:
    """Print a result as JSON, if that was asked for."""
    if json:
        sys.stdout.write(as_json(content) + "\n")
