"""Where lines are printed."""

from typing import IO

from rich.console import Console


def plain_console(file: IO[str] | None = None) -> Console:
    r"""Make a console that prints the same lines in a terminal, a log and a notebook.

    A notebook says that it is a terminal, and cannot move its cursor: bars would leave rubbish. As
    a display of its own it would want one more package.

    Args:
        file: where to; None for standard error.

    Returns:
        A console; it is no terminal in a notebook.

    Example:
        >>> import io
        >>> page = io.StringIO()
        >>> plain_console(page).print("a line")
        >>> page.getvalue()
        'a line\n'
    """
    in_notebook = Console().is_jupyter
    return Console(
        file=file,
        stderr=file is None,
        force_jupyter=False,
        force_terminal=False if in_notebook else None,
    )
