"""pyplot, which picks a window system when it is imported: only whoever wants one asks for it."""

from matplotlib.figure import Figure


def pyplot_figure(figsize: tuple[float, float] | None = None) -> Figure:
    """Make a figure that a notebook shows, also after a `;`, and that `plt.show()` finds.

    Args:
        figsize: width and height in inches; by default matplotlib's own.

    Returns:
        An empty figure that pyplot keeps until it is closed.
    """
    import matplotlib.pyplot as plt

    return plt.figure(figsize=figsize, layout="constrained")
