"""Pictures with what was said of them, and who was taken for whom."""

from collections.abc import Sequence
from math import ceil, sqrt
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from convscope.figures.pictures import show_image
from convscope.figures.sheet import METRIC, SICK, caption, sheet
from convscope.words import label

_INCHES = 2.0  # a side of a picture
_LONGEST = 24  # letters of a line
_READABLE, _NAMED = 25, 60  # classes: numbers in the cells, names at the edges
_RIGHT, _WRONG = "\N{CHECK MARK}", "\N{BALLOT X}"  # colours alone do not tell everybody


def grid_inches(count: int) -> tuple[float, float]:
    """Say how large a figure of so many judged pictures should be."""
    columns = min(count, ceil(sqrt(count)))
    return max(5.0, columns * _INCHES), ceil(count / columns) * (_INCHES + 0.55) + 1.2


def judged_pictures(
    images: Sequence[NDArray[np.floating[Any]] | None],
    lines: Sequence[Sequence[str]],
    right: Sequence[bool],
    *,
    title: str,
    key: str,
    figure: Figure | None = None,
) -> Figure:
    r"""Draw pictures with lines of text above them, framed by whether the answer was right.

    Args:
        images: (channels, height, width) each, 0..1; None where the picture is not at hand.
        lines: above each; any text is safe, long lines lose their beginning.
        right: whether the answer was right, for each.
        title: of the whole.
        key: of the label that says how to read it.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Example:
        >>> drawn = judged_pictures(
        ...     [np.zeros((1, 8, 8)), None],
        ...     [["3"], ["7"]],
        ...     [True, False],
        ...     title="",
        ...     key="read_results",
        ... )
        >>> [axes.get_title() for axes in drawn.axes]
        ['✓ 3', '✗ 7']
    """
    columns = min(len(images), ceil(sqrt(len(images))))
    rows = ceil(len(images) / columns)
    figure = sheet(figure, grid_inches(len(images)))
    grid: list[Axes] = list(figure.subplots(rows, columns, squeeze=False).flat)
    for spare in grid[len(images) :]:
        spare.remove()
    for axes, image, texts, is_right in zip(grid, images, lines, right, strict=False):
        if image is None:
            axes.set_facecolor("#edf2f7")
            axes.text(0.5, 0.5, label("not_kept"), ha="center", va="center", fontsize=8)
        else:
            show_image(np.clip(image, 0, 1), axes, vmin=0, vmax=1, cmap="gray")
            axes.axis("on")
        first, *others = map(_line, texts)
        mark = _RIGHT if is_right else _WRONG
        axes.set_title("\n".join([f"{mark} {first}", *others]), fontsize=9, parse_math=False)
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set(color=METRIC if is_right else SICK, linewidth=2)
    figure.suptitle(title, parse_math=False)
    caption(figure, key)
    return figure


def matrix_inches(classes: int) -> tuple[float, float]:
    """Say how large a confusion matrix should be."""
    side = min(12.0, max(4.5, 2.0 + 0.42 * classes))
    return side, side + 0.4


def confusion_matrix(
    counts: NDArray[np.integer[Any]],
    names: Sequence[str],
    *,
    normalized: bool = False,
    numbered: bool = True,
    decimals: int = 2,
    cmap: str = "Blues",
    title: str | None = None,
    figure: Figure | None = None,
) -> Figure:
    """Draw who was taken for whom.

    Args:
        counts: (classes, classes), truth by prediction.
        names: of the classes; written where they can be read.
        normalized: draw shares of each truth, 0..1.
        numbered: write the numbers, where they can be read; zeros are left out.
        decimals: of shares.
        cmap: colours, from none to most.
        title: by default "Confusion matrix".
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Example:
        >>> drawn = confusion_matrix(np.array([[5, 1], [0, 4]]), ["3", "7"])
        >>> [text.get_text() for text in drawn.axes[0].texts]
        ['5', '1', '4']
    """
    size = len(names)
    figure = sheet(figure, matrix_inches(size))
    axes: Axes = figure.subplots()
    shown = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1) if normalized else counts
    axes.imshow(shown, cmap=cmap, vmin=0, vmax=max(float(shown.max(initial=0)), 1e-9))
    if numbered and size <= _READABLE:
        middle = float(shown.max(initial=0)) / 2
        for row, column in zip(*np.nonzero(counts), strict=True):
            number = shown[row, column]
            axes.text(
                *(column, row, f"{number:.{decimals}f}" if normalized else f"{number:,}"),
                ha="center",
                va="center",
                fontsize=9 if size <= 12 else 6,
                color="white" if number > middle else "black",
            )
    if size <= _NAMED:
        short = [_line(name) for name in names]
        axes.set_xticks(range(size), short, rotation=90, parse_math=False)
        axes.set_yticks(range(size), short, parse_math=False)
    axes.set_xlabel(label("predicted_class"))
    axes.set_ylabel(label("actual_class"))
    axes.set_title(title or label("title_confusion"), parse_math=False)
    caption(figure, "read_confusion")
    return figure


def _line(text: str) -> str:
    """Make any name drawable: its end tells more than its beginning."""
    plain = " ".join(text.encode("utf-8", "backslashreplace").decode().split())
    return plain if len(plain) <= _LONGEST else f"…{plain[-_LONGEST + 1 :]}"
