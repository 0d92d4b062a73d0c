"""A bar for work that takes a while, and nothing for work that does not."""

import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager

from rich.progress import Progress

from convscope.tables import plain_console

PATIENCE_SECONDS = 1.0


@contextmanager
def progress_bar(
    task: str, *, patience_seconds: float = PATIENCE_SECONDS
) -> Generator[Callable[[int, int], None]]:
    """Lend a function that is told (done, total) and draws a bar on standard error.

    Args:
        task: what is being done, shown before the bar.
        patience_seconds: the bar appears when the work has taken so long.

    Yields:
        The function to report to.

    Example:
        >>> with progress_bar("decoding") as report:
        ...     report(1, 2)
    """
    started = time.monotonic()
    with ExitStack() as open_bar:
        bar: Progress | None = None

        def report(done: int, total: int) -> None:
            nonlocal bar
            if bar is None:
                if time.monotonic() - started < patience_seconds:
                    return
                bar = open_bar.enter_context(Progress(console=plain_console(stderr=True)))
                bar.add_task(task)
            bar.update(bar.task_ids[0], completed=done, total=total)

        yield report
