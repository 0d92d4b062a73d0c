"""What was seen inside: one record a layer, as plain arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LayerHistory:
    """The outputs of one layer over the recorded steps; all arrays are of one length.

    Attributes:
        name: the layer's path in the model; a second call in one pass is named `path#2`.
        kind: its type, such as `Conv2d`.
        steps: step numbers over the whole run, from 0, rising.
        means: mean of the layer's finite outputs; NaN where there is none.
        stds: their standard deviation, unbiased; NaN where there are fewer than two.
        minima: the least finite output.
        maxima: the greatest finite output.
        near_zero_shares: share of outputs with |x| <= 0.05.
        zero_shares: share of outputs that are exactly 0.
        blocked_shares: share of outputs with x <= 0, which no ReLU lets pass.
        counts: number of outputs, NaN and infinite ones included.
        nan_counts: outputs that are NaN.
        inf_counts: outputs that are infinite.
    """

    name: str
    kind: str
    steps: Counts
    means: Floats
    stds: Floats
    minima: Floats
    maxima: Floats
    near_zero_shares: Floats
    zero_shares: Floats
    blocked_shares: Floats
    counts: Counts
    nan_counts: Counts
    inf_counts: Counts

    def __len__(self) -> int:
        return len(self.steps)


@dataclass(frozen=True, slots=True, eq=False)
class HistogramGrid:
    """Histograms of one layer side by side, in a window of values chosen for display.

    A column may hold several steps, so that any run fits on a page. Per column,
    `counts.sum() + below + above + nan_counts + inf_counts` is the number of values it stands for.

    Attributes:
        name: the layer's path in the model.
        edges: borders of the value bins, rising, of shape (bins + 1,).
        steps: borders of the columns in steps, rising, of shape (columns + 1,).
        counts: values in each bin, of shape (columns, bins).
        below: finite values under the window, of shape (columns,).
        above: finite values over the window, of shape (columns,).
        nan_counts: NaN values, of shape (columns,).
        inf_counts: infinite values, of shape (columns,).
        is_symlog: whether the value axis is symmetric-logarithmic instead of linear.
    """

    name: str
    edges: Floats
    steps: Counts
    counts: Floats
    below: Floats
    above: Floats
    nan_counts: Floats
    inf_counts: Floats
    is_symlog: bool


def norms_of(history: LayerHistory) -> Floats:
    """Compute the Euclidean norm of what was counted.

    Args:
        history: of anything.

    Returns:
        Norms of shape (steps,); NaN where there was nothing finite.
    """
    finite = history.counts - history.nan_counts - history.inf_counts
    squares = np.where(finite > 1, history.stds**2 * (finite - 1), 0.0)
    return np.sqrt(squares + finite * history.means**2)
