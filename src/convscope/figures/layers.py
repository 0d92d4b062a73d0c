"""One layer's outputs as numbers: mean, deviation and shares, step by step."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from convscope.figures.epochs import epoch_ends, mark_epochs
from convscope.figures.fitting import fitted
from convscope.figures.sheet import METRIC, SICK, TRAIN, VALID, caption
from convscope.figures.thinning import Line, averaged, finite, thinned
from convscope.runs import LayerHistory, Steps
from convscope.words import label

_MANY = 2_000  # steps; drawn one by one they would be a wall
_WILD = 100.0  # times the median: what is that far out would flatten the rest


def layer_stats(
    history: LayerHistory,
    *,
    steps: Steps | None = None,
    with_schedule: bool = False,
    figure: Figure | None = None,
) -> Figure:
    """Draw mean, standard deviation and shares of a layer's outputs against the step.

    Args:
        history: of the layer.
        steps: every step of the training, if known: the ends of the epochs are marked.
        with_schedule: draw the learning rate under each panel; it needs `steps`.
        figure: to draw into; by default a fresh one of 12 by 4 inches, or 12 by 6.

    Returns:
        The figure: three panels, and as many under them if the schedule was asked for.

    Example:
        >>> line = np.array([0.5, 0.25])
        >>> count = np.array([8, 8])
        >>> none = np.zeros(2, int)
        >>> seen = LayerHistory("0", "Conv2d", none, *[line] * 7, count, none, none)
        >>> [axes.get_title() for axes in layer_stats(seen).axes]
        ['Mean', 'Standard deviation', 'Near zero, and stopped by a ReLU']
    """
    with_schedule = with_schedule and bool(steps)
    figure = fitted(figure, (12, 6 if with_schedule else 4))
    heights = [3, 1] if with_schedule else [1]
    grid = figure.subplots(len(heights), 3, sharex=True, squeeze=False, height_ratios=heights)
    panels: list[Axes] = list(grid[0])
    _draw_line(panels[0], history, history.means, "mean")
    _draw_line(panels[1], history, history.stds, "std")
    _draw_shares(panels[2], history)
    ends = epoch_ends(steps)
    for axes in panels:
        _mark_lost(axes, history)
    for axes in grid.flat:
        mark_epochs(axes, ends)
    if steps and with_schedule:
        _draw_schedule(list(grid[1]), steps)
    for axes in grid[-1]:
        axes.set_xlabel(label("step"))
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    panels[2].legend(fontsize=8, loc="best")
    figure.suptitle(f"{history.name} ({history.kind})", parse_math=False)
    caption(figure, "read_layer_stats")
    return figure


def _draw_line(axes: Axes, history: LayerHistory, values: Line, key: str) -> None:
    ys = finite(values)
    _draw_course(axes, history, ys, TRAIN)
    axes.set(title=label(f"title_{key}"), ylabel=label(key))
    sizes = np.abs(ys[~np.isnan(ys)])
    usual = np.median(sizes) if len(sizes) else 0.0
    if usual > 0 and sizes.max() > _WILD * usual:
        axes.set_yscale("symlog", linthresh=float(usual))


def _draw_course(axes: Axes, history: LayerHistory, ys: Line, color: str, name: str = "_") -> None:
    """Draw every step; where there are very many, faintly, with their average over them."""
    xs = history.steps.astype(np.float64)
    if len(xs) > _MANY:
        axes.plot(*thinned(xs, ys), color=color, linewidth=0.5, alpha=0.3)
        xs, ys = averaged(xs, ys)
    axes.plot(xs, ys, color=color, label=name)


def _draw_shares(axes: Axes, history: LayerHistory) -> None:
    shares = [("near_zero", history.near_zero_shares), ("blocked", history.blocked_shares)]
    for (key, values), color in zip(shares, (METRIC, VALID), strict=True):
        _draw_course(axes, history, finite(values), color, label(key))
    axes.set(title=label("title_near_zero"), ylabel=label("share_of_outputs"), ylim=(-0.03, 1.03))


def _mark_lost(axes: Axes, history: LayerHistory) -> None:
    """Tick the steps with NaN or infinite outputs at the foot: lines cannot show them."""
    lost = history.steps[(history.nan_counts + history.inf_counts) > 0]
    if len(lost):
        foot = axes.get_xaxis_transform()
        name = label("not_finite")
        axes.plot(lost, np.zeros(len(lost)), "|", color=SICK, ms=12, transform=foot, label=name)


def _draw_schedule(panels: list[Axes], steps: Steps) -> None:
    for axes in panels:
        axes.plot(*thinned(finite(steps.steps), finite(steps.lrs)), color=METRIC)
        axes.set_ylabel(label("lr"))
