"""The commands that train: parse, call a recipe, print.

A recipe wakes torch, so recipes are imported when they are called.
"""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from convscope.cli.options import (
    RUNS,
    Config,
    Json,
    Out,
    Settings,
    asked_settings,
    opened_run,
    print_json,
    tell,
)
from convscope.cli.speaking import Voice
from convscope.errors import ConfigError, account
from convscope.runs import RunFolder, TrainSettings, option_of
from convscope.tables import number

NOT_SEARCHED = ("epochs", "lr_max", "patience", "time_limit", "tracker")
REASON_CODES = {"Ctrl-C": 130, "SIGTERM": 143}

DryRun = Annotated[
    bool, Parameter(negative="", help="Say what would be done and how long it takes.")
]


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
        folder: A folder of pictures: one folder a class, with or without train/ and valid/ above;
            an archive of one (.zip, .tgz, .tar); IDX files; or a table of paths and labels (.csv).
    """
    from convscope import recipes

    console = Voice(stderr=json)
    if (folder is None) == (resume is None):
        raise ConfigError(_what_to_train(both=folder is not None))
    if resume is not None:
        _alone(settings, config, nothing_else=out == RUNS and not dry_run)
        run = recipes.resume(opened_run(resume), console)
        return _ended(run, console, json=json)
    asked = asked_settings(settings, config)
    if dry_run:
        ready = recipes.rehearse(Path(str(folder)), asked, out=out, console=console)
        print_json(asdict(ready.settings), json=json)
        return 0
    run = recipes.train(Path(str(folder)), asked, out=out, console=console, command=sys.argv)
    return _ended(run, console, json=json)


def demo(*, settings: Settings = None, out: Out = RUNS, json: Json = False) -> int:
    """Train on the 5,000 handwritten digits that come with the package.

    Example: convscope demo
    """
    from convscope import recipes
    from convscope.pictures import digits_folder

    console = Voice(stderr=json)
    asked = asked_settings(settings, None)
    run = recipes.train(digits_folder(), asked, out=out, console=console, command=sys.argv)
    return _ended(run, console, json=json)


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

    asked = _searched(asked_settings(settings, config))
    search = recipes.find_rate(folder, asked, out=out, console=Voice(stderr=json))
    content = {"valley": search.found.valley, "picture": str(search.picture)}
    print_json({**content, "lrs": search.found.lrs, "losses": search.found.losses}, json=json)
    return 0


def _searched(asked: TrainSettings) -> TrainSettings:
    """Refuse what a search would pass over."""
    unused = [name for name in NOT_SEARCHED if getattr(asked, name) is not None]
    if unused:
        options = ", ".join(map(option_of, unused))
        raise ConfigError(
            account(
                "lr-find does not use all of these settings",
                facts={"unused": options},
                because="a search takes a hundred steps with growing rates, and no epochs",
                fix=f"leave {options} out, or use them with convscope train",
            )
        )
    return asked


def _ended(run: RunFolder, console: Console, *, json: bool) -> int:
    about = run.about
    if json:
        page = str(run.report) if run.report.exists() else None
        print_json({"run": str(run.path), "report": page, **asdict(about)}, json=True)
    if about.best_epoch is not None:
        tell(console, f"best: epoch {about.best_epoch}, {_scores(about.best)}")
    if about.settings["survey"].get("valid_is_test"):
        tell(console, "this best epoch was chosen on the only test set: its score flatters")
    if about.test is not None:
        pictures = f"{about.test['pictures']:,.0f} pictures that had no say in it"
        tell(console, f"test: {_scores(about.test)} on {pictures}")
    if about.status != "done":
        tell(console, f"{about.status}: {about.reason}")
    pictures = [path for path in (run.curves, run.schedule, run.batch) if path.exists()]
    tell(console, f"run folder: {run.path}")
    tell(console, "pictures: " + ", ".join(path.name for path in pictures))
    again = f"convscope train --resume {run.path}"
    use = [
        f"convscope evaluate {run.path}",
        f"convscope predict {run.path} PICTURE",
        f"convscope look {run.path}",
        "convscope runs",
    ]
    for command in use if about.status == "done" else [again, *use]:
        tell(console, f"next: {command}")
    return REASON_CODES.get(about.reason, 0)


def _scores(scores: dict[str, float]) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {number(score)}"
        for name, score in scores.items()
        if "loss" not in name and name != "pictures"
    )


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
