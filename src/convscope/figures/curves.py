"""How a training went."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from convscope.figures.sheet import FAINT, METRIC, TRAIN, VALID, caption, sheet
from convscope.figures.thinning import Line, finite, smoothed, thinned
from convscope.runs import EpochRow, Steps
from convscope.words import label

_MOST_MARKS = 40  # epochs with a mark of their own; more would be a wall


def curves(
    rows: Sequence[EpochRow], steps: Steps | None = None, *, figure: Figure | None = None
) -> Figure:
    """Draw losses and metrics of a training.

    Args:
        rows: an entry an epoch.
        steps: every step, if it was recorded: the loss of each batch is drawn faintly, and its
            smoothed course over it; the axis then counts steps, else epochs.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Example:
        >>> drawn = curves([EpochRow(0, 0.21, 0.08, {"accuracy": 0.9743}, 2.2)])
        >>> [axes.get_title() for axes in drawn.axes]
        ['Loss', 'accuracy']
    """
    figure = sheet(figure, (10, 4.4))
    names = list(dict.fromkeys(name for row in rows for name in row.metrics))
    panels: list[Axes] = list(figure.subplots(1, 2 if names else 1, sharex=True, squeeze=False)[0])
    places = _places(rows, steps)
    _draw_losses(panels[0], rows, steps, places)
    if names:
        _draw_metrics(panels[1], rows, names, places)
    for axes in panels:
        axes.set_xlabel(label("step" if steps else "epoch"))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        for place in places if steps and len(places) <= _MOST_MARKS else []:
            axes.axvline(place, color=FAINT, linewidth=0.5, zorder=0)
    caption(figure, "read_curves")
    return figure


def loss_curve(
    losses: Sequence[float],
    *,
    valid: Sequence[tuple[int, float]] = (),
    skip_start: int = 5,
    log: bool = False,
    figure: Figure | None = None,
) -> Figure:
    """Draw the loss of every step.

    Args:
        losses: an entry a step, as the recorder keeps them.
        valid: step and validation loss, an entry an epoch.
        skip_start: first steps to leave out; they would flatten the rest.
        log: draw the loss on a logarithmic axis.
        figure: to draw into; by default a fresh one.

    Returns:
        The figure.

    Example:
        >>> drawn = loss_curve([2.0, 1.0, 0.5, 0.25], valid=[(3, 0.5)], skip_start=1)
        >>> drawn.axes[0].lines[0].get_xdata().tolist()
        [1.0, 2.0, 3.0]
    """
    figure = sheet(figure, (7, 4.4))
    axes: Axes = figure.subplots()
    xs = np.arange(len(losses), dtype=np.float64)[skip_start:]
    axes.plot(*thinned(xs, finite(losses)[skip_start:]), color=TRAIN, label=label("training"))
    if valid:
        steps, values = zip(*valid, strict=True)
        axes.plot(steps, finite(values), "o-", color=VALID, label=label("validation"))
    axes.set(title=label("title_loss"), xlabel=label("step"), ylabel=label("loss"))
    axes.set_yscale("log" if log else "linear")
    axes.legend(frameon=False)
    caption(figure, "read_loss")
    return figure


def _places(rows: Sequence[EpochRow], steps: Steps | None) -> list[int]:
    """Say where each epoch stands on the axis: at its last step, as far as steps are known."""
    if not steps:
        return [row.epoch for row in rows]
    ends = dict(zip(steps.epochs, steps.steps, strict=True))
    longest = max(Counter(steps.epochs).values())
    # a store that had to stop knows fewer epochs than the rows do
    return [ends.get(row.epoch, (row.epoch + 1) * longest - 1) for row in rows]


def _draw_losses(
    axes: Axes, rows: Sequence[EpochRow], steps: Steps | None, places: list[int]
) -> None:
    train = finite([row.train_loss for row in rows])
    valid = finite([row.valid_loss for row in rows])
    axes.set(title=label("title_loss"), ylabel=label("loss"))
    if steps:
        xs, ys = finite(steps.steps), finite(steps.losses)
        (line,) = axes.plot(*thinned(xs, ys), color=FAINT, linewidth=0.6)
        line.set_label(_keep_in_view(axes, ys, np.concatenate([train, valid])))
        axes.plot(*thinned(xs, smoothed(ys)), color=TRAIN, alpha=0.6, label=label("smoothed"))
    style = _style(rows)
    axes.plot(places, train, style, color=TRAIN, label=label("training"))
    axes.plot(places, valid, style, color=VALID, label=label("validation"))
    axes.legend(frameon=False)


def _style(rows: Sequence[EpochRow]) -> str:
    return "o-" if len(rows) <= _MOST_MARKS else "-"


def _keep_in_view(axes: Axes, every: Line, epochs: Line) -> str:
    """Do not let a few wild batches flatten the rest; the label says that they are there."""
    every, epochs = every[~np.isnan(every)], epochs[~np.isnan(epochs)]
    name = label("every_step")
    if not len(every):
        return name
    top = 1.05 * max(np.percentile(every, 99), *epochs, 1e-12)
    if every.min() >= 0:
        axes.set_ylim(bottom=0)
    if every.max() <= 1.5 * top:
        axes.set_ylim(top=max(top, 1.05 * every.max()))  # epochs are drawn later, and may be above
        return name
    axes.set_ylim(top=top)
    return f"{name} ({label('beyond').format(value=f'{every.max():.3g}')})"


def _draw_metrics(
    axes: Axes, rows: Sequence[EpochRow], names: list[str], places: list[int]
) -> None:
    alone = names == ["accuracy"]
    title, unit = ("accuracy", "share") if alone else ("title_metrics", "value")
    axes.set(title=label(title), ylabel=label(unit))
    for name in names:
        line = finite([row.metrics.get(name, np.nan) for row in rows])
        known = line[np.isfinite(line)]
        text = label("accuracy") if name == "accuracy" else name
        text = f"{text}: {known[-1]:.4f}" if len(known) else text
        axes.plot(places, line, _style(rows), label=text, color=METRIC if alone else None)
    if alone:
        low, high = axes.get_ylim()
        axes.set_ylim(max(low, -0.02), min(high, 1.005))
    axes.ticklabel_format(axis="y", useOffset=False, style="plain")
    axes.legend(frameon=False)
