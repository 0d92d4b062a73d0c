"""A claim, what was measured, and whether the one holds against the other."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Band:
    """Where a measured value must lie, both ends included; None is no end. NaN lies nowhere."""

    low: float | None = None
    high: float | None = None

    def holds(self, value: float) -> bool:
        """Tell if `value` lies inside."""
        above = self.low is None or value >= self.low
        below = self.high is None or value <= self.high
        return above and below

    def __str__(self) -> str:
        ends = [f"≥ {self.low:g}"] if self.low is not None else []
        return " ".join([*ends, f"≤ {self.high:g}"] if self.high is not None else ends)


@dataclass(frozen=True, slots=True)
class Row:
    """One claim with its evidence.

    Attributes:
        claim: what is compared with what.
        values: what is judged, one a repetition: ratios of one run, or the plain number.
        band: where their median (or minimum) must lie; None: only reported.
        unit: of `values`; "x" is a ratio, "share" a number 0..1.
        judged_by: the minimum where noise only ever adds, as with a process's start.
        ours: what the ratios were made of, one a repetition, in `measured_in`.
        other: the same of whom we compare with.
        measured_in: unit of `ours` and `other`.
        skipped: why nothing was measured.
    """

    claim: str
    values: Sequence[float] = ()
    band: Band | None = None
    unit: str = "x"
    judged_by: Literal["median", "minimum"] = "median"
    ours: Sequence[float] = ()
    other: Sequence[float] = ()
    measured_in: str = "s"
    skipped: str = ""

    @property
    def value(self) -> float:
        """The one number that is judged."""
        if not self.values:
            return float("nan")
        return min(self.values) if self.judged_by == "minimum" else statistics.median(self.values)

    @property
    def status(self) -> str:
        """Say "ok", "FAILED", "reported", or why it was skipped."""
        if self.skipped:
            return f"skipped: {self.skipped}"
        if self.band is None:
            return "reported"
        return "ok" if self.band.holds(self.value) else "FAILED"

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON, the summary beside the samples."""
        summary = {"value": self.value, "status": self.status} if self.values else {}
        return asdict(self) | {"n": len(self.values), **_spread(self.values), **summary}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "Row":
        """Read what `to_dict` gave."""
        row: dict[str, Any] = {field.name: content[field.name] for field in fields(cls)}
        row["band"] = Band(**row["band"]) if row["band"] else None
        return cls(**row)


def compared(
    claim: str,
    ours: Sequence[float],
    other: Sequence[float],
    band: Band | None = None,
    *,
    measured_in: str = "s",
    faster: bool = False,
) -> Row:
    """Compare two sides pair by pair: each ratio is made of neighbours in time.

    Args:
        claim: what is compared.
        ours: one number a repetition.
        other: theirs, of the same repetitions.
        band: of the ratio.
        measured_in: unit of both.
        faster: give theirs / ours, how many times faster we are, and not ours / theirs.

    Returns:
        The row.
    """
    pairs = zip(ours, other, strict=True)
    values = tuple(b / a if faster else a / b for a, b in pairs)
    return Row(claim, values, band, ours=ours, other=other, measured_in=measured_in)


def _spread(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}
