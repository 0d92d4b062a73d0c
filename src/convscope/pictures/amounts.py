"""Amounts of storage, as people write them."""

import re

from convscope.errors import ConfigError, account


def size_in_bytes(text: str, name: str = "the amount") -> int:
    """Read an amount of storage.

    Args:
        text: a number, with kB, MB, GB or TB behind it (thousands), or KiB ... (1,024), or none.
        name: of the setting, for the message.

    Returns:
        Bytes, 0 or more.

    Raises:
        ConfigError: it is none.

    Example:
        >>> size_in_bytes("20 GB"), size_in_bytes("1.5MiB"), size_in_bytes("0")
        (20000000000, 1572864, 0)
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(?:([kmgt])(i?))?b?\s*", text.lower())
    if found is None:
        raise ConfigError(
            account(
                f"{name} {text} means nothing",
                facts={name: text},
                because="it must be an amount of storage",
                fix=f"{name} 500MB or 20GB, or leave it out: half of the free disk",
            )
        )
    base = 1024 if found[3] else 1000
    return int(float(found[1]) * base ** ("_kmgt".index(found[2]) if found[2] else 0))


def amount(size_bytes: int) -> str:
    """Write an amount of storage as people do, and as `size_in_bytes` reads it.

    Returns:
        A number with a unit of thousands.

    Example:
        >>> amount(999), amount(1_234_567), amount(20 * 10**9)
        ('999 B', '1.2 MB', '20 GB')
    """
    steps = 0
    size = float(size_bytes)
    while size >= 1000 and steps < 4:
        size, steps = size / 1000, steps + 1
    return f"{size:.0f} B" if not steps else f"{size:.{int(size < 10)}f} {'kMGT'[steps - 1]}B"
