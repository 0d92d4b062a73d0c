"""A table that grows by a row an epoch, with a bar below it where there is a terminal."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from convscope import tables
from convscope.runs import EpochRow
from convscope.train.callbacks import Callback
from convscope.train.recorder import Recorder
from convscope.train.state import Training
from convscope.words import label

REFRESH_SECONDS = 0.2  # a bar redrawn at every step would cost more than small steps do


class ProgressTable(Callback):
    """Print a row of results an epoch; on a terminal, show how far the fit has come.

    Args:
        recorder: whose rows are printed.
        console: where to; by default standard output.
    """

    order = 60  # after the recorder

    def __init__(self, recorder: Recorder, console: Console | None = None) -> None:
        self.recorder = recorder
        self.console = console
        self._redraw_at = 0.0

    @contextmanager
    def attached(self, training: Training) -> Generator[None]:
        """Show the bar while the fit runs; in a log there is none."""
        console = self.console or tables.plain_console(stderr=False)
        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        self._bar = Progress(
            *columns,
            console=console,
            transient=True,
            auto_refresh=False,
            disable=not console.is_terminal,
        )
        with self._bar:
            self._task = self._bar.add_task("", total=1.0)
            yield

    def before_fit(self, training: Training) -> None:
        """Print the names of the columns."""
        self._table = tables.EpochTable(training.score_names[1:])
        self._bar.console.print(self._table.header(), highlight=False, soft_wrap=True)

    def after_batch(self, training: Training) -> None:
        """Move the bar now and then."""
        now = time.monotonic()
        if self._bar.disable or now < self._redraw_at:
            return
        self._redraw_at = now + REFRESH_SECONDS
        loss = self.recorder.losses[-1]
        text = label("under_way").format(epoch=training.epoch, loss=f"{loss:.4f}")
        self._bar.update(self._task, completed=training.fit_share, description=text, refresh=True)

    def after_epoch(self, training: Training) -> None:
        """Print the epoch's row."""
        train_loss, valid_loss, *metrics = self.recorder.values[-1]
        named = dict(zip(training.score_names[1:], metrics, strict=True))
        row = EpochRow(training.epoch, train_loss, valid_loss, named, self.recorder.seconds[-1])
        self._bar.console.print(self._table.row(row), highlight=False, soft_wrap=True)
