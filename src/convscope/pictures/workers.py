"""Start the child processes that decode, and say why one died.

They are plain child processes, not `multiprocessing`: they must not import the user's `__main__`
again (a script without a guard, a notebook, `python -c`), and not load torch.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from convscope.errors import account


def processors() -> int:
    """Count the processors this process may use.

    Returns:
        At least 1.

    Example:
        >>> processors() >= 1
        True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def unheard() -> Generator[None]:
    """Start what never hears Ctrl-C or a polite kill, in the block: they are for the parent.

    Both reach whole groups of processes. A child that ignores them by itself must first get so
    far; one that is started where they are blocked never hears them. The parent hears them when
    the block ends: whatever it has started by then is known to it.

    Yields:
        Nothing.
    """
    if sys.platform == "win32":  # pragma: no cover - `started` sees to it
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def started(
    module: str, folder: Path, number: int, words: Sequence[object], *, told: bool = False
) -> subprocess.Popen[bytes]:
    """Start a module of ours as a child process whose errors go to a log in `folder`.

    To be called inside `unheard`.

    Args:
        module: its full name.
        folder: the first word it is given.
        number: of the process, to name its log.
        words: more words for it.
        told: it gets orders on its standard input, else nothing.

    Returns:
        The process; its standard output is a pipe.
    """
    root = str(Path(__file__).parents[2])  # where `convscope` itself lies, however it was found
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    flags = 0
    if sys.platform == "win32":  # pragma: no cover
        flags = subprocess.CREATE_NEW_PROCESS_GROUP  # Ctrl-C does not reach one
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"}
    with log_of(folder, number).open("wb") as log:
        return subprocess.Popen(
            # -P: a file of the user's called numpy.py must not be found first
            [sys.executable, "-P", "-m", module, str(folder), *map(str, words)],
            stdin=subprocess.PIPE if told else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            creationflags=flags,
        )


def log_of(folder: Path, number: int) -> Path:
    """Name the file with the errors of a process."""
    return folder / f"worker-{number}.log"


def worker_died(folder: Path, number: int, code: int) -> str:
    """Say which process died and why.

    Args:
        folder: as it was started with.
        number: of the process.
        code: its exit code, negative for a signal.

    Returns:
        A message.
    """
    log = log_of(folder, number)
    said = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    cause = (
        f"ended by signal {-code}, often for lack of memory" if code < 0 else f"exit code {code}"
    )
    return account(
        "a process that decodes pictures died",
        facts={"process": log.stem, "said": said[-1] if said else "nothing"},
        because=cause,
        fix="again; nothing half-done was kept",
    )
