"""Where a network looked, laid over the picture."""

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from convscope.figures.cells import SIGNED
from convscope.figures.pictures import show_image
from convscope.figures.sheet import FAINT, caption, sheet
from convscope.words import label

Grid = NDArray[np.floating[Any]]
_OPAQUE = 0.75  # of the strongest place: the picture must still be seen


def heat_over(
    picture: Grid,
    heat: Grid,
    *,
    signed: bool = False,
    title: str = "",
    scale: str = "",
    key: str | None = None,
    figure: Figure | None = None,
) -> Figure:
    """Draw a picture, and beside it the same with heat over it; cold places stay as they are.

    Args:
        picture: (channels, rows, columns), 0..1.
        heat: (rows, columns): 0..1, or with `signed` around 0, red above and blue below.
        signed: whether it has a sign; then the colours are as strong as its largest value.
        title: above both.
        scale: beside the bar of colours.
        key: of the label that says how to read it; None where the page says it.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Example:
        >>> drawn = heat_over(np.zeros((1, 4, 4)), np.eye(4))
        >>> float(drawn.axes[1].images[1].get_array()[0, 0, 3]), len(drawn.axes)
        (0.75, 3)
    """
    rows, columns = heat.shape
    height = 3.4 * min(1.6, rows / columns)
    figure = sheet(figure, (8.2, height + 0.9))
    panels: list[Axes] = list(figure.subplots(1, 2))
    for axes in panels:
        show_image(np.clip(picture, 0, 1), axes, vmin=0, vmax=1, cmap="gray")
        axes.axis("on")
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_color(FAINT)
    top = max(float(np.abs(heat).max(initial=0)), 1e-12) if signed else 1.0
    norm, cmap = Normalize(-top if signed else 0, top), SIGNED if signed else "inferno"
    colours = mpl.colormaps[cmap](norm(heat))
    colours[..., 3] = _OPAQUE * np.clip(np.abs(heat) / top, 0, 1)
    panels[1].imshow(colours, interpolation="nearest")
    bar = figure.colorbar(ScalarMappable(norm, cmap), ax=panels, shrink=0.85)
    bar.set_label(scale, parse_math=False)
    panels[0].set_title(label("as_the_net_sees"), fontsize=10)
    panels[1].set_title(title, fontsize=10, parse_math=False)
    if key is not None:
        caption(figure, key)
    return figure
