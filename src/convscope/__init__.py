"""See inside convolutional classifiers while they learn.

The building, top floor first. Every room may use the rooms below it, never one above.

    cli          the command line: parse, call a recipe, print
    recipes      what a person asks for, as one function each
    all          the chapter's names, for `from convscope.all import *`
    report       the pages: of a run, of one picture, of the chapter
    export       hand a model to other tools, and take it back
    instruments  look inside while it learns
    interpret    look inside once it has learnt
    train        the loop, its callbacks, its schedules
    data         from pictures to batches
    models       the networks we ship
    probe        take any module apart: the only place that hangs hooks
    figures      draw a record with matplotlib
    tables       write a record as text, HTML or JSON
    conv         the arithmetic of convolution (no torch)
    runs         the folder a run leaves behind, its records and settings (no torch)
    pictures     find, fetch, decode and cache pictures (no torch)
    words        every label that people see
    tensors      names for axes
    files        write a file whole or not at all
    errors       everything we raise

Rooms on one floor (see the contract in pyproject.toml) do not know each other. A room loads when
it is touched: `import convscope` alone is quick and leaves torch asleep.
"""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

__version__ = "0.2.0"


def __getattr__(name: str) -> ModuleType:
    """Open the room called `name` (PEP 562).

    Returns:
        The room, imported.

    Raises:
        AttributeError: there is no such room.
    """
    if find_spec(f"{__name__}.{name}") is not None:
        return import_module(f"{__name__}.{name}")
    message = f"module {__name__!r} has no room {name!r}"
    raise AttributeError(message)
