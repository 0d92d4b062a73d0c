"""Maps and filters of a layer, and the patches that excite a channel."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from convscope.figures.cells import SIGNED, outline
from convscope.figures.pictures import show_image
from convscope.figures.sheet import FAINT, caption, sheet
from convscope.words import label

Grid = NDArray[np.floating[Any]]
COLUMNS = 6
_MOST_FILTERS, _MOST_CHANNELS = 16, 8  # kernels that are drawn, and of each the maps it reads


def layer_maps(
    maps: Grid,
    channels: Sequence[int],
    *,
    title: str = "",
    key: str | None = "read_maps",
    figure: Figure | None = None,
) -> Figure:
    """Draw maps of a layer, all with the same colours.

    Args:
        maps: (shown, rows, columns).
        channels: the number of each.
        title: of the whole.
        key: of the label that says how to read it; None where the page says it.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Example:
        >>> drawn = layer_maps(np.ones((2, 4, 4)), [3, 7])
        >>> [axes.get_title() for axes in drawn.axes[:2]]
        ['3', '7']
    """
    columns = min(COLUMNS, len(maps))
    rows = ceil(len(maps) / columns)
    figure = sheet(figure, (max(5.0, 1.35 * columns + 1.4), 1.55 * rows + 0.9))
    grid: list[Axes] = list(figure.subplots(rows, columns, squeeze=False).flat)
    low, high = min(0.0, float(maps.min(initial=0))), max(float(maps.max(initial=0)), 1e-12)
    image: Any = None
    for spare in grid[len(maps) :]:
        spare.remove()
    for axes, one, channel in zip(grid, maps, channels, strict=False):
        image = axes.imshow(one, norm=Normalize(low, high), cmap="viridis", interpolation="nearest")
        _bare(axes)
        axes.set_title(f"{channel}", fontsize=8)
    if image is not None:
        figure.colorbar(image, ax=grid[: len(maps)], shrink=0.85)
    figure.suptitle(title, fontsize=11, parse_math=False)
    if key is not None:
        caption(figure, key)
    return figure


def filters(weights: Grid, *, title: str = "", figure: Figure | None = None) -> Figure:
    """Draw the kernels of a convolution: a row a map that it makes, a column a map that it reads.

    Args:
        weights: (maps that go out, maps that come in, rows, columns); of many the first are drawn.
        title: of the whole.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure; kernels that read one map stand side by side.

    Example:
        >>> len(filters(np.ones((4, 2, 3, 3))).axes)
        9
    """
    wide = weights.shape[1] == 1  # one column would be a tower
    shown = weights[: _MOST_FILTERS * (4 if wide else 1), :_MOST_CHANNELS]
    rows, columns = (ceil(len(shown) / 8), min(8, len(shown))) if wide else shown.shape[:2]
    size = (max(5.0, 0.75 * columns + 1.5), max(2.4, 0.75 * rows + 1.5))
    figure = sheet(figure, size)
    grid: list[Axes] = list(figure.subplots(rows, columns, squeeze=False).flat)
    top = max(float(np.abs(shown).max(initial=0)), 1e-12)
    kernels = shown.reshape(-1, *shown.shape[2:])
    image: Any = None
    for spare in grid[len(kernels) :]:
        spare.remove()
    for axes, kernel in zip(grid, kernels, strict=False):
        image = axes.imshow(kernel, norm=Normalize(-top, top), cmap=SIGNED, interpolation="nearest")
        _bare(axes)
    if image is not None:
        figure.colorbar(image, ax=grid[: len(kernels)], shrink=0.85)
    figure.suptitle(title, fontsize=11, parse_math=False)
    caption(figure, "read_filters_alone" if wide else "read_filters")
    return figure


def strongest_patches(
    pictures: Sequence[Grid],
    boxes: Sequence[tuple[int, int, int, int]],
    values: Sequence[float],
    *,
    title: str = "",
    figure: Figure | None = None,
) -> Figure:
    """Draw pictures with the box that excites a channel most.

    Args:
        pictures: (channels, rows, columns) each, 0..1.
        boxes: first and last row, first and last column, all included.
        values: the channel's number there.
        title: of the whole.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Example:
        >>> drawn = strongest_patches([np.zeros((1, 8, 8))], [(1, 3, 2, 4)], [0.5])
        >>> drawn.axes[0].get_title()
        '0.5'
    """
    columns = min(COLUMNS, max(1, len(pictures)))
    rows = ceil(len(pictures) / columns)
    figure = sheet(figure, (max(5.0, 1.7 * columns), 1.95 * rows + 0.9))
    grid: list[Axes] = list(figure.subplots(rows, columns, squeeze=False).flat)
    for spare in grid[len(pictures) :]:
        spare.remove()
    for axes, picture, box, value in zip(grid, pictures, boxes, values, strict=False):
        show_image(np.clip(picture, 0, 1), axes, vmin=0, vmax=1, cmap="gray")
        axes.axis("on")
        _bare(axes)
        outline(axes, box[:2], box[2:])
        axes.set_title(f"{value:.3g}", fontsize=8)
    figure.suptitle(title or label("title_patches"), fontsize=11, parse_math=False)
    caption(figure, "read_patches")
    return figure


def _bare(axes: Axes) -> None:
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_color(FAINT)
