"""One fit in one run folder: what is written before, during and after."""

import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from os import getpid
from pathlib import Path
from typing import cast

import torch
from rich.console import Console
from torch import Tensor, nn
from torch.nn import functional as F

import convscope
from convscope import figures
from convscope.data import titles
from convscope.instruments import ActivationStats
from convscope.recipes.keeping import keep, keep_anatomy
from convscope.recipes.leftovers import write_skipped
from convscope.recipes.loading import metadata
from convscope.recipes.preparing import FREEZE_EPOCHS, Prepared
from convscope.recipes.runlog import RunLog, epoch_row
from convscope.recipes.signals import StopOnSignal, interruption
from convscope.recipes.starting import split_at_head
from convscope.recipes.testing import last_word
from convscope.recipes.trackers import trackers_of
from convscope.runs import (
    Manifest,
    RunFolder,
    TrainSettings,
    now,
    read_results,
    read_steps,
    seconds,
)
from convscope.train import (
    BalancedAccuracy,
    Callback,
    EarlyStopping,
    Learner,
    ProgressTable,
    SaveBest,
    SaveLast,
    StopOnNaN,
    TimeLimit,
    accuracy,
    balanced_weights,
    trainable_params,
)

VERSIONS_OF = ("torch", "numpy", "pillow", "safetensors")
SEEN_INSIDE = 10_000  # steps at most that are kept of every layer: some 6 MB
SHOWN = 9  # pictures of the sample batch


def manifest(ready: Prepared, command: Sequence[str]) -> Manifest:
    """Describe a run that is about to begin.

    Returns:
        What run.json will say.
    """
    height, width = ready.choice.size
    settings = asdict(ready.settings) | {
        "height": height,
        "width": width,
        "fingerprint": ready.fingerprint,
        "skipped": [[str(path), reason] for path, reason in ready.dls.skipped],
        "survey": ready.found.to_dict(),
        "best_by": best_by(ready.settings),
        "began_with": ready.start and ready.start.to_dict(ready.dls.prepare),
    }
    return Manifest(
        convscope=convscope.__version__,
        versions={"python": platform.python_version(), **{n: version(n) for n in VERSIONS_OF}},
        settings=settings,
        seed=cast(int, ready.settings.seed),
        classes=ready.dls.vocab,
        data=str(ready.found.root),
        found=ready.notes,
        device=str(ready.dls.device),
        threads=torch.get_num_threads(),
        command=list(command),
    )


def best_by(settings: TrainSettings) -> str:
    """Name the score that decides which epoch is the best.

    Where classes are weighted all count the same in it, too.

    Returns:
        A column of results.csv.
    """
    return "balanced_accuracy" if settings.class_weights == "auto" else "accuracy"


def fit_in(
    run: RunFolder, ready: Prepared, console: Console, resume_from: Path | None = None
) -> None:
    """Fit, with everything kept in the run's folder, however it ends.

    Args:
        run: already described by `manifest`; its status becomes done, stopped (a limit),
            interrupted (a signal) or failed.
        ready: data, network, settings.
        console: where the table of epochs goes.
        resume_from: a checkpoint of this run; None, or one that was never written, begins anew.

    Raises:
        ConvscopeError: training cannot go on; the run is marked as failed.
    """
    with run.lock():  # only who has it may write
        run.save(replace(run.about, status="running", reason="", ended=None, pid=getpid()))
        try:
            write_skipped(run, ready.dls.skipped, ready.found)
            _draw_batch(run, ready)
            keep_anatomy(run, ready, console)
            ended, learn, best = _fitted(run, ready, console, resume_from)
            run.save(replace(run.about, **best))  # drawing takes a second and may be interrupted
            _draw_results(run, learn)
            keep(run, ready, console)
            if ended["status"] != "interrupted":
                run.save(replace(run.about, test=last_word(run, learn, ready.dls)))
            run.save(replace(run.about, ended=now(), **ended))
        except BaseException as error:
            status = "failed" if isinstance(error, Exception) else "interrupted"
            reason = interruption(error) or (str(error).splitlines() or [type(error).__name__])[0]
            run.save(replace(run.about, status=status, reason=reason, ended=now()))
            if status == "failed":
                keep(run, ready, console)  # of the epochs before
            raise


def _fitted(
    run: RunFolder, ready: Prepared, console: Console, resume_from: Path | None
) -> tuple[dict[str, str], Learner, dict[str, object]]:
    settings = ready.settings
    learn = _learner(ready)
    described = metadata(cast(str, settings.arch), ready.dls.prepare)
    best, signals = SaveBest(run.weights, best_by(settings), described), StopOnSignal()
    learn.cbs += [
        StopOnNaN(),
        RunLog(run, learn.recorder),
        ActivationStats(path=run.activations, records=SEEN_INSIDE),
        ProgressTable(learn.recorder, console),
        best,
        SaveLast(run.resume_state),
        signals,
        *_limits(settings),
        *trackers_of(run, settings, console),
    ]
    begun = resume_from if resume_from is not None and resume_from.exists() else None
    epochs, rate = cast(int, settings.epochs), cast(float, settings.lr_max)
    if ready.start is None:
        learn.fit_one_cycle(epochs, rate, resume_from=begun)
    else:
        learn.fine_tune(epochs, rate, FREEZE_EPOCHS, resume_from=begun)
    status = "interrupted" if signals.received else "stopped" if learn.stopped else "done"
    ended = {"status": status, "reason": learn.stopped}
    if best.epoch is None:
        return ended, learn, {}
    row = epoch_row(learn.recorder, best.epoch)
    scores = {"train_loss": row.train_loss, "valid_loss": row.valid_loss, **row.metrics}
    return ended, learn, {"best_epoch": best.epoch, "best": scores}


def _learner(ready: Prepared) -> Learner:
    settings = ready.settings
    balanced = [BalancedAccuracy()] if settings.class_weights == "auto" else []
    return Learner(
        ready.dls,
        ready.model,
        _objective(ready),
        splitter=split_at_head(ready.head) if ready.start else trainable_params,
        metrics=[accuracy, *balanced],
        wd=settings.weight_decay,
        valid_loss=F.cross_entropy,  # comparable between runs, and what `evaluate` measures
        quiet=True,
    )


def _objective(ready: Prepared) -> Callable[[Tensor, Tensor], Tensor]:
    settings = ready.settings
    smoothing = cast(float, settings.label_smoothing)
    weights = None
    if settings.class_weights == "auto":
        weights = balanced_weights(ready.dls.train_counts).to(ready.dls.device)
    if weights is None and not smoothing:
        return F.cross_entropy
    return nn.CrossEntropyLoss(weights, label_smoothing=smoothing)


def _limits(settings: TrainSettings) -> list[Callback]:
    limits: list[Callback] = []
    if settings.patience is not None:
        limits.append(EarlyStopping(patience=settings.patience))
    if settings.time_limit is not None:
        limits.append(TimeLimit(seconds(settings.time_limit)))
    return limits


def _draw_batch(run: RunFolder, ready: Prepared) -> None:
    images, labels = ready.dls.one_batch()
    plain = ready.dls.prepare.scaling.undone(images[:SHOWN]).cpu().numpy()
    names = titles(labels[:SHOWN], ready.dls.vocab)
    figures.save(figures.sample_batch(plain, names), run.batch)


def _draw_results(run: RunFolder, learn: Learner) -> None:
    figures.save(figures.schedule(learn.recorder.lrs, learn.recorder.moms), run.schedule)
    rows = read_results(run.results)
    if rows:
        figures.save(figures.curves(rows, read_steps(run.steps)), run.curves)
