"""Several runs side by side: what was set otherwise, what came out, and the spread over seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from convscope.runs.comparisons import Spread
from convscope.runs.layers import HistogramGrid
from convscope.runs.records import EpochRow

_IN_THE_RUN = ("rows", "inside")  # results.csv and activations.sqlite


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBeside:
    """One of the runs.

    Attributes:
        name: of its folder; the whole path where another run has the same name.
        status: as `RunFolder.status` says.
        reason: why it ended as it did, "" where the status says it all.
        seed: what fixed weights and order.
        best_epoch: counted from 0; None where none was finished.
        best: that epoch's losses and metrics.
        seconds: all finished epochs together; None where none was.
        parameters: of its network, None where that was not kept.
        rows: an entry an epoch.
        inside: histograms of the outputs of the last layer but one, None where there are none.
        unseen: why there are none.
    """

    name: str
    status: str
    reason: str = ""
    seed: int
    best_epoch: int | None = None
    best: Mapping[str, float] = field(default_factory=dict[str, float])
    seconds: float | None = None
    parameters: int | None = None
    rows: Sequence[EpochRow] = ()
    inside: HistogramGrid | None = None
    unseen: str = ""


@dataclass(frozen=True, slots=True)
class SeedGroup:
    """Runs that differ in nothing but their seed.

    Attributes:
        places: of the runs among those compared, counted from 0.
        spreads: over them, by name of the measure.
        is_split_by_seed: the seed also chose the pictures to validate with.
    """

    places: tuple[int, ...]
    spreads: Mapping[str, Spread]
    is_split_by_seed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsBeside:
    """Runs to be compared.

    Attributes:
        runs: as they were named.
        differing: settings that are not the same in all, with a value a run.
        same: how many settings are.
        groups: runs that differ in nothing but their seed, two or more of them, all of which ended.
        other_data: names of runs that learnt from other pictures than the first.
    """

    runs: tuple[RunBeside, ...]
    differing: Mapping[str, Sequence[object]]
    same: int
    groups: Sequence[SeedGroup] = ()
    other_data: Sequence[str] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, for JSON: runs by their names.

        Returns:
            All but the courses and the histograms, which the runs' own files hold.
        """
        return {
            "runs": [
                {key: getattr(run, key) for key in run.__slots__ if key not in _IN_THE_RUN}
                for run in self.runs
            ],
            "differing": self.differing,
            "same": self.same,
            "groups": [
                {
                    "runs": [self.runs[place].name for place in group.places],
                    "is_split_by_seed": group.is_split_by_seed,
                    "spreads": {name: one.to_dict() for name, one in group.spreads.items()},
                }
                for group in self.groups
            ],
            "other_data": self.other_data,
        }
