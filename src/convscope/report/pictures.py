"""A figure inside a page: its content, and what it says to who cannot see it."""

from base64 import b64encode
from dataclasses import dataclass

from convscope import figures


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a template shows with the macro `figure`.

    Attributes:
        source: a data URI.
        width: in the pixels of a page.
        height: likewise.
        alt: what is to be seen, in words and numbers.
        caption: stands under it.
    """

    source: str
    width: int
    height: int
    alt: str
    caption: str = ""


def inlined(
    figure: figures.Figure, alt: str, caption: str = "", *, all_colours: bool = False
) -> Picture:
    """Make a figure part of a page.

    Args:
        figure: left as it was.
        alt: what is to be seen, in words and numbers.
        caption: stands under it.
        all_colours: as for `figures.small_png`.

    Returns:
        The picture, as a PNG file.

    Raises:
        ValueError: it says nothing to who cannot see it.

    Example:
        >>> picture = inlined(figures.Figure((2, 1)), "nothing at all")
        >>> picture.source[:22], picture.width, picture.height
        ('data:image/png;base64,', 192, 96)
    """
    if not alt.strip():
        raise ValueError("a picture needs a text for who cannot see it")
    content = b64encode(figures.small_png(figure, all_colours=all_colours)).decode()
    width, height = (round(96 * inches) for inches in figure.get_size_inches())
    return Picture(f"data:image/png;base64,{content}", width, height, alt, caption)
