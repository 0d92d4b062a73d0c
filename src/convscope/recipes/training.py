"""`convscope train`: from a folder of pictures to a run."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from shutil import copyfile
from typing import Any, cast

import torch
from rich.console import Console

from convscope import figures
from convscope.errors import ConvscopeError, RunError, account
from convscope.files import written
from convscope.recipes.estimate import estimated_seconds
from convscope.recipes.places import refuse_among
from convscope.recipes.preparing import Prepared, prepare
from convscope.recipes.reporting import reported
from convscope.recipes.running import fit_in, manifest
from convscope.recipes.saying import say
from convscope.runs import RunFolder, TrainSettings, kinds_of
from convscope.tables import duration
from convscope.train import FineTuning, combined_cos, one_cycle

# what a run did that was made before there was a choice
_BEFORE = {"augment": "none", "label_smoothing": 0.0, "class_weights": "none"}


def train(
    folder: Path,
    asked: TrainSettings,
    *,
    out: Path,
    console: Console,
    command: Sequence[str] = (),
) -> RunFolder:
    """Train a classifier on a folder of pictures and keep everything in a run folder.

    Args:
        folder: of pictures, by class; nothing is written to it.
        asked: None where the choice is left to us.
        out: parent of the run's folder.
        console: where to say what happens.
        command: the command line, to be kept.

    Returns:
        The run: its status tells if it was finished, stopped or interrupted.

    Raises:
        ConvscopeError: it cannot be trained, or `out` lies among the pictures; a run that
            had begun is marked as failed.
    """
    refuse_among(folder, out)
    ready = prepare(folder, asked, console)
    say(console, f"this will take about {duration(estimated_seconds(ready))}")
    run = RunFolder.create(out, about=manifest(ready, command))
    if ready.start is not None:  # the other run may be gone when this one is resumed
        with written(run.start) as draft:
            copyfile(ready.start.path, draft)
    say(console, f"run: {run.path}")
    _fit(run, ready, console)
    return run


def resume(run: RunFolder, console: Console) -> RunFolder:
    """Go on with a run that was interrupted, killed or stopped by its time limit.

    On the CPU, with the same number of threads and the same pictures, the weights come out bit
    for bit as if nothing had happened.

    Args:
        run: the run; its settings are used again.
        console: where to say what happens.

    Returns:
        The run.

    Raises:
        RunError: there is nothing to go on with, or the pictures have changed.
    """
    about = run.about
    if about.status == "done":
        raise RunError(
            account(
                "this run is finished",
                facts={"run": run.path, "epochs": about.settings.get("epochs")},
                because="every epoch that it was asked for is done",
                fix=f"convscope train {about.data} for a new run",
            )
        )
    asked = asked_of(run)
    torch.set_num_threads(about.threads)  # another number would round differently
    ready = prepare(Path(about.data), asked, console, kept=run.start)
    refuse_other_pictures(run, ready)
    say(console, f"run: {run.path}")
    _fit(run, ready, console, resume_from=run.resume_state)
    return run


def _fit(
    run: RunFolder, ready: Prepared, console: Console, resume_from: Path | None = None
) -> None:
    """Fit, and tell it on a page, however it ends: whoever interrupts wants no page."""
    try:
        fit_in(run, ready, console, resume_from)
    except ConvscopeError:
        reported(run, console)
        raise
    if run.about.status != "interrupted":
        reported(run, console)


def asked_of(run: RunFolder) -> TrainSettings:
    """Read a run's settings.

    Returns:
        The settings with nothing left open.

    Raises:
        RunError: somebody has edited them into something else.
    """
    stored: dict[str, Any] = {**_BEFORE, **run.about.settings}
    kinds = {field.name: kinds_of(field.type) for field in fields(TrainSettings)}
    wrong = [name for name, kind in kinds.items() if not _is_a(stored.get(name), kind)]
    if not isinstance(stored.get("fingerprint"), str):
        wrong.append("fingerprint")
    if wrong:
        raise RunError(
            account(
                "run.json cannot be read",
                facts={"file": run.manifest},
                because=f"these settings are missing or wrong: {', '.join(wrong)}",
                fix="restore the file, or train again",
            )
        )
    return TrainSettings(**{name: stored.get(name) for name in kinds})


def _is_a(value: object, kinds: tuple[type, ...]) -> bool:
    whole = type(value) is int and float in kinds  # lr-max = 1 in a settings file
    return whole or type(value) in kinds


def refuse_other_pictures(run: RunFolder, ready: Prepared) -> None:
    """Make sure that the pictures which were found are those of the run.

    Raises:
        RunError: they are not.
    """
    if ready.fingerprint != run.about.settings["fingerprint"]:
        raise RunError(
            account(
                "the pictures are not those that this run began with",
                facts={"run": run.path, "pictures": run.about.data},
                because="some were added, removed or changed since",
                fix="put them back; or begin a new run, or evaluate on a folder that you name",
            )
        )


def rehearse(folder: Path, asked: TrainSettings, *, out: Path, console: Console) -> Prepared:
    """Say what `train` would do, how long it would take, and draw the schedule; train nothing.

    Args:
        folder: of pictures, by class.
        asked: None where the choice is left to us.
        out: where schedule.png goes.
        console: where to say it.

    Returns:
        What would be trained.

    Raises:
        ConvscopeError: it could not be trained, or `out` lies among the pictures.
    """
    refuse_among(folder, out)
    ready = prepare(folder, asked, console)
    say(console, f"training would take about {duration(estimated_seconds(ready))}")
    settings = ready.settings
    steps = ready.epochs * len(ready.dls.train)
    top = cast(float, settings.lr_max)
    if ready.start is None:
        rate, momentum = one_cycle(0.25, top, 25, 1e5), combined_cos(0.25, 0.95, 0.85, 0.95)
    else:
        rates, momentum = FineTuning(top).schedules(cast(int, settings.epochs), 3)
        rate = rates[-1]
    places = [step / steps for step in range(steps)]
    out.mkdir(parents=True, exist_ok=True)
    picture = out / "schedule.png"
    figures.save(figures.schedule([*map(rate, places)], [*map(momentum, places)]), picture)
    say(console, f"schedule: {picture}")
    say(console, "nothing was trained (--dry-run)")
    return ready
