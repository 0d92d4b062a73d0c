"""A window that slides: stride, padding and dilation, place by place, as a film."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from convscope.conv import Convolution, convolved, place_at
from convscope.errors import ShapeError, account
from convscope.figures.cells import SIGNED, WINDOWS, check_readable, draw_cells, outline, span
from convscope.figures.sheet import FAINT, caption, sheet
from convscope.words import label

MOST_PLACES = 200  # of a film that anybody looks at to its end


def sliding_window(
    picture: NDArray[Any], conv: Convolution, place: int, *, figure: Figure | None = None
) -> Figure:
    """Draw one place of a sliding window, and the map as far as it is made.

    Args:
        picture: (height, width), at most 32 px a side with its padding.
        conv: of one channel in and out.
        place: counted row by row from 0.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Raises:
        ShapeError: the picture is too large to be read, or the convolution has more channels.

    Example:
        >>> from convscope.conv import convolution
        >>> layer = convolution(np.ones((3, 3)), stride=2, padding=1)
        >>> sliding_window(np.ones((5, 5)), layer, 0).axes[1].get_title()
        'map: 3 x 3'
    """
    figure, left, right = _prepared(picture, conv, figure)
    _draw_place(left, right, np.asarray(picture, np.float64), conv, place)
    return figure


def sliding_film(picture: NDArray[Any], conv: Convolution) -> Iterator[Figure]:
    """Draw every place of a sliding window, for `save_film`.

    Args:
        picture: (height, width), at most 32 px a side with its padding.
        conv: of one channel in and out.

    Yields:
        Every time the same figure, redrawn for the next place.

    Raises:
        ShapeError: there are too many places, or one cannot be drawn.
    """
    _check_channels(conv)
    rows, columns = conv.map_size(*np.shape(picture))
    if rows * columns > MOST_PLACES:
        message = account(
            "the film would be too long",
            facts={"places": f"{rows} x {columns}"},
            because=f"more than {MOST_PLACES} places",
            fix="a part of the picture, or a larger stride",
        )
        raise ShapeError(message)
    figure, left, right = _prepared(picture, conv, None)
    for place in range(rows * columns):
        left.clear()
        right.clear()
        _draw_place(left, right, np.asarray(picture, np.float64), conv, place)
        if not place:  # to arrange a page takes longer than to draw it
            figure.draw_without_rendering()
            figure.set_layout_engine("none")
        yield figure


def _prepared(
    picture: NDArray[Any], conv: Convolution, figure: Figure | None
) -> tuple[Figure, Axes, Axes]:
    """Check what is to be drawn and lay out the page."""
    _check_channels(conv)
    padded = _padded(np.asarray(picture, np.float64), conv)
    check_readable(padded, "picture")
    height, width = np.shape(picture)
    down, across = conv.formulas(height, width)
    figure = sheet(figure, (9.5, 5.6))
    ratios = [padded.shape[1], max(conv.map_size(height, width)[1], 3)]
    panels: list[Axes] = list(figure.subplots(1, 2, width_ratios=ratios))
    figure.suptitle(f"{label('rows')}: {down}\n{label('columns')}: {across}", fontsize=10)
    caption(figure, "read_sliding")
    return figure, panels[0], panels[1]


def _draw_place(
    left: Axes, right: Axes, pixels: NDArray[np.float64], conv: Convolution, place: int
) -> None:
    maps = convolved(pixels, conv)[0]
    row, column = divmod(place, maps.shape[1])
    _draw_picture(left, pixels, _padded(pixels, conv), conv)
    now = place_at(pixels, conv, row, column)
    rows = [y + conv.rows.padding for y in now.rows]
    columns = [x + conv.columns.padding for x in now.columns]
    for y in rows:
        for x in columns:
            outline(left, [y], [x], linewidth=1, fill=True, facecolor=WINDOWS[0], alpha=0.35)
    outline(left, rows, columns)
    made = np.full(maps.shape, np.nan)
    made.ravel()[: place + 1] = maps.ravel()[: place + 1]
    draw_cells(right, made, cmap=SIGNED, limits=span(maps, signed=True), size=8)
    outline(right, [row], [column])
    right.set_title(f"{label('map')}: {maps.shape[0]} x {maps.shape[1]}")
    right.set(xlabel=label("column"), ylabel=label("row"))


def _draw_picture(
    axes: Axes, pixels: NDArray[np.float64], padded: NDArray[np.float64], conv: Convolution
) -> None:
    draw_cells(axes, padded, limits=span(pixels, signed=False), size=8)
    top, left = conv.rows.padding, conv.columns.padding
    inside = range(top, top + pixels.shape[0]), range(left, left + pixels.shape[1])
    outline(axes, *inside, "black", linewidth=1.4)
    axes.set_xticks(range(padded.shape[1]), [str(x - left) for x in range(padded.shape[1])])
    axes.set_yticks(range(padded.shape[0]), [str(y - top) for y in range(padded.shape[0])])
    axes.set(xlabel=label("column"), ylabel=label("row"))
    for text in axes.texts:
        x, y = text.get_position()
        if not (y in inside[0] and x in inside[1]):
            text.set_color(FAINT)
    axes.set_title(f"{label('picture')}: {pixels.shape[0]} x {pixels.shape[1]}")


def _padded(pixels: NDArray[np.float64], conv: Convolution) -> NDArray[np.float64]:
    down, across = conv.rows, conv.columns
    return np.pad(
        pixels,
        (
            (down.padding, down.padding + down.extra),
            (across.padding, across.padding + across.extra),
        ),
    )


def _check_channels(conv: Convolution) -> None:
    if conv.weight.shape[:2] != (1, 1):
        message = account(
            "only one kernel can be watched while it slides",
            facts={"weight": conv.weight.shape},
            because="the figure has one picture and one map",
            fix="convolution(weight[0, 0], ...)",
        )
        raise ShapeError(message)
