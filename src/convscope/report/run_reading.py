"""Read a run's folder as far as it can be read, and write its page."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from safetensors import SafetensorError, safe_open

from convscope.errors import RunError, account
from convscope.report.pages import write_page
from convscope.report.run import run_page
from convscope.report.run_material import Kernels, RunMaterial
from convscope.runs import (
    Activations,
    AnatomyRecord,
    RunFolder,
    chosen_on_test,
    label_suspicions,
    read_activations,
    read_anatomy,
    read_predictions,
    read_results,
    read_shown,
    read_steps,
    write_suspicions,
)

Read = TypeVar("Read")


def write_report(run: RunFolder, out: Path | None = None) -> Path:
    """Write the page of a run, from its folder alone; neither torch nor the pictures are needed.

    A page in the run's folder gets suspicions.csv beside it: every label that may be wrong.

    Args:
        run: unfinished, failed or without a model it may be: the page says what is missing.
        out: the file; by default report.html in the run's folder.

    Returns:
        The file.

    Raises:
        RunError: it cannot be written.
    """
    target = run.report if out is None else out
    told = material(run)
    write_page(run_page(told), target)
    if out is None and told.predictions is not None:
        write_suspicions(run.suspicions, label_suspicions(told.predictions))
    return target


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

    anatomy = read(run.anatomy, lambda: read_anatomy(run.anatomy), None)
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


def _kernels(run: RunFolder, anatomy: AnatomyRecord | None) -> tuple[str, Kernels] | None:
    """Read the weights of the first convolution, and no others.

    Returns:
        Its path and kernels; None where there is none.

    Raises:
        RunError: there is no model, or it is damaged.
    """
    kinds = [row.path for row in anatomy.rows if row.kind.startswith("Conv2d")] if anatomy else []
    try:
        with safe_open(run.weights, framework="numpy") as file:
            there = [*file.keys()]
            for name in [f"{path}.weight" for path in kinds] or there:
                if name in there and len(file.get_slice(name).get_shape()) == 4:
                    kernels = np.asarray(file.get_tensor(name), np.float64)
                    return name.removesuffix(".weight"), kernels
    except (OSError, SafetensorError, TypeError) as error:
        raise RunError(
            account(
                "the model of this run cannot be read",
                facts={"file": run.weights},
                because="there is none" if not run.weights.exists() else str(error),
                fix="train again",
            )
        ) from error
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
