"""Paper of the size that what is drawn needs."""

import matplotlib as mpl
from matplotlib.figure import Figure

from convscope.figures.sheet import sheet


def fitted(figure: Figure | None, figsize: tuple[float, float]) -> Figure:
    """Give a sheet of this size; a figure of matplotlib's usual size, which nobody chose, grows.

    Returns:
        The caller's figure, else a fresh one.

    Example:
        >>> fitted(Figure(), (9, 2)).get_size_inches().tolist()
        [9.0, 2.0]
        >>> fitted(Figure(figsize=(5, 5)), (9, 2)).get_size_inches().tolist()
        [5.0, 5.0]
    """
    usual = mpl.rcParams["figure.figsize"]
    if figure is not None and figure.get_size_inches().tolist() == list(usual):
        figure.set_size_inches(figsize)
    return sheet(figure, figsize)
