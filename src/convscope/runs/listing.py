"""The runs that are kept in one place."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from convscope.errors import RunError
from convscope.runs.folder import RunFolder
from convscope.runs.results import best_row, read_results


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One run in a list of runs.

    Attributes:
        path: the folder; its name is the run's.
        status: as in run.json, or "lost" (its process died), or "damaged" (run.json is).
        reason: why it ended as it did, or what is damaged.
        started: ISO 8601 in UTC, "" where damaged.
        data: root of the pictures.
        best_epoch: counted from 0.
        best: that epoch's losses and metrics.
    """

    path: Path
    status: str
    reason: str = ""
    started: str = ""
    data: str = ""
    best_epoch: int | None = None
    best: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.name


def list_runs(parent: Path) -> list[RunSummary]:
    """Sum up every run in a folder.

    Args:
        parent: where runs are kept; one that does not exist holds none.

    Returns:
        The runs, the newest first; damaged ones last, with what is wrong.

    Example:
        >>> list_runs(Path("nowhere"))
        []
    """
    runs = [run_summary(one.parent) for one in sorted(parent.glob("*/run.json"))]
    return sorted(runs, key=lambda run: run.started, reverse=True)


def run_summary(path: Path) -> RunSummary:
    """Sum up one run.

    Args:
        path: its folder.

    Returns:
        The summary; of a run that ended unheard, with the best epoch so far.
    """
    try:
        run = RunFolder.open(path)
        about = run.about
        epoch, best = about.best_epoch, about.best
        if epoch is None:
            epoch, best = _best_so_far(run)
        return RunSummary(
            path=path,
            status=run.status,
            reason=about.reason,
            started=about.started,
            data=about.data,
            best_epoch=epoch,
            best=best,
        )
    except RunError as error:
        return RunSummary(path=path, status="damaged", reason=str(error).splitlines()[0])


def _best_so_far(run: RunFolder) -> tuple[int | None, dict[str, float]]:
    """Read results.csv: run.json learns of the best epoch only when a training ends."""
    by = str(run.about.settings.get("best_by", "accuracy"))
    with suppress(RunError):  # no epoch was finished
        row = best_row(read_results(run.results), by)
        if row is not None:
            losses = {"train_loss": row.train_loss, "valid_loss": row.valid_loss}
            return row.epoch, {**losses, **row.metrics}
    return None, {}
