"""What reaches the weights: gradients, steps, and the kernels they make."""

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from convscope.figures.epochs import epoch_ends, mark_epochs
from convscope.figures.fitting import fitted
from convscope.figures.sheet import caption
from convscope.figures.thinning import Line, averaged, finite, thinned
from convscope.runs import GradientHistory, KernelHistory, Steps
from convscope.words import label

_MOST_NAMES = 12
_PIECES = 100  # of each line; the noise of single steps would hide the rest
_MOST_TIMES, _MOST_KERNELS, _WIDEST = 10, 16, 200  # pixels
_GUIDE = 1e-3  # of a weight, a step: Karpathy's rule of thumb


def gradient_flow(
    history: GradientHistory, *, steps: Steps | None = None, figure: Figure | None = None
) -> Figure:
    """Draw the gradient that reaches each layer, and how far a step moves its weights.

    Args:
        history: of all layers.
        steps: every step of the training, if known: the ends of the epochs are marked.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure: one panel, two where update ratios were measured.

    Example:
        >>> ones = np.ones((2, 3))
        >>> seen = GradientHistory(("0", "2"), np.arange(3), ones, ones * 1e-3)
        >>> [axes.get_yscale() for axes in gradient_flow(seen).axes]
        ['log', 'log']
    """
    parts = [("gradient_norm", "title_gradients", history.norms)]
    if np.isfinite(history.update_ratios).any():
        parts.append(("update_ratio", "title_updates", history.update_ratios))
    figure = fitted(figure, (6.5 * len(parts), 4.6))
    panels: list[Axes] = list(figure.subplots(1, len(parts), squeeze=False)[0])
    for axes, (unit, title, values) in zip(panels, parts, strict=True):
        axes.set_yscale("log")
        axes.set(title=label(title), xlabel=label("step"), ylabel=label(unit))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        _draw_layers(axes, history, values)
        mark_epochs(axes, epoch_ends(steps))
    if len(parts) > 1:
        panels[1].axhline(_GUIDE, color="black", ls="--", lw=0.8, label=label("ratio_guide"))
    panels[-1].legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    caption(figure, "read_gradient_flow")
    return figure


def kernel_history(record: KernelHistory, *, figure: Figure | None = None) -> Figure:
    """Draw a convolution's kernels at up to ten steps: a column a kernel, a row a step.

    Args:
        record: the kernels; up to sixteen are drawn, each with a slice for every channel.
        figure: to draw into; by default a fresh one of the size they need.

    Returns:
        The figure, with its colour bar; all tiles share their colours.

    Example:
        >>> record = KernelHistory("0", np.array([0, 9]), np.ones((2, 4, 1, 3, 3)))
        >>> drawn = kernel_history(record)
        >>> drawn.axes[0].images[0].get_array().shape
        (7, 15)
    """
    times = np.unique(np.linspace(0, len(record.steps) - 1, _MOST_TIMES).round().astype(int))
    _, _, ins, _, across = record.kernels.shape
    most = max(1, min(_MOST_KERNELS, _WIDEST // (ins * (across + 1) + 1)))
    mosaic, middles = _mosaic(record.kernels[times][:, :most])
    rows, columns = mosaic.shape
    side = min(0.12, 14.0 / columns)
    figure = fitted(figure, (max(6.0, columns * side + 2.2), max(3.0, rows * side + 1.6)))
    axes: Axes = figure.subplots()
    farthest = max(float(np.abs(mosaic[np.isfinite(mosaic)]).max(initial=0)), 1e-9)
    image = axes.imshow(mosaic, cmap="RdBu_r", vmin=-farthest, vmax=farthest)
    axes.set_xticks(middles[1], labels=[f"{place}" for place in range(len(middles[1]))])
    axes.set_yticks(middles[0], labels=[f"{step}" for step in record.steps[times]])
    axes.set(xlabel=label("kernel"), ylabel=label("step"))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(label("title_kernels").format(layer=record.name), parse_math=False)
    figure.colorbar(image, ax=axes, label=label("weight"))
    caption(figure, "read_kernel_history")
    return figure


def _draw_layers(axes: Axes, history: GradientHistory, values: Line) -> None:
    xs = history.steps.astype(np.float64)
    layers = len(history.names)
    colours = mpl.colormaps["viridis"](np.linspace(0, 0.95, layers))
    named = {round(place) for place in np.linspace(0, layers - 1, min(layers, _MOST_NAMES))}
    for place, (name, line) in enumerate(zip(history.names, values, strict=True)):
        ys = np.where(line > 0, finite(line), np.nan)  # a logarithm has no place for 0
        axes.plot(*thinned(xs, ys), color=colours[place], lw=0.4, alpha=0.25)
        shown = name if place in named else "_"
        axes.plot(*averaged(xs, ys, _PIECES), color=colours[place], label=shown)


def _mosaic(kernels: Line) -> tuple[Line, tuple[list[float], list[float]]]:
    """Lay tiles side by side with a gap of a pixel, two between kernels of several slices.

    Returns:
        The picture, NaN in the gaps, and the middles of rows and of kernels in it.
    """
    times, outs, ins, rows, columns = kernels.shape
    wide = ins * (columns + 1) + (ins > 1)
    mosaic = np.full((times * (rows + 1) - 1, outs * wide - 1 - (ins > 1)), np.nan)
    for time, out, slice_ in np.ndindex(times, outs, ins):
        top, left = time * (rows + 1), out * wide + slice_ * (columns + 1)
        mosaic[top : top + rows, left : left + columns] = kernels[time, out, slice_]
    middles = [time * (rows + 1) + (rows - 1) / 2 for time in range(times)]
    return mosaic, (middles, [out * wide + ins * (columns + 1) / 2 - 1 for out in range(outs)])
