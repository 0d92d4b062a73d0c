"""The folder a run lives in."""

import platform
import re
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path

from convscope.errors import RunError, account, nearest
from convscope.runs.lock import held, is_held
from convscope.runs.manifest import Manifest, now, read_manifest, write_manifest
from convscope.runs.messages import cannot_write

_STALE_SECONDS = 600.0


class RunFolder:
    """A run on the disk: where its files are, and what run.json says.

    Make one with `create` or `open`.

    Attributes:
        path: the folder.
        about: what run.json holds; `save` changes it.

    Example:
        >>> import tempfile
        >>> about = Manifest(
        ...     convscope="0.1.0",
        ...     versions={},
        ...     settings={},
        ...     seed=0,
        ...     classes=["3", "7"],
        ...     data="pictures/digits",
        ...     found=[],
        ...     device="cpu",
        ...     threads=2,
        ...     command=[],
        ... )
        >>> with tempfile.TemporaryDirectory() as parent:
        ...     run = RunFolder.create(Path(parent), "first", about=about)
        ...     with run.lock():
        ...         run.save(replace(run.about, status="done", ended=now()))
        ...     RunFolder.open(Path(parent) / "first").status
        'done'
    """

    def __init__(self, path: Path, about: Manifest) -> None:
        self.path = path
        self.about = about

    @classmethod
    def create(cls, parent: Path, name: str | None = None, *, about: Manifest) -> "RunFolder":
        """Make the folder of a new run and write its run.json.

        Args:
            parent: where runs are kept; made if it is missing.
            name: of the folder; by default date, time and the data's name, made unique.
            about: what is known when the run starts.

        Returns:
            The new run.

        Raises:
            RunError: the folder cannot be written, or holds something already.
        """
        try:
            parent.mkdir(parents=True, exist_ok=True)
            path = _fresh(parent, about.data) if name is None else _claimed(parent / name)
        except OSError as error:
            raise RunError(cannot_write(parent, error)) from error
        run = cls(path, about)
        run.save(about)
        return run

    @classmethod
    def open(cls, path: Path) -> "RunFolder":
        """Open the folder of an existing run.

        Only run.json must be sound; what else is missing or damaged is told by who reads it.

        Returns:
            The run.

        Raises:
            RunError: there is no run (the nearest are named), or a newer convscope wrote it.
        """
        if not (path / "run.json").exists():
            raise RunError(_no_run(path))
        return cls(path, read_manifest(path / "run.json"))

    def save(self, about: Manifest) -> None:
        """Write run.json anew, with a fresh heartbeat.

        Raises:
            RunError: the folder cannot be written; the old run.json is intact.
        """
        about = replace(about, heartbeat=now())
        write_manifest(self.manifest, about)
        self.about = about

    def lock(self) -> AbstractContextManager[None]:
        """Keep other processes from training in this folder while the block runs.

        Returns:
            A context manager; entering it raises RunError, naming the process that is first.
        """
        return held(self.path / ".lock")

    @property
    def status(self) -> str:
        """How the run stands: as run.json says, or "lost" where its process died unheard."""
        if self.about.status != "running" or is_held(self.path / ".lock"):
            return self.about.status
        return "running" if self._heard_from_elsewhere() else "lost"

    def _heard_from_elsewhere(self) -> bool:
        """Some network folders do not carry locks from machine to machine."""
        elsewhere = self.about.host != platform.node()
        silence = datetime.fromisoformat(now()) - datetime.fromisoformat(self.about.heartbeat)
        return elsewhere and silence.total_seconds() < _STALE_SECONDS

    @property
    def manifest(self) -> Path:
        """What was run, on what, and how it went: run.json."""
        return self.path / "run.json"

    @property
    def results(self) -> Path:
        """A row an epoch: results.csv."""
        return self.path / "results.csv"

    @property
    def steps(self) -> Path:
        """Every step: steps.sqlite."""
        return self.path / "steps.sqlite"

    @property
    def activations(self) -> Path:
        """What was seen inside, layer by layer: activations.sqlite."""
        return self.path / "activations.sqlite"

    @property
    def weights(self) -> Path:
        """The best epoch's weights: model.safetensors."""
        return self.path / "model.safetensors"

    @property
    def predictions(self) -> Path:
        """What the best weights say of each validation picture: predictions.csv."""
        return self.path / "predictions.csv"

    @property
    def suspicions(self) -> Path:
        """Of these, what looks mislabelled: suspicions.csv, written with the report."""
        return self.path / "suspicions.csv"

    @property
    def anatomy(self) -> Path:
        """What the network is made of: anatomy.json."""
        return self.path / "anatomy.json"

    @property
    def shown(self) -> Path:
        """The pictures that the report shows, small, and what was seen in some: shown.zip."""
        return self.path / "shown.zip"

    @property
    def report(self) -> Path:
        """All of it on one page: report.html."""
        return self.path / "report.html"

    @property
    def start(self) -> Path:
        """The weights that it began with, where it began with another run's: start.safetensors."""
        return self.path / "start.safetensors"

    @property
    def resume_state(self) -> Path:
        """All that an exact resume needs, of the last checkpoint: resume.pt."""
        return self.path / "resume.pt"

    @property
    def curves(self) -> Path:
        """Loss and metrics as a picture: curves.png."""
        return self.path / "curves.png"

    @property
    def schedule(self) -> Path:
        """Learning rate and momentum as a picture: schedule.png."""
        return self.path / "schedule.png"

    @property
    def batch(self) -> Path:
        """Some pictures as the model gets them: batch.png."""
        return self.path / "batch.png"


def _fresh(parent: Path, data: str) -> Path:
    """Make a folder whose name nobody else has: two runs may start in one second."""
    short = re.sub(r"[^A-Za-z0-9_.-]+", "_", Path(data).name).strip("._-")[:40] or "run"
    stem = f"{datetime.now().astimezone():%Y-%m-%d_%H%M%S}_{short}"
    path = parent / stem
    for attempt in count(2):
        with suppress(FileExistsError):
            path.mkdir()
            break
        path = parent / f"{stem}_{attempt}"
    return path


def _claimed(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    if any(path.iterdir()):
        raise RunError(
            account(
                "the run folder exists already",
                facts={"folder": path},
                because="what is in it would be overwritten",
                fix=f"another name, or go on with it: convscope train --resume {path}",
            )
        )
    return path


def _no_run(path: Path) -> str:
    known = [one.parent.name for one in sorted(path.parent.glob("*/run.json"))]
    missing = "it has no run.json" if path.exists() else "there is no such folder"
    return account(
        "this is not a run folder",
        facts={"folder": path},
        because=missing,
        fix=nearest(path.name, known) if known else f"no run is kept in {path.parent} yet",
    )
