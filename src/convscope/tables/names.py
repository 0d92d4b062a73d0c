"""Names as people gave them, on one line, and texts that hold such names."""

import re

_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def one_line(name: str) -> str:
    r"""Write a name so that it cannot break the line or table that it stands in.

    Args:
        name: of a class or file; it may hold anything.

    Returns:
        The name; control characters, line ends among them, as their escapes.

    Example:
        >>> print(one_line("cats\nand dogs"), one_line("żaba"))
        cats\nand dogs żaba
    """
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in name)


def inert(text: str) -> str:
    r"""Write a text of several lines so that names in it cannot command a terminal.

    Args:
        text: it may hold names of files and classes, and those anything.

    Returns:
        The text; what moves a cursor, colours or turns letters round, as its escape.

    Example:
        >>> print(inert("two\nlines: \x1b[2J"))
        two
        lines: \x1b[2J
    """
    return _COMMANDS.sub(lambda found: repr(found[0])[1:-1], text)
