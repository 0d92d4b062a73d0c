"""Numbers as people read them."""

from math import isfinite

_PLACES = 4


def number(value: float) -> str:
    """Write a loss or a share with four decimals, the very small and very large in powers of ten.

    Returns:
        A text of at most 10 characters.

    Example:
        >>> [number(one) for one in (0.9743, 2.3074512, 0.00001234, 123456.7, float("nan"))]
        ['0.9743', '2.3075', '1.2e-05', '1.2e+05', 'nan']
    """
    plain = value == 0 or 10**-_PLACES <= abs(value) < 10**_PLACES or not isfinite(value)
    return f"{value:.{_PLACES}f}" if plain else f"{value:.1e}"


def duration(seconds: float) -> str:
    """Write a span of time; tenths of a second only where they matter.

    Args:
        seconds: 0 or more.

    Returns:
        "2.2 s", "1:05" or "1:02:03".

    Example:
        >>> [duration(one) for one in (0.04, 2.2, 59.96, 65.0, 3723.0)]
        ['0.0 s', '2.2 s', '1:00', '1:05', '1:02:03']
    """
    if not isfinite(seconds):
        return "-"
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def percent(share: float) -> str:
    """Write a share with a decimal; "-" where it is not known.

    Returns:
        A text; never 100.0 % of what is not all, nor 0.0 % of what is something.

    Example:
        >>> percent(0.9745), percent(0.99999), percent(1.0), percent(float("nan"))
        ('97.5 %', '99.9 %', '100.0 %', '-')
    """
    if not isfinite(share):
        return "-"
    if 0 < share < 1:
        share = min(max(share, 0.001), 0.999)
    return f"{100 * share:.1f} %"
