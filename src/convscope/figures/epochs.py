"""Where the epochs of a training end."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from convscope.figures.sheet import FAINT
from convscope.runs import Steps
from convscope.words import label

_MOST_MARKS = 40  # more would be a wall


def epoch_ends(steps: Steps | None) -> list[int]:
    """Find the first step after each epoch.

    Returns:
        A step number for each epoch, the last one too; none where no steps are known.

    Example:
        >>> epoch_ends(Steps([0, 1, 2, 3], [0, 0, 1, 1]))
        [2, 4]
    """
    if not steps:
        return []
    last = np.flatnonzero(np.diff(steps.epochs))
    return [steps.steps[place] + 1 for place in [*last.tolist(), -1]]


def mark_epochs(axes: Axes, ends: Sequence[int], color: str = FAINT) -> None:
    """Draw a line where each epoch ends; of very many, some, evenly spread."""
    shown = ends[:: -(-len(ends) // _MOST_MARKS)] if ends else []
    for place, end in enumerate(shown):
        name = label("epoch_end") if place == 0 else "_"
        axes.axvline(end, color=color, linewidth=0.8, linestyle=":", label=name)
