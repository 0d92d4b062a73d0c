"""A convolution as equations: one for each cell, as text, as LaTeX, and as numbers."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from convscope.conv.layer import Convolution, Numbers, as_image

Index: TypeAlias = tuple[int, ...]

_GREEK = dict(zip("αβγδεζ", ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"], strict=True))


@dataclass(frozen=True, slots=True)
class Letters:
    """What pixels, weights, biases and cells are called, each in the order of its array.

    Without letters they are called x, w, b and y, with their place in the array.
    """

    pixels: Sequence[str]
    weights: Sequence[str]
    biases: Sequence[str]
    cells: Sequence[str]


CHAPTER_LETTERS = Letters("ABCDEFGHJ", "αβγδ", "b", "PQRS")
"""The names of the chapter's example: a 2 x 2 kernel on a 3 x 3 picture."""


@dataclass(frozen=True, slots=True)
class Equation:
    """What one cell is: products of a weight and a pixel, and a bias.

    Attributes:
        cell: channel, row and column in the maps.
        terms: index of the weight and index of the pixel, of each product; padding makes none.
        shapes: of the picture, the weights, the biases and the maps.
    """

    cell: Index
    terms: tuple[tuple[Index, Index], ...]
    shapes: tuple[Index, Index, Index, Index]

    def value(self, picture: Numbers, conv: Convolution) -> float:
        """Put numbers in and work the cell out."""
        image = as_image(picture, conv)
        products = (conv.weight[weight] * image[pixel] for weight, pixel in self.terms)
        return float(sum(products) + conv.bias[self.cell[0]])

    def text(self, letters: Letters | None = None) -> str:
        """Write it on a line; without letters, Python could work it out."""
        return self._written("{}{}" if letters else "{}*{}", letters, str)

    def latex(self, letters: Letters | None = None) -> str:
        r"""Write it for LaTeX, as `\alpha A + \beta B + \gamma D + \delta E + b = P`."""
        return self._written(r"{} {}" if letters else r"{}\,{}", letters, _in_latex)

    def _written(self, product: str, letters: Letters | None, spelled: Callable[[str], str]) -> str:
        pixels, weights, biases, cells = self.shapes
        names = letters or Letters("", "", "", "")
        terms = [
            product.format(
                spelled(_name(names.weights, "w", weight, weights)),
                spelled(_name(names.pixels, "x", pixel, pixels)),
            )
            for weight, pixel in self.terms
        ]
        bias = spelled(_name(names.biases, "b", self.cell[:1], biases))
        cell = spelled(_name(names.cells, "y", self.cell, cells))
        return f"{' + '.join([*terms, bias])} = {cell}"


def equations(conv: Convolution, height: int, width: int) -> list[Equation]:
    """Write a convolution as one equation for each cell.

    Args:
        conv: the convolution.
        height: of the picture, in pixels.
        width: of the picture, in pixels.

    Returns:
        The equations, in the order of the cells in the maps.

    Raises:
        ShapeError: the window does not fit.

    Example:
        >>> from convscope.conv.layer import Numbers, convolution
        >>> first, *_ = equations(convolution([[1, 2]]), 1, 3)
        >>> first.text()
        'w[0,0,0,0]*x[0,0,0] + w[0,0,0,1]*x[0,0,1] + b[0] = y[0,0,0]'
        >>> first.text(Letters("ABC", "pq", "b", "YZ"))
        'pA + qB + b = Y'
    """
    maps = (conv.channels_out, *conv.map_size(height, width))
    shapes = (conv.channels_in, height, width), conv.weight.shape, conv.bias.shape, maps
    return [Equation(cell, _terms(conv, cell, height, width), shapes) for cell in np.ndindex(*maps)]


def _terms(
    conv: Convolution, cell: Index, height: int, width: int
) -> tuple[tuple[Index, Index], ...]:
    out, row, column = cell
    down, across = conv.rows.taps(row), conv.columns.taps(column)
    first = conv.seen_by(out).start
    return tuple(
        ((out, channel, i, j), (first + channel, down[i], across[j]))
        for channel, i, j in np.ndindex(*conv.weight.shape[1:])
        if 0 <= down[i] < height and 0 <= across[j] < width
    )


def _name(names: Sequence[str], array: str, index: Index, shape: Index) -> str:
    if names:
        return names[int(np.ravel_multi_index(index, shape))]
    return f"{array}[{','.join(map(str, index))}]"


def _in_latex(name: str) -> str:
    if name in _GREEK:
        return f"\\{_GREEK[name]}"
    return re.sub(r"\[(.*)\]", r"_{\1}", name)
