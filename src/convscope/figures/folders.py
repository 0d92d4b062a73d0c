"""A folder of pictures: how many there are, how large, and those that were found in it."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from convscope.figures.pictures import show_image
from convscope.figures.sheet import FAINT, METRIC, TRAIN, VALID, caption, sheet
from convscope.words import label

Titled = tuple[NDArray[np.uint8], str]

_MOST_CLASSES = 30  # bars that are still read
_LONGEST_LINE = 24  # letters
_INCHES = 1.9
_LETTERS_PER_INCH = 11  # of an 11-point title
_COLOURS = {"": TRAIN, "train": TRAIN, "valid": VALID, "test": METRIC}
_NAMES = {"": "all_pictures", "train": "training", "valid": "validation", "test": "testing"}


def folder_overview(
    counts: Mapping[str, Mapping[str, int]], sizes: NDArray[np.integer[Any]]
) -> Figure:
    """Draw how many pictures each class has, and the sizes of all.

    Args:
        counts: of every side ("train", "valid", "test", "" where there are none), a number for
            each class; of very many classes the largest and the smallest are drawn.
        sizes: (pictures, 2), width and height in pixels.

    Returns:
        The figure.

    Example:
        >>> drawn = folder_overview({"": {"cat": 3, "dog": 9}}, np.array([[4, 2], [4, 2]]))
        >>> [tick.get_text() for tick in drawn.axes[0].get_yticklabels()]
        ['dog', 'cat']
    """
    total: dict[str, int] = {}
    for side in counts.values():
        for name, count in side.items():
            total[name] = total.get(name, 0) + count
    names = sorted(total, key=lambda name: (-total[name], name))
    if len(names) > _MOST_CLASSES:
        names = names[: _MOST_CLASSES // 2] + names[-_MOST_CLASSES // 2 :]
    figure = sheet(None, (10, max(3.6, 0.24 * len(names) + 1.4)))
    bars, scatter = figure.subplots(1, 2)
    _bars(bars, names, counts)
    _sizes(scatter, sizes)
    if len(counts) > 1:
        figure.legend(loc="outside upper right", ncols=len(counts), frameon=False)
    caption(figure, "read_folder")
    return figure


def _bars(axes: Axes, names: Sequence[str], counts: Mapping[str, Mapping[str, int]]) -> None:
    left = np.zeros(len(names))
    for side, of_class in counts.items():
        widths = np.array([of_class.get(name, 0) for name in names], float)
        axes.barh(
            range(len(names)), widths, left=left, color=_COLOURS[side], label=label(_NAMES[side])
        )
        left += widths
    axes.set_yticks(range(len(names)), [_line(name) for name in names], parse_math=False)
    axes.invert_yaxis()
    axes.set_xlabel(label("pictures"))
    axes.set_title(label("title_classes"))


def _sizes(axes: Axes, sizes: NDArray[np.integer[Any]]) -> None:
    if len(sizes):
        unlike, often = np.unique(sizes, axis=0, return_counts=True)
        area = 12 + 300 * often / often.max()
        axes.scatter(unlike[:, 0], unlike[:, 1], s=area, color=TRAIN, alpha=0.5, linewidths=0)
    axes.set_xlabel(label("width_px"))
    axes.set_ylabel(label("height_px"))
    axes.set_title(label("title_sizes"))
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)


def picture_rows(rows: Sequence[Sequence[Titled]], title: str, key: str) -> Figure:
    """Draw rows of pictures, those of a row belonging together.

    Args:
        rows: pictures (channels, height, width), 0..255, each with what to write above it; any
            text is safe.
        title: of the whole.
        key: of the label that says how to read it.

    Returns:
        The figure.

    Example:
        >>> grey = np.zeros((1, 8, 8), np.uint8)
        >>> len(picture_rows([[(grey, "a"), (grey, "b")], [(grey, "c")]], "", "read_groups").axes)
        4
    """
    columns = max(map(len, rows))
    size = (max(6.0, columns * _INCHES), len(rows) * (_INCHES + 0.3) + 1.1)
    figure = sheet(None, size)
    grid = figure.subplots(len(rows), columns, squeeze=False)
    for axes_row, row in zip(grid, rows, strict=True):
        for axes in axes_row:
            axes.axis("off")
        for axes, (picture, text) in zip(axes_row, row, strict=False):
            show_image(picture / np.float32(255), axes, vmin=0, vmax=1, cmap="gray")
            lines = "\n".join(map(_line, text.splitlines()))
            axes.set_title(lines, fontsize=8, parse_math=False)
            axes.set(xticks=[], yticks=[])
            axes.axis("on")
            axes.spines[:].set_color(FAINT)
    figure.suptitle(_wrapped(title, size[0]), fontsize=11, parse_math=False)
    caption(figure, key)
    return figure


def _line(text: str) -> str:
    """Make any name drawable: its end tells more than its beginning."""
    plain = " ".join(text.encode("utf-8", "backslashreplace").decode().split())
    return plain if len(plain) <= _LONGEST_LINE else f"…{plain[-_LONGEST_LINE + 1 :]}"


def _wrapped(text: str, inches: float) -> str:
    return textwrap.fill(text, int(inches * _LETTERS_PER_INCH))
