"""pyplot, which picks a window system when it is imported: only whoever wants one asks for it."""

from types import ModuleType

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray


def pyplot() -> ModuleType:
    """Import `matplotlib.pyplot`.

    Returns:
        The module, which the chapter calls `plt`.
    """
    import matplotlib.pyplot as plt

    return plt


def subplots(
    nrows: int = 1,
    ncols: int = 1,
    figsize: tuple[float, float] | None = None,
    imsize: float = 3,
) -> tuple[Figure, NDArray[np.object_]]:
    """Make a grid of axes through pyplot, each as large as a small picture.

    Args:
        nrows: rows of axes.
        ncols: columns of axes.
        figsize: width and height in inches; by default `imsize` for each of the axes.
        imsize: side of one of the axes, in inches.

    Returns:
        The figure; the axes as an array, of shape (1,) for a single one, (nrows,) or (ncols,) for
        one row or column, and (nrows, ncols) otherwise.

    Source:
        `subplots` of fastai 2.7.
    """
    figure = pyplot_figure(figsize or (ncols * imsize, nrows * imsize))
    axes = figure.subplots(nrows, ncols)
    return figure, np.array([axes]) if isinstance(axes, Axes) else axes


def pyplot_figure(figsize: tuple[float, float] | None = None) -> Figure:
    """Make a figure that a notebook shows, also after a `;`, and that `plt.show()` finds.

    Args:
        figsize: width and height in inches; by default matplotlib's own.

    Returns:
        An empty figure that pyplot keeps until it is closed.
    """
    return pyplot().figure(figsize=figsize, layout="constrained")
