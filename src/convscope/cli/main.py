"""From words on a command line to an exit code.

0 done, 1 failed, 2 wrong use, 130 and 143 interrupted, 141 nobody reads the output any more.

This file imports next to nothing, so that Ctrl-C is answered from the first moment on; what takes
its time is imported by `run`.
"""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from convscope.cli.interrupts import INTERRUPTED, SAID, hear_no_more, listen
from convscope.cli.pipes import UNREAD, read_no_more

TYPE_CHECKING = False  # of `typing`, which alone takes as long to load as all the rest here
if TYPE_CHECKING:
    from typing import NoReturn

SPINS = "3000"  # turns of a waiting loop, some microseconds


def main(words: Sequence[str] | None = None) -> "NoReturn":
    """Run the command line and leave the process with its exit code.

    Args:
        words: the command line without the program's name; by default that of the process.

    Raises:
        SystemExit: always, with the exit code.
    """
    listen()
    try:
        _take_any_name()
        _share_the_processors()
        raise SystemExit(run(sys.argv[1:] if words is None else list(words)))
    except KeyboardInterrupt:  # before or behind `run`
        raise SystemExit(_interrupted()) from None
    finally:
        hear_no_more()


def run(words: Sequence[str]) -> int:
    """Run one command; every refusal becomes one message on the error output.

    Returns:
        The exit code.
    """
    try:
        from convscope.cli.calling import called  # some tenths of a second

        code = called(words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:  # `convscope runs | head`
        read_no_more()
        return UNREAD
    return code


def _interrupted() -> int:
    sys.stderr.write(SAID.decode())
    return INTERRUPTED


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
