"""Parse the words, run the command, and tell refusals."""

from collections.abc import Sequence

from cyclopts import CycloptsError
from rich.console import Console

from convscope.cli.commands import app
from convscope.errors import ConvscopeError
from convscope.tables import inert

WRONG_USE = 2


def called(words: Sequence[str]) -> int:
    """Run one command; every refusal becomes one message on the error output.

    Args:
        words: the command line without the program's name.

    Returns:
        The exit code.
    """
    try:
        code = app.meta(no_options(words), exit_on_error=False, print_error=False)
    except CycloptsError as error:
        code = _complain(f"{error}\n  try : convscope --help", WRONG_USE)
    except ConvscopeError as error:
        code = _complain(str(error), error.exit_code)
    except BrokenPipeError:  # no refusal: `main` knows what to do
        raise
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        code = _complain(f"the system refused: {error.strerror or error}{where}", 1)
    return code if isinstance(code, int) else 0


def no_options(words: Sequence[str]) -> list[str]:
    """Write "-", which begins as options do, as the path that it is, too.

    Args:
        words: a command line.

    Returns:
        The words.

    Example:
        >>> no_options(["predict", "runs/NAME", "-", "--json"])
        ['predict', 'runs/NAME', './-', '--json']
    """
    return ["./-" if word == "-" else word for word in words]


def _complain(message: str, code: int) -> int:
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    console.print(inert(f"convscope: {message}"), style="red" if console.is_terminal else None)
    return code
