"""Records made by hand and how a figure of them is read, for the tests of figures."""

from dataclasses import replace

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: TID253 (what a screen shows)
from numpy.typing import NDArray

from convscope.figures import Axes, Figure
from convscope.runs import HistogramGrid, LayerHistory, Steps

RED = np.array([0xC5, 0x30, 0x30])
Numbers = NDArray[np.float64]


def history(count: int = 6, **changed: object) -> LayerHistory:
    line, none = np.linspace(0.25, 0.75, count), np.zeros(count, np.int64)
    same = ("means", "stds", "minima", "maxima", "near_zero_shares", "zero_shares")
    made = LayerHistory(
        name="6.0",
        kind="Conv2d",
        steps=np.arange(count),
        **dict.fromkeys(same, line),
        blocked_shares=line / 2,
        counts=none + 100,
        nan_counts=none,
        inf_counts=none,
    )
    return replace(made, **changed)  # pyright: ignore[reportArgumentType]


def grid(columns: int = 6, **changed: object) -> HistogramGrid:
    """Four bins from -2 to 2; nothing outside them."""
    none = np.zeros(columns)
    made = HistogramGrid(
        name="6.0",
        edges=np.array([-2.0, -1, 0, 1, 2]),
        steps=np.arange(columns + 1),
        counts=np.tile([1.0, 10, 100, 0], (columns, 1)),
        below=none,
        above=none,
        nan_counts=none,
        inf_counts=none,
        is_symlog=False,
    )
    return replace(made, **changed)  # pyright: ignore[reportArgumentType]


def training(count: int = 6, epochs: int = 2) -> Steps:
    numbers = list(range(count))
    of_epochs = [step * epochs // count for step in numbers]
    return Steps(numbers, of_epochs, [1.0] * count, [0.1 * one for one in numbers], [0.9] * count)


def drawn(axes: Axes, part: int) -> Numbers:
    """What one image holds: 0 the window, 1 below, 2 above, 3 NaN; masked where nothing is seen."""
    content = np.ma.masked_invalid(np.ma.asarray(axes.images[part].get_array()))
    return content.filled(-1)


def pixels(figure: Figure) -> Numbers:
    """The picture as a screen would show it, (rows, columns, red green blue)."""
    shown = FigureCanvasAgg(figure)
    shown.draw()
    return np.asarray(shown.buffer_rgba())[..., :3].astype(np.float64)


def has_red(figure: Figure) -> bool:
    return bool((np.abs(pixels(figure) - RED).max(axis=-1) <= 2).any())


def lines(axes: Axes) -> dict[str, Numbers]:
    return {str(line.get_label()): np.asarray(line.get_ydata()) for line in axes.lines}


def marks(axes: Axes) -> list[float]:
    """Where dotted lines stand."""
    dotted = [line for line in axes.lines if line.get_linestyle() == ":"]
    return [float(np.asarray(line.get_xdata())[0]) for line in dotted]
