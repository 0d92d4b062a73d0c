"""The colourful dimension: histograms side by side, a column a step."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from convscope.figures.epochs import epoch_ends, mark_epochs
from convscope.figures.fitting import fitted
from convscope.figures.sheet import SICK, caption
from convscope.figures.valueaxis import narrowed, place_of, ticks
from convscope.runs import HistogramGrid, Steps
from convscope.words import label

_EMPTY = "#edf2f7"  # nothing was recorded, or nothing lies outside
_ONE_PANEL, _MANY_PANELS = 0.05, 0.12  # height of a strip, of the window's
_WIDEST = 10  # columns a row: a picture of the book's form that is wider is stretched


def color_dim(
    grid: HistogramGrid,
    *,
    steps: Steps | None = None,
    ax: Axes | None = None,
    figure: Figure | None = None,
) -> Figure:
    """Draw a layer's histograms as colours: step to the right, value upwards.

    Args:
        grid: histograms, a column a step or a few.
        steps: every step of the training, if known: the ends of the epochs are marked.
        ax: to draw into, among other things; the figure then gets no title and no sentence.
        figure: to draw into; by default a fresh one of 10 by 5 inches.

    Returns:
        The figure: the picture, its colour bar and, in the same axes, a strip each for what lies
        above the window, below it, and for NaN and infinities.

    Example:
        >>> none, one = np.zeros(2), np.ones(2)
        >>> edges, borders, counts = np.array([-1.0, 0, 1]), np.arange(3), np.ones((2, 2))
        >>> seen = HistogramGrid("0", edges, borders, counts, none, one, none, none, False)
        >>> [axes.get_ylabel() for axes in color_dim(seen).axes]
        ['output value (signed, no unit)', 'outputs (logarithmic: log(1 + n))']
    """
    figure = fitted(figure, (10, 5)) if ax is None else cast(Figure, ax.figure)
    axes: Axes = figure.subplots() if ax is None else ax
    image = draw_grid(axes, grid, top=brightest([grid]))
    mark_epochs(axes, epoch_ends(steps), color="white")
    axes.set(xlabel=label("step"), ylabel=label("output_value"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    count_bar(figure, image, [axes])
    if ax is None:
        axes.set_title(label("title_color_dim").format(layer=grid.name), parse_math=False)
        caption(figure, "read_color_dim")
    return figure


def book_color_dim(
    hist: NDArray[np.floating], *, ax: Axes | None = None, figure: Figure | None = None
) -> Figure:
    """Draw the chapter's own form: no axes, values 0 to 10 upwards, a column a batch.

    Args:
        hist: log(1 + count), of shape (40, batches), as fastai's `hist` gives it.
        ax: to draw into; the figure then gets no sentence.
        figure: to draw into; by default a fresh one of 10 by 5 inches.

    Returns:
        The figure.

    Source: ActivationStats.color_dim of fastai 2.7.
    """
    if ax is None:
        figure = fitted(figure, (10, 5))
        caption(figure, "read_book_color_dim")
        ax = figure.subplots()
    wide = hist.shape[1] > _WIDEST * hist.shape[0]
    ax.imshow(hist, origin="lower", cmap="viridis", aspect="auto" if wide else None)
    ax.axis("off")
    return cast(Figure, ax.figure)


def brightest(grids: Sequence[HistogramGrid]) -> float:
    """Find where the colours end, in grids as they are drawn.

    Returns:
        log(1 + n) of the fullest bin or strip, at least log(2).
    """
    fullest = [np.max(part, initial=1.0) for one in grids for part in _parts(narrowed(one))]
    return float(np.log1p(max(fullest)))


def draw_grid(
    axes: Axes, grid: HistogramGrid, *, top: float, small: bool = False
) -> ScalarMappable:
    """Draw window and strips into one axes, where a bin is 1 high, whatever values it holds.

    Args:
        axes: to draw into.
        grid: the histograms.
        top: log(1 + n) of the brightest colour.
        small: the axes are one of many.

    Returns:
        The window, for a colour bar.
    """
    grid = narrowed(grid)
    bins = len(grid.edges) - 1
    strip = bins * (_MANY_PANELS if small else _ONE_PANEL)
    lost = grid.nan_counts + grid.inf_counts
    recorded = grid.counts.sum(axis=1) + grid.below + grid.above + lost > 0
    window = np.where(recorded, np.log1p(grid.counts.T), np.nan)
    image = axes.pcolorfast(grid.steps, np.arange(bins + 1), window, vmin=0, vmax=top)
    image.set_cmap("viridis")
    low, high = (f"{value:.3g}" for value in grid.edges[[0, -1]])
    rows = [(f"< {low}", -1.4, grid.below), (f"> {high}", 0.4, grid.above), ("NaN, ∞", 1.8, lost)]
    names: dict[str, float] = {}
    for name, offset, values in rows:
        foot = offset * strip + (bins if offset > 0 else 0)
        names[name] = foot + strip / 2
        shown = np.where(values > 0, np.log1p(values), np.nan)[None]
        fill = axes.pcolorfast(grid.steps, [foot, foot + strip], shown, vmin=0, vmax=top)
        fill.set_cmap(ListedColormap([SICK]) if values is lost else "viridis")
    axes.set_facecolor(_EMPTY)
    axes.axhline(place_of(grid, 0.0), color="white", linewidth=0.7, linestyle="--", alpha=0.6)
    _name_values(axes, grid, names, small=small)
    axes.set(xlim=(grid.steps[0], grid.steps[-1]), ylim=(-1.8 * strip, bins + 3.2 * strip))
    return image


def count_bar(figure: Figure, image: ScalarMappable, panels: Sequence[Axes]) -> Colorbar:
    """Say beside the panels how many outputs a colour stands for.

    Returns:
        The colour bar; its ticks are counts.
    """
    top = image.get_clim()[1]
    counts = [0.0, *(10.0**power for power in range(20) if np.log1p(10.0**power) <= top)]
    bar = figure.colorbar(image, ax=list(panels), label=label("outputs"), pad=0.01, aspect=30)
    bar.set_ticks(np.log1p(counts).tolist(), labels=[f"{count:,.0f}" for count in counts])
    return bar


def _name_values(axes: Axes, grid: HistogramGrid, names: dict[str, float], *, small: bool) -> None:
    values = [0.0] if small else ticks(grid)
    places = {f"{value:g}": place_of(grid, value) for value in values} | names
    axes.set_yticks(list(places.values()), labels=list(places), fontsize=6 if small else 8)


def _parts(grid: HistogramGrid) -> list[NDArray[np.float64]]:
    return [grid.counts, grid.below, grid.above]
