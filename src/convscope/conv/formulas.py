"""The formula of a size, with the layer's own numbers in it."""

from convscope.conv.sizes import Window, output_size, transposed_size
from convscope.words import label


def size_formula(length: int, window: Window) -> str:
    """Write out how many places a window has on an axis.

    Args:
        length: pixels before padding.
        window: how the window slides.

    Returns:
        The formula of `output_size`, its numbers and its result.

    Raises:
        ShapeError: the window is longer than the padded axis.

    Example:
        >>> size_formula(28, Window(3, stride=2, padding=1))
        'floor((28 + 2 x 1 - 3) / 2) + 1 = 14'
        >>> size_formula(28, Window(3, padding=2, dilation=2))
        'floor((28 + 2 x 2 - 2 x (3 - 1) - 1) / 1) + 1 = 28'
        >>> size_formula(5, Window(2, stride=2, padding=1, rounded_up=True))
        'ceil((5 + 2 x 1 - 2) / 2) + 1 - 1 that would begin behind the picture = 3'
    """
    places = output_size(length, window)
    rounding = "ceil" if window.rounded_up else "floor"
    padding = f"2 x {window.padding}" + (f" + {window.extra}" if window.extra else "")
    slack = length + 2 * window.padding + window.extra - window.extent
    text = f"{rounding}(({length} + {padding} - {_extent(window)}) / {window.stride}) + 1"
    if window.rounded_up and -(-slack // window.stride) + 1 > places:
        text += f" - 1 {label('behind_picture')}"
    return f"{text} = {places}"


def transposed_formula(length: int, window: Window, *, output_padding: int = 0) -> str:
    """Write out how many pixels a transposed convolution makes.

    Args:
        length: cells along the axis.
        window: that of the convolution which is transposed.
        output_padding: pixels added at the far end.

    Returns:
        The formula of `transposed_size`, its numbers and its result.

    Raises:
        ShapeError: nothing would be left, or `output_padding` is out of its range.

    Example:
        >>> transposed_formula(14, Window(3, stride=2, padding=1), output_padding=1)
        '(14 - 1) x 2 - 2 x 1 + 3 + 1 = 28'
    """
    pixels = transposed_size(length, window, output_padding=output_padding)
    padding = f"2 x {window.padding}" + (f" - {window.extra}" if window.extra else "")
    extent = _extent(window, minus=False)
    text = f"({length} - 1) x {window.stride} - {padding} + {extent}"
    return f"{text} + {output_padding} = {pixels}"


def _extent(window: Window, *, minus: bool = True) -> str:
    if window.dilation == 1:
        return f"{window.size}"
    return f"{window.dilation} x ({window.size} - 1) {'-' if minus else '+'} 1"
