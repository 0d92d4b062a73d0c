"""`convscope chapter`: climb the ladder, and say what comes out on the way."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from time import perf_counter, process_time

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from convscope.recipes.chapter.ladder import STEPS, Step, rung_of
from convscope.recipes.chapter.material import Material, material, threes_and_sevens
from convscope.recipes.chapter.trial import Outcome, fitted, seen_inside
from convscope.recipes.places import refuse_among
from convscope.recipes.saying import say
from convscope.report import chapter_page, write_page
from convscope.runs import Inside, Ladder, Steps, said
from convscope.tables import duration, ladder_table
from convscope.train import Callback, Training
from convscope.words import label

_BAR = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())


def climb(
    seeds: Sequence[int],
    console: Console,
    *,
    folder: Path | None = None,
    out: Path | None = None,
    steps: Sequence[Step] = STEPS,
) -> Ladder:
    """Make every step of the ladder with every seed.

    Args:
        seeds: of weights and order, at least one. The first one's nets are watched.
        console: where to say what comes out, and the table of what is done if it is interrupted.
        folder: of MNIST; None for the place where `untar_data` keeps it, else the embedded digits.
        out: where a page about it is to lie.
        steps: of the ladder.

    Returns:
        The numbers, and what was seen inside.

    Raises:
        ConvscopeError: the digits cannot be read, or `out` lies among them.
        KeyboardInterrupt: of the one who waits; what is done so far has been said.
        SystemExit: of the system, likewise.
    """
    climbing = _Climbing(folder, steps)
    if out is not None:
        refuse_among(climbing.digits.folder, out)
    try:
        climbing.climb(seeds, console)
    except (KeyboardInterrupt, SystemExit):
        climbing.say_how_far(console)
        raise
    return climbing.so_far()


def write_chapter(ladder: Ladder, out: Path) -> None:
    """Write the page of the ladder.

    Args:
        ladder: what was measured and seen.
        out: the file to write or replace.

    Raises:
        RunError: it cannot be written.
    """
    write_page(chapter_page(ladder), out)


class _Climbing:
    """What is done so far."""

    def __init__(self, folder: Path | None, steps: Sequence[Step]) -> None:
        self.began = perf_counter(), process_time()
        self.digits = material(folder)
        self.sample = threes_and_sevens(self.digits) if any(s.on_sample for s in steps) else None
        self.outcomes: dict[str, list[Outcome]] = {step.trial.name: [] for step in steps}
        self.inside: dict[str, Inside] = {}
        self.steps = steps

    def climb(self, seeds: Sequence[int], console: Console) -> None:
        """Go through the steps, a seed after the other."""
        dls = self.digits.dls
        counts = {"train": f"{dls.train.n:,}", "valid": f"{dls.valid.n:,}"}
        data = {"data": said(self.digits.title), **counts}
        say(console, label("ladder_learns_from").format(**data))
        factor = self.digits.epochs_factor
        if factor > 1:
            say(console, label("ladder_more_epochs").format(factor=factor))
        with Progress(
            *_BAR, console=console, transient=True, disable=not console.is_terminal
        ) as bar:
            for seed in seeds:
                for step in self.steps:
                    outcome = self._made(step, seed, bar, watched=seed == seeds[0])
                    say(bar.console, _told(step, outcome))

    def so_far(self) -> Ladder:
        """Sum up what is done.

        Returns:
            The steps that have at least one seed.
        """
        done = [step for step in self.steps if self.outcomes[step.trial.name]]
        wall, processor = self.began
        return Ladder(
            rungs=tuple(
                rung_of(
                    step,
                    self._material(step),
                    self.outcomes[step.trial.name],
                    self.outcomes[following.trial.name] if following else [],
                )
                for step, following in zip_longest(done, done[1:])
            ),
            inside=dict(self.inside),
            data=self.digits.title,
            factor=self.digits.epochs_factor,
            seconds=perf_counter() - wall,
            processor_seconds=process_time() - processor,
        )

    def say_how_far(self, console: Console) -> None:
        """Print the table of what is done."""
        rungs = self.so_far().rungs
        say(console, label("ladder_so_far" if rungs else "ladder_nothing"))
        if rungs:
            console.print(ladder_table(rungs))

    def _material(self, step: Step) -> Material:
        return self.sample if step.on_sample and self.sample is not None else self.digits

    def _made(self, step: Step, seed: int, bar: Progress, *, watched: bool) -> Outcome:
        name = step.trial.name
        task = bar.add_task(label("ladder_under_way").format(step=name, seed=seed), total=1.0)
        cbs = [] if bar.disable else [_Shown(bar, task)]
        outcome = fitted(step.trial, self._material(step), seed, watched=watched, cbs=cbs)
        bar.remove_task(task)
        self.outcomes[name].append(outcome)
        if watched:
            self.inside[name] = _seen(outcome)
        return outcome


class _Shown(Callback):
    """Move the bar."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self.bar, self.task = bar, task

    def after_batch(self, training: Training) -> None:
        """Show how much of the fit is done."""
        self.bar.update(self.task, completed=training.fit_share)


def _told(step: Step, outcome: Outcome) -> str:
    return label("ladder_fitted").format(
        step=step.trial.name,
        seed=outcome.seed,
        accuracy=f"{outcome.accuracy:.4f}",
        book=f"{step.book.accuracy:.4f}",
        time=duration(outcome.seconds),
    )


def _seen(outcome: Outcome) -> Inside:
    recorder = outcome.learn.recorder
    epochs = [bisect_right(recorder.epoch_ends, step) for step in range(len(outcome.losses))]
    course = Steps([*range(len(epochs))], epochs, outcome.losses, recorder.lrs, recorder.moms)
    seen = seen_inside(outcome)
    return Inside(seen.history(0), seen.grid(0), course, outcome.seed)
