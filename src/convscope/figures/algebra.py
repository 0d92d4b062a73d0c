"""A convolution as equations and as a matrix."""

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from convscope.conv import Convolution, Letters, WeightMatrix, equations
from convscope.figures.cells import MOST_CELLS, rule
from convscope.figures.sheet import FAINT, caption, sheet
from convscope.words import label

_MOST_LINES = 16
_MOST_TERMS = 10  # of an equation on one line
_ZERO = "#e2e8f0"
_INKS = tuple(color for color in mpl.color_sequences["tab10"] if len(set(color)) > 1)  # no grey


def equation_lines(
    conv: Convolution,
    height: int,
    width: int,
    letters: Letters | None = None,
    *,
    figure: Figure | None = None,
) -> Figure:
    r"""Draw a convolution as equations, one for each cell; the first of many.

    Args:
        conv: the convolution.
        height: of the picture, in pixels.
        width: of the picture, in pixels.
        letters: what pixels, weights and cells are called.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Raises:
        ShapeError: the window does not fit.

    Example:
        >>> from convscope.conv import CHAPTER_LETTERS, convolution
        >>> drawn = equation_lines(convolution(np.ones((2, 2))), 3, 3, CHAPTER_LETTERS)
        >>> drawn.axes[0].texts[3].get_text()
        '$\\alpha E + \\beta F + \\gamma H + \\delta J + b = S$'
    """
    every = equations(conv, height, width)
    shown = [one.latex(letters) for one in every[:_MOST_LINES]]
    lines = [_short(line) for line in shown]
    if len(every) > len(shown):
        lines.append(label("more").format(count=f"{len(every) - len(shown):,}"))
    longest = max(len(line) for line in lines)
    wide = 0.06 if letters else 0.055
    figure = sheet(figure, (max(5.5, min(16, wide * longest + 1)), 0.34 * len(lines) + 1.3))
    axes: Axes = figure.subplots()
    axes.axis("off")
    axes.set(xlim=(0, 1), ylim=(len(lines) - 0.5, -0.5), title=label("title_equations"))
    for place, line in enumerate(lines):
        text = f"${line}$" if place < len(shown) else line
        axes.text(0.02, place, text, fontsize=12, va="center")
    caption(figure, "read_equations")
    return figure


def tied_weights(
    matrix: WeightMatrix, letters: Letters | None = None, *, figure: Figure | None = None
) -> Figure:
    """Draw the matrix of a convolution: fixed zeros grey, each weight in a colour of its own.

    Args:
        matrix: small enough to be seen; its entries get names up to 32 rows and columns.
        letters: what the weights are called; by default by their place in the kernel.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Example:
        >>> from convscope.conv import CHAPTER_LETTERS, convolution, weight_matrix
        >>> drawn = tied_weights(weight_matrix(convolution(np.ones((2, 2))), 3, 3), CHAPTER_LETTERS)
        >>> len(drawn.axes[0].texts)
        36
    """
    tied = matrix.tied()
    rows, columns = tied.shape
    named = max(rows, columns) <= MOST_CELLS
    wide = min(14.0, max(6.0, 0.45 * columns + 1.5)) if named else 9.0
    figure = sheet(figure, (wide, min(12.0, max(2.0, (wide - 1.5) * rows / columns) + 1.6)))
    axes: Axes = figure.subplots()
    ends = Normalize(-1.5, matrix.conv.weight.size - 0.5)
    axes.imshow(tied, cmap=_inks(matrix), norm=ends, interpolation="nearest")
    if named:
        _write_names(axes, tied, matrix.conv.weight.shape, letters)
        rule(axes, rows, columns, color="white", linewidth=1.5)
    axes.tick_params(which="both", length=0, labelsize=8)
    axes.spines[:].set_color(FAINT)
    if letters:
        axes.set_xticks(range(columns), list(letters.pixels))
        axes.set_yticks(range(rows), list(letters.cells))
    axes.set(xlabel=label("flat_pixels"), ylabel=label("flat_cells"))
    axes.set_title(f"{rows:,} x {columns:,}")
    count = matrix.count()
    dense = count.entries + count.dense_biases
    caption(
        figure,
        "read_matrix",
        zeros=f"{count.fixed_zeros:,}",
        tied=f"{count.tied:,}",
        weights=f"{count.weights:,}",
        learnt=f"{count.weights + count.biases:,}",
        dense=f"{dense:,}",
    )
    return figure


def _short(latex: str) -> str:
    """Leave out the middle of an equation that no line can hold."""
    left, right = latex.split(" = ")
    terms = left.split(" + ")
    if len(terms) > _MOST_TERMS:
        terms = [*terms[:4], r"\ldots", *terms[-3:]]
    return f"{' + '.join(terms)} = {right}"


def _inks(matrix: WeightMatrix) -> ListedColormap:
    """Give grey for fixed zeros, then a colour for each weight, neighbours far apart."""
    count = matrix.conv.weight.size
    if count <= len(_INKS):
        return ListedColormap([_ZERO, *_INKS[:count]])
    wheel = mpl.colormaps["hsv"]
    return ListedColormap([_ZERO, *(wheel((index * 0.381966) % 1.0) for index in range(count))])


def _write_names(
    axes: Axes, tied: NDArray[Any], shape: tuple[int, ...], letters: Letters | None
) -> None:
    for (row, column), weight in np.ndenumerate(tied):
        name, color = "0", "#718096"
        if weight >= 0:
            index = np.unravel_index(int(weight), shape)
            names = [str(i) for i, size in zip(index, shape, strict=True) if size > 1]
            name = letters.weights[int(weight)] if letters else "".join(names)
            color = "white"
        axes.text(column, row, name, ha="center", va="center", fontsize=9, color=color)
