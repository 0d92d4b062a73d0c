"""The commands: parse, call a recipe, print.

A recipe wakes torch, so recipes are imported when they are called.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, get_args

from cyclopts import App, Parameter, Token, convert
from rich.console import Console

import convscope
from convscope.errors import ConfigError, account
from convscope.runs import RunFolder, TrainSettings, as_json, list_runs, read_settings
from convscope.tables import facts, number, runs_table

RUNS = Path("runs")
NOT_SEARCHED = ("epochs", "lr_max", "patience", "time_limit")
REASON_CODES = {"Ctrl-C": 130, "SIGTERM": 143}

Settings = Annotated[TrainSettings | None, Parameter(name="*")]
Out = Annotated[Path, Parameter(help="Parent of the run's folder.")]
Config = Annotated[Path | None, Parameter(help="TOML file with settings; options win over it.")]
Json = Annotated[bool, Parameter(negative="", help="Print the result as JSON, all else on stderr.")]
DryRun = Annotated[
    bool, Parameter(negative="", help="Say what would be done and how long it takes.")
]


def _converted(wanted: Any, tokens: Sequence[Token]) -> Any:  # noqa: ANN401 - whatever is wanted
    """Convert as cyclopts does, but round nothing: it takes 1.5 epochs for 2."""
    values = [token.value for token in tokens]
    if int in {wanted, *get_args(wanted)} and not values[0].lstrip("+-").isdecimal():
        message = f"{values[0]!r} is not a whole number"
        raise ValueError(message)
    return convert(wanted, values)


app = App(
    name="convscope",
    version=convscope.__version__,
    help="See-through convolutional networks: a folder of pictures in, a trained classifier and a "
    "record of everything that happened inside it out.\n\nExample: convscope train flowers/",
    default_parameter=Parameter(converter=_converted),
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # `main` says what happened
)


@app.command
def train(
    folder: Path | None = None,
    /,
    *,
    settings: Settings = None,
    resume: Annotated[Path | None, Parameter(help="Go on with this run; no folder needed.")] = None,
    out: Out = RUNS,
    config: Config = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """Train a classifier on a folder of pictures.

    Example: convscope train flowers/ --epochs 5

    Args:
        folder: A folder of pictures: one folder a class, with or without train/ and valid/ above.
    """
    from convscope import recipes

    console = Console(stderr=json)
    if (folder is None) == (resume is None):
        raise ConfigError(_what_to_train(both=folder is not None))
    if resume is not None:
        _alone(settings, config, nothing_else=out == RUNS and not dry_run)
        run = recipes.resume(_opened(resume), console)
        return _ended(run, console, json=json)
    asked = _asked(settings, config)
    if dry_run:
        ready = recipes.rehearse(Path(str(folder)), asked, out=out, console=console)
        _print_json(asdict(ready.settings), json=json)
        return 0
    run = recipes.train(Path(str(folder)), asked, out=out, console=console, command=sys.argv)
    return _ended(run, console, json=json)


@app.command
def demo(*, settings: Settings = None, out: Out = RUNS, json: Json = False) -> int:
    """Train on the 5,000 handwritten digits that come with the package.

    Example: convscope demo
    """
    from convscope import recipes
    from convscope.pictures import digits_folder

    console = Console(stderr=json)
    asked = settings or TrainSettings()
    run = recipes.train(digits_folder(), asked, out=out, console=console, command=sys.argv)
    return _ended(run, console, json=json)


@app.command
def lr_find(
    folder: Path,
    /,
    *,
    settings: Settings = None,
    out: Out = RUNS,
    config: Config = None,
    json: Json = False,
) -> int:
    """Find a learning rate for a folder of pictures.

    Example: convscope lr-find flowers/

    Args:
        folder: A folder of pictures: one folder a class.
    """
    from convscope import recipes

    asked = _searched(_asked(settings, config))
    search = recipes.find_rate(folder, asked, out=out, console=Console(stderr=json))
    content = {"valley": search.found.valley, "picture": str(search.picture)}
    _print_json({**content, "lrs": search.found.lrs, "losses": search.found.losses}, json=json)
    return 0


@app.command
def evaluate(run: Path, folder: Path | None = None, /, *, json: Json = False) -> int:
    """Measure a run's best model.

    Example: convscope evaluate runs/NAME new-flowers/

    Args:
        run: A run's folder.
        folder: Pictures by class; left out, the run's own validation pictures are used.
    """
    from convscope import recipes

    found = recipes.evaluate(_opened(run), folder)
    if json:
        _print_json(asdict(found), json=True)
        return 0
    rows: dict[str, object] = {
        "pictures": f"{found.pictures:,}",
        "loss": number(found.loss),
        "accuracy": number(found.accuracy),
        **{f"  {one.name}": f"{number(one.accuracy)} of {one.pictures:,}" for one in found.classes},
    }
    _print(facts(rows))
    for path, reason in found.skipped:
        _print(f"left out: {path}: {reason}")
    return 0


@app.command
def predict(run: Path, files: list[Path], /, *, json: Json = False) -> int:
    """Say what a run's model sees on pictures.

    Example: convscope predict runs/NAME rose.jpg tulip.jpg

    Args:
        run: A run's folder.
        files: Picture files, or folders of them.
    """
    from convscope import recipes

    failed = answered = 0
    for answer in recipes.predict(_opened(run), files):
        failed, answered = failed + bool(answer.problem), answered + (not answer.problem)
        if json:
            _print(as_json(asdict(answer), indent=None))
        elif answer.problem:
            _print(f"{answer.file}  cannot be read: {answer.problem}")
        else:
            others = ", ".join(f"{name} {number(share)}" for name, share in answer.likeliest[1:])
            _print(f"{answer.file}  {answer.label} {number(answer.probability)}  ({others})")
    return 1 if failed and not answered else 0


@app.command
def runs(*, out: Out = RUNS, json: Json = False) -> int:
    """List the runs.

    Example: convscope runs
    """
    found = list_runs(out)
    if json:
        _print_json([asdict(one) for one in found], json=True)
    elif found:
        _print(runs_table(found))
    else:
        _print(f"no runs in {out} yet; begin one: convscope train FOLDER, or convscope demo")
    return 0


@app.command
def env(*, json: Json = False) -> int:
    """Describe this machine and what is installed, for a bug report.

    Example: convscope env
    """
    from convscope import recipes

    described = recipes.environment()
    if json:
        _print_json(described, json=True)
    else:
        _print(facts(described))
    return 0


def _asked(settings: TrainSettings | None, config: Path | None) -> TrainSettings:
    given = settings or TrainSettings()
    return given if config is None else given.resolved(**asdict(read_settings(config)))


def _searched(asked: TrainSettings) -> TrainSettings:
    """Refuse what a search would pass over."""
    unused = [name for name in NOT_SEARCHED if getattr(asked, name) is not None]
    if unused:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in unused)
        raise ConfigError(
            account(
                "lr-find does not use all of these settings",
                facts={"unused": options},
                because="a search takes a hundred steps with growing rates, and no epochs",
                fix=f"leave {options} out, or use them with convscope train",
            )
        )
    return asked


def _opened(path: Path) -> RunFolder:
    named = RUNS / path
    return RunFolder.open(named if not path.exists() and named.exists() else path)


def _ended(run: RunFolder, console: Console, *, json: bool) -> int:
    about = run.about
    if json:
        _print_json({"run": str(run.path), **asdict(about)}, json=True)
    if about.best_epoch is not None:
        score = number(about.best["accuracy"])
        _tell(console, f"best: epoch {about.best_epoch}, accuracy {score}")
    if about.status != "done":
        _tell(console, f"{about.status}: {about.reason}")
    pictures = [path for path in (run.curves, run.schedule, run.batch) if path.exists()]
    _tell(console, f"run folder: {run.path}")
    _tell(console, "pictures: " + ", ".join(path.name for path in pictures))
    again = f"convscope train --resume {run.path}"
    use = [
        f"convscope evaluate {run.path}",
        f"convscope predict {run.path} PICTURE",
        "convscope runs",
    ]
    for command in use if about.status == "done" else [again, *use]:
        _tell(console, f"next: {command}")
    return REASON_CODES.get(about.reason, 0)


def _what_to_train(*, both: bool) -> str:
    because = "a resumed run knows its folder" if both else "there is nothing to train on"
    return account(
        "say what to train",
        facts={"given": "a folder and --resume" if both else "neither a folder nor --resume"},
        because=because,
        fix="convscope train FOLDER, or convscope train --resume RUN",
    )


def _alone(settings: TrainSettings | None, config: Path | None, *, nothing_else: bool) -> None:
    if settings is not None or config is not None or not nothing_else:
        raise ConfigError(
            account(
                "a resumed run keeps its settings",
                facts={"given": "other options beside --resume"},
                because="with others it would not be the same run",
                fix="convscope train --resume RUN alone, or a new run with other settings",
            )
        )


def _tell(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _print(what: object) -> None:
    Console(soft_wrap=True, markup=False, highlight=False).print(what)


def _print_json(content: object, *, json: bool) -> None:
    if json:
        sys.stdout.write(as_json(content) + "\n")
