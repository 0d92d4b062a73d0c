"""Pictures, as pictures."""

from collections.abc import Sequence
from math import ceil, sqrt
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from convscope.errors import ShapeError, account
from convscope.figures.optional import pyplot_figure
from convscope.figures.sheet import FAINT, caption, sheet
from convscope.words import label

_LONGEST_TITLE = 18  # letters
_INCHES = 1.7  # a side of a picture in a batch


def show_image(
    image: object,
    ax: Axes | None = None,
    figsize: tuple[float, float] | None = None,
    title: str | None = None,
    **imshow: Any,  # noqa: ANN401 (matplotlib's own keywords)
) -> Axes:
    """Show one picture through pyplot, pixel for pixel, without axes.

    Args:
        image: a tensor or array, (rows, columns), (channels, rows, columns) or (rows, columns,
            channels), with 1, 3 or 4 channels; or a Pillow picture.
        ax: to draw into; by default that of a new pyplot figure.
        figsize: width and height in inches; by default by the picture, 1 to 5 a side.
        title: to write above.
        **imshow: handed to matplotlib; `cmap` is "Greys" for one channel if it is not given.

    Returns:
        The axes.

    Raises:
        ShapeError: the array is no picture.

    Source: show_image of fastai 2.7, with its exchange of width and height put right.
    """
    pixels = _upright(image)
    if pixels.ndim == 2:
        imshow.setdefault("cmap", "Greys")
    if ax is None:
        height, width = pixels.shape[:2]
        ax = pyplot_figure(figsize or (_inches(width), _inches(height))).subplots()
    ax.imshow(pixels, **imshow)
    if title is not None:
        ax.set_title(title, parse_math=False)
    ax.axis("off")
    return ax


def sample_batch(
    images: NDArray[np.floating[Any]],
    titles: Sequence[str],
    *,
    rows: int | None = None,
    cols: int | None = None,
    figure: Figure | None = None,
) -> Figure:
    """Draw a batch as a grid of pictures with their classes.

    Args:
        images: (batch, channels, height, width), 0..1; one channel is drawn in Greys.
        titles: a class name for each; any text is safe, a long one is cut.
        rows: of the grid; by default the whole root of the batch's size.
        cols: of the grid; by default as many as are needed.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Raises:
        ShapeError: the array is no batch of pictures.

    Example:
        >>> drawn = sample_batch(np.zeros((5, 1, 28, 28)), ["3", "7", "3", "3", "7"])
        >>> [axes.get_title() for axes in drawn.axes]
        ['3', '7', '3', '3', '7', '']
    """
    if images.ndim != 4 or not len(images):
        raise ShapeError(_no_picture(images.shape, "(batch, channels, height, width)"))
    rows = rows or (ceil(len(images) / cols) if cols else int(sqrt(len(images))))
    cols = cols or ceil(len(images) / rows)
    figure = sheet(figure, (max(4.5, cols * _INCHES), rows * (_INCHES + 0.25) + 0.9))
    grid: list[Axes] = list(figure.subplots(rows, cols, squeeze=False).flat)
    for axes in grid:
        axes.axis("off")
    for axes, picture, title in zip(grid, images, titles, strict=False):
        show_image(np.clip(picture, 0, 1), axes, vmin=0, vmax=1)
        axes.set_title(_short(title), fontsize=10, parse_math=False)
        axes.set(xticks=[], yticks=[])
        axes.axis("on")  # white pictures need an edge
        axes.spines[:].set_color(FAINT)
    figure.suptitle(label("title_batch"))
    caption(figure, "read_batch")
    return figure


def _upright(image: object) -> NDArray[Any]:
    """Turn whatever holds a picture into (rows, columns) or (rows, columns, channels)."""
    detach = getattr(image, "detach", None)  # torch's, without waking torch
    pixels = np.asarray(image if detach is None else detach().cpu())
    if pixels.ndim == 3 and _channels_first(pixels.shape, tensor=detach is not None):
        pixels = pixels.transpose(1, 2, 0)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.ndim not in {2, 3} or (pixels.ndim == 3 and pixels.shape[2] not in {3, 4}):
        raise ShapeError(_no_picture(pixels.shape, "rows and columns with 1, 3 or 4 channels"))
    return pixels


def _channels_first(shape: tuple[int, ...], *, tensor: bool) -> bool:
    """Tensors hold channels first; arrays may do either, and channels last is their habit."""
    return shape[0] < 5 if tensor else shape[0] in {1, 3, 4} and shape[2] not in {1, 3, 4}


def _inches(pixels: int) -> int:
    return min(5, max(1, pixels // 32))


def _short(title: str) -> str:
    """Make any class name drawable: some come from file names that are no text."""
    text = " ".join(title.encode("utf-8", "backslashreplace").decode().split())
    return text if len(text) <= _LONGEST_TITLE else f"{text[: _LONGEST_TITLE - 1]}…"


def _no_picture(shape: tuple[int, ...], wanted: str) -> str:
    return account(
        "this is no picture",
        facts={"shape": shape, "wanted": wanted},
        because="there is no way to tell rows, columns and channels apart",
        fix="index or reshape it first",
    )
