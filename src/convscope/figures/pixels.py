"""The numbers that a picture is, and its channels in their colours."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from convscope.conv import Convolution, Place, place_at
from convscope.errors import ShapeError, account
from convscope.figures.cells import (
    SIGNED,
    TIMES,
    WINDOWS,
    check_readable,
    draw_cells,
    outline,
)
from convscope.figures.sheet import caption, sheet
from convscope.words import label

INKS = ("Reds", "Greens", "Blues")
"""What a red, a green and a blue channel are drawn in."""


def pixel_table(picture: NDArray[Any], *, figure: Figure | None = None) -> Figure:
    """Print the pixels of a small picture, each on its own grey.

    Args:
        picture: (height, width), at most 32 x 32; cut a part out of a larger one.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Raises:
        ShapeError: it is no grid, or too large to be read.

    Example:
        >>> drawn = pixel_table(np.array([[0, 128], [255, 7]]))
        >>> [text.get_text() for text in drawn.axes[0].texts]
        ['0', '128', '255', '7']
    """
    pixels = np.asarray(picture, np.float64)
    check_readable(pixels, "picture")
    rows, columns = pixels.shape
    figure = sheet(figure, (max(4.0, 0.42 * columns + 1), max(2.2, 0.34 * rows + 1.4)))
    axes: Axes = figure.subplots()
    draw_cells(axes, pixels, size=8)
    axes.set_xticks(range(columns))
    axes.set_yticks(range(rows))
    axes.set_aspect("auto")
    axes.set(title=label("title_pixels"), xlabel=label("column"), ylabel=label("row"))
    caption(figure, "read_pixels")
    return figure


def colour_channels(picture: NDArray[Any], *, figure: Figure | None = None) -> Figure:
    """Draw a colour picture, and its red, green and blue each in its own colour.

    Args:
        picture: (3, height, width), 0..255.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Raises:
        ShapeError: it has other than three channels.

    Example:
        >>> len(colour_channels(np.zeros((3, 4, 4), np.uint8)).axes)
        7
    """
    pixels = _colour(picture)
    figure = sheet(figure, (13, 3.4))
    panels: list[Axes] = list(figure.subplots(1, 4))
    panels[0].imshow(np.moveaxis(pixels, 0, 2).astype(np.uint8))
    panels[0].set_title(label("picture"))
    for axes, channel, ink in zip(panels[1:], pixels, INKS, strict=True):
        drawn = axes.imshow(channel, cmap=ink, vmin=0, vmax=255)
        axes.set_title(label(ink.lower()))
        figure.colorbar(drawn, ax=axes, fraction=0.046, label=label("brightness"))
    for axes in panels:
        axes.set(xlabel=label("column"), ylabel=label("row"))
    caption(figure, "read_colour_channels")
    return figure


def colour_convolution(
    picture: NDArray[Any],
    conv: Convolution,
    row: int,
    column: int,
    channel: int = 0,
    *,
    figure: Figure | None = None,
) -> Figure:
    """Draw one cell of a colour convolution: three products, their sum and the bias.

    Args:
        picture: (3, height, width), 0..255 where it is drawn as it looks.
        conv: of three channels in, in one group.
        row: of the cell in the map.
        column: of the cell in the map.
        channel: which of the maps.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Raises:
        ShapeError: the picture has other channels, or there is no such cell.

    Example:
        >>> from convscope.conv import convolution
        >>> colour = np.stack([np.full((4, 4), value) for value in (1.0, 2.0, 3.0)])
        >>> drawn = colour_convolution(colour, convolution(np.ones((1, 3, 3, 3)), [0.5]), 0, 0)
        >>> drawn.get_suptitle()
        '9 + 18 + 27 + 0.5 = 54.5'
    """
    pixels = _colour(picture)
    place = place_at(pixels, conv, row, column, channel)
    figure = sheet(figure, (11.5, 8))
    grid: NDArray[Any] = figure.subplots(3, 4, width_ratios=[1.5, 1, 1, 1])
    for index, ink in enumerate(INKS):
        _draw_channel(grid[index], pixels[index], place, index, ink)
    sums = " + ".join(_term(value) for value in place.channel_sums)
    figure.suptitle(f"{sums} + {_term(place.bias)} = {place.total:.6g}", color=WINDOWS[0])
    caption(figure, "read_colour_convolution")
    return figure


def _draw_channel(
    panels: NDArray[Any], pixels: NDArray[np.float64], place: Place, index: int, ink: str
) -> None:
    first = index == 0
    panels[0].imshow(pixels, cmap=ink, vmin=0, vmax=max(255, pixels.max()))
    outline(panels[0], place.rows, place.columns, "black")
    panels[0].set(ylabel=label(ink.lower()), xticks=[], yticks=[])
    weights, products = place.kernel, place.products
    tables = (
        ("patch", place.patch, ink, (0.0, max(255.0, float(place.patch.max())))),
        ("one_kernel", weights, SIGNED, (-abs(weights).max(), abs(weights).max() or 1.0)),
        ("products", products, SIGNED, (-abs(products).max(), abs(products).max() or 1.0)),
    )
    for axes, (key, values, cmap, limits) in zip(panels[1:], tables, strict=True):
        draw_cells(axes, values[index], cmap=cmap, limits=limits, size=9)
        axes.set(xticks=[], yticks=[], title=label(key) if first else "")
    for axes, sign in zip(panels[1:3], (TIMES, "="), strict=True):
        axes.text(1.12, 0.5, sign, transform=axes.transAxes, fontsize=16, va="center", ha="center")
    panels[0].set_title(label("picture") if first else "")
    panels[3].set_xlabel(f"{label('sum')} = {place.channel_sums[index]:.6g}")


def _term(value: float) -> str:
    return f"({value:.6g})" if value < 0 else f"{value:.6g}"


def _colour(picture: NDArray[Any]) -> NDArray[np.float64]:
    pixels = np.asarray(picture, np.float64)
    if pixels.ndim != 3 or len(pixels) != len(INKS):
        message = account(
            "this is no colour picture",
            facts={"shape": pixels.shape, "wanted": "(3, height, width)"},
            because="red, green and blue are drawn each in its own colour",
            fix="channels first: np.moveaxis(pixels, 2, 0)",
        )
        raise ShapeError(message)
    return pixels
