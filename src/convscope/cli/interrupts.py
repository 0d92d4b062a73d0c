"""Ctrl-C and a polite kill at any moment: exceptions, but never in the middle of an import.

An exception that passes through a library half loaded comes to no good: some take it for a library
that is not installed and go on, and what they leave behind crashes when the process ends.
"""

import os
import signal
from contextlib import suppress
from types import FrameType

INTERRUPTED, TERMINATED = 130, 143
SAID = b"convscope: interrupted\n"
AGAIN_SECONDS = 0.05


def listen() -> None:
    """Hear SIGINT (unless it was ignored from the start, as behind `nohup`) and SIGTERM."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _heard)
    signal.signal(signal.SIGTERM, _heard)


def hear_no_more() -> None:
    """Ignore both while the process ends: Python's own end would die of them, code and all."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _heard(number: int, frame: FrameType | None) -> None:
    importer = _importer(frame)
    if importer is None:
        raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(TERMINATED)
    if importer.startswith("convscope.cli."):  # a command loads what it needs: nothing is begun
        _leave(number)
    _hear_later(number)


def _importer(frame: FrameType | None) -> str | None:
    """Name the module whose import is under way: the one that began, of imports in imports."""
    found = None
    while frame is not None:
        if frame.f_globals.get("__name__") == "importlib._bootstrap":
            found = frame.f_back
        frame = frame.f_back
    return None if found is None else str(found.f_globals.get("__name__"))


def _leave(number: int) -> None:
    """End without Python's own end, which would tear down libraries that are half loaded."""
    if number == signal.SIGINT:
        with suppress(OSError):  # the error output may be closed
            os.write(2, SAID)
    os._exit(INTERRUPTED if number == signal.SIGINT else TERMINATED)


def _hear_later(number: int) -> None:
    from threading import Timer  # not among the first things loaded

    again = Timer(AGAIN_SECONDS, _raise_again, (number,))
    again.daemon = True
    again.start()


def _raise_again(number: int) -> None:
    from threading import main_thread

    if hasattr(signal, "pthread_kill"):  # wakes the main thread, whatever it waits for
        signal.pthread_kill(main_thread().ident or 0, number)
    else:  # Windows
        from _thread import interrupt_main

        interrupt_main(signal.Signals(number))
