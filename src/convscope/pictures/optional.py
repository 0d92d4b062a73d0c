"""The one place of this room that wakes a heavy library, and only when it is needed."""

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

PATIENCE_SECONDS = 1.0


@contextmanager
def byte_bars() -> Generator[Callable[[str, int, int], None]]:
    """Lend a callback that draws a bar for each stage, once it takes longer than a second.

    Yields:
        The callback (stage, bytes done, of how many), which does nothing where nobody looks.
    """
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TimeRemainingColumn

    tasks: dict[str, TaskID] = {}
    started: dict[str, float] = {}
    columns = "{task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:

        def told(stage: str, done: int, total: int) -> None:
            if time.monotonic() - started.setdefault(stage, time.monotonic()) < PATIENCE_SECONDS:
                return
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield told
