"""Learning rates: as they were planned, and how a good one is found."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from convscope.figures.sheet import METRIC, TRAIN, VALID, caption, sheet
from convscope.figures.thinning import finite, thinned
from convscope.words import label


def schedule(
    lrs: Sequence[float], moms: Sequence[float] = (), *, figure: Figure | None = None
) -> Figure:
    """Draw learning rate and momentum against the step.

    Args:
        lrs: learning rate, an entry a step.
        moms: momentum, an entry a step; none where the optimiser has none.
        figure: to draw into; by default a fresh one of 12 by 4 inches.

    Returns:
        The figure, with a panel for each.

    Example:
        >>> drawn = schedule([0.1, 0.2, 0.1], [0.95, 0.85, 0.95])
        >>> [axes.get_ylabel() for axes in drawn.axes]
        ['learning rate', 'momentum']
    """
    lines = [("lr", "title_lr", lrs, TRAIN), ("momentum", "title_momentum", moms, METRIC)]
    lines = [line for line in lines if np.isfinite(finite(line[2])).any()] or lines[:1]
    figure = sheet(figure, (6.0 * len(lines), 4))
    panels: list[Axes] = list(figure.subplots(1, len(lines), squeeze=False)[0])
    for axes, (unit, title, values, colour) in zip(panels, lines, strict=True):
        xs = np.arange(len(values), dtype=np.float64)
        axes.plot(*thinned(xs, finite(values)), color=colour)
        axes.set(title=label(title), xlabel=label("step"), ylabel=label(unit))
    caption(figure, "read_schedule")
    return figure


def rate_search(
    lrs: Sequence[float],
    losses: Sequence[float],
    suggestion: float | None = None,
    *,
    figure: Figure | None = None,
) -> Figure:
    """Draw the loss against a learning rate that rises from step to step.

    Args:
        lrs: learning rates, above 0.
        losses: the loss at each.
        suggestion: the rate to mark.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Example:
        >>> drawn = rate_search([1e-3, 1e-2, 1e-1], [2.0, 1.0, 3.0], suggestion=1e-2)
        >>> drawn.axes[0].get_xscale()
        'log'
    """
    figure = sheet(figure, (7, 4.4))
    axes: Axes = figure.subplots()
    ys = finite(losses)
    axes.plot(lrs, ys, color=TRAIN)
    if suggestion is not None:
        loss = np.interp(np.log(suggestion), np.log(lrs), ys)
        text = label("suggestion").format(rate=f"{suggestion:.2g}")
        axes.plot([suggestion], [loss], "o", color=VALID, markersize=9, label=text)
        axes.legend(frameon=False)
    axes.set_xscale("log")
    if np.isfinite(ys).any():
        lowest = int(np.nanargmin(ys))
        height = np.nanmax(ys[: lowest + 1]) - ys[lowest]
        if height > 0:  # what shoots up at the end would flatten the fall
            axes.set_ylim(ys[lowest] - 0.1 * height, ys[lowest] + 1.6 * height)
    axes.set(title=label("title_rate_search"), xlabel=label("lr_log"), ylabel=label("loss"))
    caption(figure, "read_rate_search")
    return figure
