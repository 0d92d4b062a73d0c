"""A figure as the bytes of a file, to stand inside a page."""

import io
import warnings

import matplotlib as mpl
from matplotlib.figure import Figure

_DOTS = 110  # an inch: sharp on paper, and small


def smallest(figure: Figure) -> tuple[str, bytes]:
    """Draw a figure as SVG and as PNG, and keep the smaller of the two.

    The same figure gives the same bytes: they hold no date and no names made at random.

    Args:
        figure: left as it was.

    Returns:
        The type, "image/svg+xml" or "image/png", and the content.

    Example:
        >>> kind, content = smallest(Figure((2, 1)))
        >>> kind, len(content) < 2000
        ('image/png', True)
    """
    with warnings.catch_warnings():
        # class names may be in any script; letters that the font lacks become boxes
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        pixels = io.BytesIO()
        figure.savefig(pixels, format="png", dpi=_DOTS)
        paths = io.BytesIO()
        with mpl.rc_context({"svg.hashsalt": "convscope", "svg.fonttype": "path"}):
            figure.savefig(paths, format="svg", metadata={"Date": None})
    candidates = [("image/svg+xml", paths.getvalue()), ("image/png", pixels.getvalue())]
    return min(candidates, key=lambda one: len(one[1]))
