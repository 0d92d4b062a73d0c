"""What stands in each column of the table of a network."""

from collections.abc import Callable, Sequence

from convscope.runs import FieldOfView, LayerRow, WindowShape
from convscope.words import label


def _layer(row: LayerRow, share: int, lang: str | None) -> str:
    del share
    return row.kind + (f" ({label('anatomy_reused', lang)})" if row.turn else "")


def _count(row: LayerRow, share: int, lang: str | None) -> str:
    del lang
    return "?" if row.multiply_adds is None else f"{row.multiply_adds // share:,}"


def field_text(found: FieldOfView, lang: str | None = None) -> str:
    """Write a receptive field and its jump.

    Args:
        found: the field.
        lang: as for `words.label`.

    Returns:
        Such as "427 / 32", "5 x 7 / 2 x 1", "<= 9 / -", "whole input", "unknown".

    Example:
        >>> from fractions import Fraction
        >>> field_text(FieldOfView((3, 3), (Fraction(2), Fraction(2)), (None, None)))
        '3 / 2'
    """
    names = {"whole input": "whole", "unknown": "unknown", "data-dependent": "data"}
    if not found.size:
        return "-"
    if found.status in names:
        return label(f"anatomy_{names[found.status]}", lang)
    if not any(found.size):
        return "-"
    most = "<= " if found.status == "upper bound" else ""
    return f"{most}{_sides(found.size)} / {_sides(found.jump)}"


def _sides(sides: Sequence[object]) -> str:
    written = ["-" if side is None else f"{side}" for side in sides]
    return written[0] if len(set(written)) == 1 else " x ".join(written)


def _window(window: WindowShape | None) -> str:
    if window is None:
        return ""
    parts = [_sides(window.size)]
    for name, sides, usual in (
        ("/", window.stride, 1),
        ("+", window.padding, 0),
        ("d", window.dilation, 1),
    ):
        if set(sides) != {usual}:
            parts.append(f"{name}{_sides(sides)}")
    return " ".join(parts) + (f" g{window.groups}" if window.groups > 1 else "")


def first_shape(shapes: Sequence[Sequence[int]], lang: str | None = None) -> str:
    """Write the first of some shapes, and how many more there are.

    Args:
        shapes: of tensors; that of a single number is empty.
        lang: as for `words.label`.

    Returns:
        Such as "1 x 8 x 14 x 14", "-" for none.

    Example:
        >>> first_shape([(1, 3, 8, 8), (2,)])
        '1 x 3 x 8 x 8 +1'
    """
    if not shapes:
        return "-"
    more = f" +{len(shapes) - 1}" if len(shapes) > 1 else ""
    return (" x ".join(map(str, shapes[0])) or label("anatomy_one_number", lang)) + more


def bytes_text(size: int) -> str:
    """Write an amount of memory, in bytes.

    Returns:
        Such as "150 B" or "1.50 MB".

    Example:
        >>> bytes_text(150), bytes_text(1_500_000)
        ('150 B', '1.50 MB')
    """
    return f"{size:,} B" if size < 10_000 else f"{size / 1e6:,.2f} MB"


CELLS: dict[str, Callable[[LayerRow, int, str | None], str]] = {
    "path": lambda row, _, __: row.path or "-",
    "layer": _layer,
    "input": lambda row, _, lang: first_shape(row.inputs, lang),
    "output": lambda row, _, lang: first_shape(row.outputs, lang),
    "window": lambda row, _, __: _window(row.window),
    "parameters": lambda row, _, __: f"{row.trainable + row.frozen:,}" + "*" * bool(row.tied),
    "trainable": lambda row, _, lang: label(f"anatomy_{bool(row.trainable)}".lower(), lang),
    "multiply_adds": _count,
    "activation": lambda row, _, __: bytes_text(row.activation_bytes),
    "field": lambda row, _, lang: field_text(row.field, lang),
}
