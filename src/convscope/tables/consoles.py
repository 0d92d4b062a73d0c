"""Where lines are printed."""

from rich.console import Console


def plain_console(*, stderr: bool) -> Console:
    """Make a console that prints the same lines in a terminal, a log and a notebook.

    A notebook says that it is a terminal, and cannot move its cursor: bars would leave rubbish. As
    a display of its own it would want one more package.

    Args:
        stderr: print on standard error, else on standard output.

    Returns:
        A console; it is no terminal in a notebook.

    Example:
        >>> plain_console(stderr=False).print("a line")
        a line
    """
    plain = False if Console().is_jupyter else None
    return Console(stderr=stderr, force_jupyter=False, force_terminal=plain)
