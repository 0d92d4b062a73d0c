"""What predictions tell: who is taken for whom, how well each class is known, how far to trust."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from convscope.runs.predictions import PredictionTable

SURE = 1.959963984540054  # deviations of a normal distribution: 95 %
BINS = 15

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ClassReport:
    """How well one class is known.

    Attributes:
        name: of the class.
        precision: share of those taken for it that are of it; NaN where none was taken for it.
        recall: share of its pictures that were recognised; NaN where there are none.
        f1: harmonic mean of both; NaN where it has neither pictures nor predictions.
        support: its pictures.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Whether probabilities mean what they say, in bins of equal width from 0 to 1.

    Attributes:
        edges: borders of the bins, of shape (bins + 1,).
        counts: predictions in each, a probability on a border belongs to the bin below it.
        confidences: mean probability in each; NaN where there is none.
        accuracies: share that is right in each; NaN where there is none.
        error: expected calibration error: the mean gap between the two, weighted by counts, 0..1.
    """

    edges: Floats
    counts: Numbers
    confidences: Floats
    accuracies: Floats
    error: float


def share_interval(share: float, count: int) -> tuple[float, float]:
    """Give the interval in which a share lies that was measured on `count` pictures.

    Args:
        share: measured, 0..1.
        count: of how many, at least 1.

    Returns:
        Its ends at 95 %, 0..1.

    Example:
        >>> low, high = share_interval(0.5, 100)
        >>> round(low, 3), round(high, 3)
        (0.404, 0.596)

    Source:
        Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    """
    weight = SURE**2 / count
    centre = (share + weight / 2) / (1 + weight)
    half = SURE / (1 + weight) * sqrt(share * (1 - share) / count + weight / (4 * count))
    return max(0.0, centre - half), min(1.0, centre + half)


def confused_pairs(made: PredictionTable) -> list[tuple[int, int, int]]:
    """Count which class was taken for which, without a matrix: there may be ten thousand.

    Returns:
        Truth, prediction, pictures; right ones too, the most first.

    Example:
        >>> line, sides = np.ones(3), (np.array([0, 0, 1]), np.array([1, 1, 1]))
        >>> confused_pairs(PredictionTable(("3", "7"), ("a", "b", "c"), *sides, line, line, line))
        [(0, 1, 2), (1, 1, 1)]
    """
    keys, counts = np.unique(made.truths * len(made.classes) + made.predicted, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [
        (*divmod(int(key), len(made.classes)), int(count))
        for key, count in zip(keys[order], counts[order], strict=True)
    ]


def class_reports(made: PredictionTable) -> list[ClassReport]:
    """Measure precision, recall and F1 of each class.

    Returns:
        One for each class, in their order.
    """
    size = len(made.classes)
    right = np.bincount(made.truths[made.truths == made.predicted], minlength=size)
    support = np.bincount(made.truths, minlength=size)
    taken = np.bincount(made.predicted, minlength=size)
    return [
        ClassReport(
            name,
            float(hits / said) if said else nan,
            float(hits / there) if there else nan,
            float(2 * hits / (said + there)) if said + there else nan,
            int(there),
        )
        for name, hits, said, there in zip(made.classes, right, taken, support, strict=True)
    ]


def weakest_first(reports: Sequence[ClassReport]) -> list[ClassReport]:
    """Order classes by F1, the lowest first; behind them those that have no pictures.

    Returns:
        All of them.

    Example:
        >>> a, b, c = (
        ...     ClassReport(n, 0.5, f, f, s) for n, f, s in [("a", 1, 2), ("b", 0, 0), ("c", 0, 1)]
        ... )
        >>> [one.name for one in weakest_first([a, b, c])]
        ['c', 'a', 'b']
    """
    return sorted(reports, key=lambda one: (not one.support, one.f1 if isfinite(one.f1) else 2.0))


def calibration(made: PredictionTable, bins: int = BINS) -> Calibration:
    """Compare how sure the model was with how often it was right.

    Args:
        made: at least one prediction.
        bins: of equal width.

    Returns:
        A row a bin, and the expected calibration error.

    Source:
        Guo et al., "On calibration of modern neural networks" (2017).
    """
    edges = np.linspace(0.0, 1.0, bins + 1)
    where = np.clip(np.searchsorted(edges, made.probabilities, side="left") - 1, 0, bins - 1)
    counts = np.bincount(where, minlength=bins)
    right = (made.truths == made.predicted).astype(np.float64)
    with np.errstate(invalid="ignore"):
        confidences = np.bincount(where, made.probabilities, bins) / counts
        accuracies = np.bincount(where, right, bins) / counts
    gaps = np.abs(np.nan_to_num(confidences - accuracies))
    return Calibration(edges, counts, confidences, accuracies, float(gaps @ counts / len(made)))


def mistaken(made: PredictionTable) -> Numbers:
    """Give the pictures that were mistaken, the largest loss first.

    Returns:
        Their rows.
    """
    rows = np.flatnonzero(made.truths != made.predicted)
    return rows[np.argsort(-made.losses[rows], kind="stable")]


def least_sure(made: PredictionTable) -> Numbers:
    """Give all pictures, the one first whose likeliest class is least probable.

    Returns:
        Their rows.
    """
    return np.argsort(made.probabilities, kind="stable")


def suspected(made: PredictionTable) -> Numbers:
    """Give pictures whose label may be wrong, by confident learning in its simplest form.

    The model's usual certainty of a class is its mean probability over the pictures labelled with
    it. Suspected is who is taken for another class with at least the usual certainty of that class.

    Returns:
        Their rows; the largest surplus of the other class's probability over the label's first.

    Source:
        Northcutt, Jiang & Chuang, "Confident learning: estimating uncertainty in dataset labels",
        JAIR 70 (2021); there, thresholds are means over held-out pictures, as here.
    """
    size = len(made.classes)
    counts = np.bincount(made.truths, minlength=size)
    sums = np.bincount(made.truths, made.truth_probabilities, size)
    usual = np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)
    other = made.truths != made.predicted
    rows = np.flatnonzero(other & (made.probabilities >= usual[made.predicted]))
    surplus = made.probabilities[rows] - made.truth_probabilities[rows]
    return rows[np.argsort(-surplus, kind="stable")]
