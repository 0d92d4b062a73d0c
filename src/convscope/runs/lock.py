"""One process a run: a lock that dies with its holder.

On POSIX it is `flock`, which the kernel lets go of however the process ends. On Windows it is
`msvcrt.locking` of one byte, which does the same. A network folder that supports neither lets
everybody in: the pid and the heartbeat in run.json are then all there is.
"""

import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

from convscope.errors import RunError, account
from convscope.runs.messages import cannot_write

_PATIENCE_SECONDS = 0.3  # whoever only looks whether a run is locked holds it for microseconds
_held: set[IO[str]] = set()

if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    _FAR = 1 << 30  # a locked byte cannot be read there: keep it behind the pid

    def _grip(handle: IO[str]) -> None:
        handle.seek(_FAR)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        handle.seek(0)
else:
    import fcntl

    def _grip(handle: IO[str]) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def held(path: Path) -> Generator[None]:
    """Hold the lock at `path` while the block runs.

    Yields:
        Nothing.

    Raises:
        RunError: another process holds it, or the file cannot be written.
    """
    try:
        handle = path.open("a+", encoding="ascii")
    except OSError as error:
        raise RunError(cannot_write(path, error)) from error
    with handle:
        _take(path, handle)
        _close_in_children()
        _held.add(handle)
        try:
            handle.truncate(0)
            handle.write(f"{os.getpid()}\n")
            handle.flush()
            yield
        finally:
            _held.discard(handle)


def is_held(path: Path) -> bool:
    """Say whether a living process holds the lock at `path`.

    Returns:
        False also where there is no lock file or it cannot be opened.
    """
    try:
        handle = path.open("r+" if os.access(path, os.W_OK) else "r", encoding="ascii")
    except OSError:
        return False
    with handle:
        try:
            _grip(handle)
        except OSError:
            return True
    return False


def _take(path: Path, handle: IO[str]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return _grip(handle)
        except OSError as error:
            if time.monotonic() > deadline:
                raise RunError(_refusal(path)) from error
            time.sleep(0.02)


def _refusal(path: Path) -> str:
    pid = path.read_text(encoding="ascii", errors="replace").strip() or "unknown"
    return account(
        "another process is training in this run folder",
        facts={"run": path.parent, "process": pid},
        because="two processes would overwrite each other's weights and records",
        fix=f"wait for it, or end it (kill {pid}); or train into a folder of its own",
    )


@cache
def _close_in_children() -> None:
    """See to it that forked workers do not keep the lock when their parent is killed."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_close_held)


def _close_held() -> None:  # pragma: no cover  (runs in forked children)
    for handle in _held:
        handle.close()
    _held.clear()
