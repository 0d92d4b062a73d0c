"""Names as people gave them, on one line."""


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
