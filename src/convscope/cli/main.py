"""From words on a command line to an exit code.

0 done, 1 failed, 2 wrong use, 130 and 143 interrupted, 141 nobody reads the output any more.

This file imports next to nothing, so that Ctrl-C is answered from the first moment on; what takes
its time is imported by `run`.
"""

import os
import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from types import FrameType
from typing import NoReturn

from convscope.cli.pipes import UNREAD, read_no_more

INTERRUPTED, TERMINATED = 130, 143
SPINS = "3000"  # turns of a waiting loop, some microseconds


def main(words: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave the process with its exit code.

    Args:
        words: the command line without the program's name; by default that of the process.

    Raises:
        SystemExit: always, with the exit code.
    """
    signal.signal(signal.SIGTERM, _terminated)
    _take_any_name()
    _share_the_processors()
    code = run(sys.argv[1:] if words is None else list(words))
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # `convscope runs | head`
        read_no_more()
        code = UNREAD
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Python's own end would die of it, code and all
    raise SystemExit(code)


def run(words: Sequence[str]) -> int:
    """Run one command; every refusal becomes one message on the error output.

    Returns:
        The exit code.
    """
    try:
        from convscope.cli.calling import called  # some tenths of a second

        return called(words)
    except KeyboardInterrupt:
        sys.stderr.write("convscope: interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        read_no_more()
        return UNREAD


def _take_any_name() -> None:
    """Let the outputs take whatever a file may be called, and be closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # `convscope runs >&-`
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115, PTH123 - to the end; no import
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _share_the_processors() -> None:
    """Let torch's threads sleep soon when they wait for each other (decision 0011).

    As they come they spin, and where another program uses one of the processors a step takes ten
    times as long. It must be said before torch is loaded; who has an opinion keeps it.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", SPINS)


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise SystemExit(TERMINATED)
