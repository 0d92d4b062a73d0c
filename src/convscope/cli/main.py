"""From words on a command line to an exit code.

0 done, 1 failed, 2 wrong use, 130 and 143 interrupted.
"""

import os
import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import NoReturn

from cyclopts import CycloptsError
from rich.console import Console

from convscope.cli.commands import app
from convscope.errors import ConvscopeError

WRONG_USE = 2
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
    except BrokenPipeError:  # `convscope runs | head`: nobody is left to read
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(code)


def run(words: Sequence[str]) -> int:
    """Run one command; every refusal becomes one message on the error output.

    Returns:
        The exit code.
    """
    try:
        code = app(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        code = _complain(f"{error}\n  try : convscope --help", WRONG_USE)
    except ConvscopeError as error:
        code = _complain(str(error), error.exit_code)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            return 0
        where = f" ({error.filename})" if error.filename else ""
        code = _complain(f"the system refused: {error.strerror or error}{where}", 1)
    except KeyboardInterrupt:
        code = _complain("interrupted", INTERRUPTED)
    return code if isinstance(code, int) else 0


def _take_any_name() -> None:
    """Let the outputs take whatever a file may be called, and be closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # `convscope runs >&-`
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - to the end
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _share_the_processors() -> None:
    """Let torch's threads sleep soon when they wait for each other (decision 0011).

    As they come they spin, and where another program uses one of the processors a step takes ten
    times as long. It must be said before torch is loaded; who has an opinion keeps it.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", SPINS)


def _complain(message: str, code: int) -> int:
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    console.print(f"convscope: {message}", style="red" if console.is_terminal else None)
    return code


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise SystemExit(TERMINATED)
