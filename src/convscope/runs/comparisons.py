"""A comparison: what was tried, what it gave with each seed, and what that says."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb, inf, isnan
from statistics import median
from typing import Literal, TypeAlias

from convscope.runs.phrases import Name, Phrase, said

Verdict: TypeAlias = Literal["better", "worse", "same", "unknown"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a column holds.

    Attributes:
        kind: how it is written: "share" of 1, "loss", "count" or "seconds".
        higher: whether more of it is better.
    """

    kind: Literal["share", "loss", "count", "seconds"]
    higher: bool = False


MEASURES: dict[str, Measure] = {
    "accuracy": Measure("share", higher=True),
    "best_accuracy": Measure("share", higher=True),
    "train_loss": Measure("loss"),
    "valid_loss": Measure("loss"),
    "rise": Measure("loss"),
    "noise": Measure("loss"),
    "noise_scale": Measure("count"),
    "steps": Measure("count"),
    "steps_to_equal": Measure("count"),
    "parameters": Measure("count"),
    "multiply_adds": Measure("count"),
    "seconds": Measure("seconds"),
}
"""Columns of tables; their headings are the labels `compare_col_...`."""


@dataclass(frozen=True, slots=True)
class Spread:
    """One number over the seeds.

    Attributes:
        values: one a seed; what is no number counts as infinite.

    Example:
        >>> spread = Spread((0.5, 0.25, float("nan")))
        >>> spread.median, spread.low, spread.high
        (0.5, 0.25, inf)
    """

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "values", tuple(inf if isnan(one) else float(one) for one in self.values)
        )

    @property
    def median(self) -> float:
        """The middle one; of two, their mean."""
        return median(self.values)

    @property
    def low(self) -> float:
        """The smallest."""
        return min(self.values)

    @property
    def high(self) -> float:
        """The largest."""
        return max(self.values)

    def to_dict(self) -> dict[str, float]:
        """Give the three numbers, for JSON."""
        return {"median": self.median, "low": self.low, "high": self.high}

    def against(self, other: "Spread", *, higher: bool) -> Verdict:
        """Judge whether this lies apart from another, beyond what the seeds do to both.

        It does where the two ranges do not touch: even the worst seed of one beats the best of
        the other. Two equals come apart so by chance in one of `chance_apart(n)` comparisons.

        Args:
            other: what it is compared with.
            higher: whether more is better.

        Returns:
            "better", "worse", "same" where the ranges overlap, "unknown" where one seed is all.

        Example:
            >>> Spread((3.0, 4.0)).against(Spread((1.0, 2.0)), higher=True)
            'better'
        """
        if min(len(self.values), len(other.values)) < 2:
            return "unknown"
        if self.low > other.high:
            return "better" if higher else "worse"
        if self.high < other.low:
            return "worse" if higher else "better"
        return "same"


def chance_apart(seeds: int) -> int:
    """Say in how many comparisons of two equals chance alone pulls their ranges apart once.

    Args:
        seeds: of each, at least 1.

    Returns:
        C(2n, n) / 2: all orders of the 2n values are equally likely, and two of them are apart.

    Example:
        >>> [chance_apart(seeds) for seeds in (1, 2, 3, 5)]
        [1, 3, 10, 126]
    """
    return comb(2 * seeds, seeds) // 2


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing that was tried.

    Attributes:
        name: what people call it.
        spreads: of each measure, by its key in `MEASURES`.
        remark: what else is to be known, such as how many seeds failed.
    """

    name: Name
    spreads: Mapping[str, Spread]
    remark: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of a picture.

    Attributes:
        name: of what was tried.
        xs: where it was measured, rising.
        seeds: the values there, a tuple a seed.
    """

    name: Name
    xs: tuple[float, ...]
    seeds: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of lines over a common axis.

    Attributes:
        title: label key.
        x: label key of the axis.
        y: label key of the axis.
        curves: of each thing that was tried.
        logarithmic: axes, of "x" and "y", that count in factors.
        in_odds: the y axis is a share, and counts in odds: 0.9, 0.99 and 0.999 are as far apart.
    """

    title: str
    x: str
    y: str
    curves: tuple[Curve, ...]
    logarithmic: str = ""
    in_odds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a comparison gave.

    Attributes:
        what: its name, such as "norm".
        data: what was learnt from.
        seeds: of weights and order.
        columns: measures, in order; the first of them are drawn.
        rows: what was tried.
        drawn: how many of the columns are drawn.
        found: sentences, computed from the numbers.
        notes: how it was done.
        charts: more pictures.
        seconds: that all of it took.
    """

    what: str
    data: Name
    seeds: tuple[int, ...]
    columns: tuple[str, ...]
    rows: tuple[Tried, ...]
    drawn: int = 1
    found: tuple[Phrase, ...] = ()
    notes: tuple[Phrase, ...] = ()
    charts: tuple[Chart, ...] = ()
    seconds: float = 0.0

    @property
    def asked(self) -> Phrase:
        """The question."""
        return Phrase(f"compare_asked_{self.what}")

    @property
    def book(self) -> Phrase:
        """What the book says to it."""
        return Phrase(f"compare_book_{self.what}")

    def to_dict(self, lang: str | None = None) -> dict[str, object]:
        """Give plain values, for JSON.

        Args:
            lang: of names and sentences, as for `words.label`.

        Returns:
            Names, numbers, lists and mappings; every measure with median, low, high and the
            value of each seed.
        """
        return {
            "what": self.what,
            "asked": self.asked.text(lang),
            "book": self.book.text(lang),
            "data": said(self.data, lang),
            "seeds": list(self.seeds),
            "seconds": self.seconds,
            "rows": [_plain_tried(row, lang) for row in self.rows],
            "found": [phrase.text(lang) for phrase in self.found],
            "notes": [phrase.text(lang) for phrase in self.notes],
            "series": [
                {"chart": chart.title, "x": chart.x, "y": chart.y, "name": said(curve.name, lang)}
                | {"xs": list(curve.xs), "seeds": [list(values) for values in curve.seeds]}
                for chart in self.charts
                for curve in chart.curves
            ],
        }


def _plain_tried(row: Tried, lang: str | None) -> dict[str, object]:
    measures = {
        key: {**one.to_dict(), "seeds": list(one.values)} for key, one in row.spreads.items()
    }
    remark = row.remark.text(lang) if row.remark else ""
    return {"name": said(row.name, lang), "remark": remark, **measures}
