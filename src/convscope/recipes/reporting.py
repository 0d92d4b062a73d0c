"""`convscope report`: all that a run kept, on one page."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import numpy as np
from rich.console import Console

from convscope.errors import ConvscopeError, RunError
from convscope.export import chosen_on_test
from convscope.recipes.describing import describe
from convscope.recipes.loading import read_model
from convscope.recipes.places import refuse_among
from convscope.recipes.saying import say
from convscope.report import RunMaterial, run_page, write_page
from convscope.runs import (
    Activations,
    AnatomyRecord,
    RunFolder,
    read_activations,
    read_anatomy,
    read_predictions,
    read_results,
    read_shown,
    read_steps,
)

Read = TypeVar("Read")
Kernels = tuple[str, np.ndarray]


def report(run: RunFolder, out: Path | None = None) -> Path:
    """Write the page of a run, from its folder alone.

    Args:
        run: unfinished, failed or without a model it may be: the page says what is missing.
        out: the file; by default report.html in the run's folder.

    Returns:
        The file.

    Raises:
        RunError: the page cannot be written.
        ConfigError: `out` lies among the run's pictures.
    """
    target = run.report if out is None else out
    refuse_among(Path(run.about.data), target)
    write_page(run_page(material(run)), target)
    return target


def reported(run: RunFolder, console: Console) -> None:
    """Write the page when a training ends; what goes wrong is said, for the training is done."""
    try:
        say(console, f"report: {report(run)}")
    except (ConvscopeError, OSError) as error:
        say(console, f"no report: {str(error).splitlines()[0]}; convscope report {run.path}")


def material(run: RunFolder) -> RunMaterial:
    """Read all that a run kept, and note what cannot be read.

    Returns:
        What its page is made of.
    """
    gaps: dict[str, str] = {}

    def read(path: Path, reader: Callable[[], Read], otherwise: Read) -> Read:
        try:
            return reader()
        except RunError as error:
            gaps[path.name] = _reason(error)
            return otherwise

    anatomy = read(run.anatomy, lambda: _anatomy(run), None)
    return RunMaterial(
        name=run.path.resolve().name,
        folder=str(run.path.resolve()),
        status=run.status,
        about=run.about,
        rows=read(run.results, lambda: read_results(run.results), []),
        steps=read(run.steps, lambda: read_steps(run.steps), None),
        predictions=read(
            run.predictions, lambda: read_predictions(run.predictions, run.about.classes), None
        ),
        shown=read(run.shown, lambda: read_shown(run.shown), {}),
        anatomy=anatomy,
        kernels=read(run.weights, lambda: _kernels(run, anatomy), None),
        seen=read(run.activations, lambda: _seen(run), None),
        is_flattered=chosen_on_test(run.about),
        gaps=gaps,
    )


def _anatomy(run: RunFolder) -> AnatomyRecord | None:
    if run.anatomy.exists() or not run.weights.exists():
        return read_anatomy(run.anatomy)
    with suppress(
        ConvscopeError
    ):  # a training that was killed left weights, and nothing about them
        return describe(run)
    return read_anatomy(run.anatomy)


def _kernels(run: RunFolder, anatomy: AnatomyRecord | None) -> Kernels | None:
    weights = read_model(run.weights).weights
    kinds = [row.path for row in anatomy.rows if row.kind.startswith("Conv2d")] if anatomy else []
    names = [f"{path}.weight" for path in kinds] or [*weights]
    for name in names:
        if name in weights and weights[name].dim() == 4:
            return name.removesuffix(".weight"), weights[name].double().numpy()
    return None


def _seen(run: RunFolder) -> Activations | None:
    if not run.activations.exists():
        return None
    seen = read_activations(run.activations)
    return seen if seen.layers() else None


def _reason(error: RunError) -> str:
    lines = [line.strip() for line in str(error).splitlines()]
    because = [line.partition(":")[2].strip() for line in lines if line.startswith("because")]
    return (because or lines)[0]
