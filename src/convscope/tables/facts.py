"""Names and values, side by side."""

import textwrap
from collections.abc import Mapping

from convscope.tables.names import one_line

_WIDEST = 80


def facts(named: Mapping[str, object]) -> str:
    """Align names and values in two columns; long values wrap under themselves.

    Args:
        named: name to value; a list or tuple takes a line an entry.

    Returns:
        Lines of at most 80 characters, where no single word is longer.

    Example:
        >>> print(facts({"classes": 10, "found": ["4,000 pictures", "valid: its own folder"]}))
        classes  10
        found    4,000 pictures
                 valid: its own folder
    """
    named = {one_line(name): value for name, value in named.items()}
    width = max((len(name) for name in named), default=0)
    return "\n".join(
        f"{name if first else '':<{width}}  {line}".rstrip()
        for name, value in named.items()
        for first, line in _lines(value, _WIDEST - width - 2)
    )


def _lines(value: object, width: int) -> list[tuple[bool, str]]:
    entries = list(value) if isinstance(value, list | tuple) else [value]
    wrapped = [
        line
        for entry in entries
        for line in textwrap.wrap(
            f"{entry}", max(width, 20), break_long_words=False, break_on_hyphens=False
        )
    ]
    return [(place == 0, line) for place, line in enumerate(wrapped or ["-"])]
