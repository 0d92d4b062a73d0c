"""A reliability diagram as shapes of a page: it follows its colours, light or dark."""

from collections.abc import Sequence
from dataclasses import dataclass

from convscope.runs import Calibration

SIDE = 300.0  # of the square, in units of the drawing


@dataclass(frozen=True, slots=True)
class Bar:
    """One bin.

    Attributes:
        x: left end, in units of the drawing.
        width: of it.
        top: of what was right.
        height: likewise.
        mark: where the mean probability lies across, and how high it is: the same number from the
            left and from below, on the diagonal.
        low: lower border, 0..1.
        high: upper border.
        count: predictions in it.
        confidence: mean probability.
        accuracy: share that is right.
    """

    x: float
    width: float
    top: float
    height: float
    mark: float
    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """The diagram: bars where there is a prediction; the bins in all; the calibration error."""

    bars: Sequence[Bar]
    bins: int
    error: float


def reliability(found: Calibration) -> Reliability:
    """Lay a reliability diagram out.

    Args:
        found: bins of probabilities.

    Returns:
        Bars in a square of `SIDE`, whose upper left corner is (0, 0).
    """
    bars = [
        Bar(
            x=SIDE * low,
            width=SIDE * (high - low),
            top=SIDE * (1 - right),
            height=SIDE * right,
            mark=SIDE * sure,
            low=low,
            high=high,
            count=count,
            confidence=sure,
            accuracy=right,
        )
        for low, high, count, sure, right in zip(
            found.edges[:-1].tolist(),
            found.edges[1:].tolist(),
            found.counts.tolist(),
            found.confidences.tolist(),
            found.accuracies.tolist(),
            strict=True,
        )
        if count
    ]
    return Reliability(bars, len(found.counts), found.error)
