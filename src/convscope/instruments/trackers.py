"""The tools that can be told of a fit."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convscope.instruments.events import EventFile
from convscope.instruments.exporting import export_tensorboard
from convscope.instruments.optional import mlflow, tensorboard, wandb
from convscope.instruments.stats import ActivationStats
from convscope.instruments.tracking import Ending, Plain, Tracker

PROJECT = "convscope"  # where nothing else is asked for
_SHOWN = 500  # histograms of a layer at most that TensorBoard shows
_BATCH = 900  # numbers in one request; MLflow takes 1000
_LONGEST = 6000  # characters of an MLflow parameter


class TensorboardTracker(Tracker):
    """Write curves, settings and the best epoch as TensorBoard reads them.

    With `ActivationStats` beside it also every layer's numbers and histograms, into `layers`.

    Args:
        folder: gets the event files.
        settings: what else is to be kept with the run.
    """

    title = "TensorBoard"
    require = staticmethod(tensorboard)
    _file: EventFile | None = None
    _kept: Mapping[str, Plain] = {}

    def begin(self, settings: Mapping[str, Plain], step: int) -> None:
        """Begin a file; what older ones say of later steps is forgotten."""
        goes_on = any(self.folder.glob("events*"))
        self._file, self._kept = (
            EventFile(self.folder, from_step=step if goes_on else None),
            settings,
        )
        rows = [f"| {name} | {_cell(value)} |" for name, value in settings.items()]
        self._file.text("settings", "\n".join(["| setting | value |", "|-|-|", *rows]), step)

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Add the numbers."""
        if self._file is not None:
            for name, value in values.items():
                self._file.scalar(f"training/{name}", value, step)

    def conclude(self, best: Mapping[str, float], step: int) -> None:
        """Add the scores, and the page that compares runs by them."""
        if self._file is not None:
            for name, value in best.items():
                self._file.scalar(name, value, step)
            self._file.hyperparameters(self._kept, best)

    def see_inside(self, stats: ActivationStats) -> None:
        """Write all that was recorded; an earlier fit's part of it is in there again."""
        layers = self.folder / "layers"
        for old in layers.glob("events*"):
            old.unlink()
        export_tensorboard(stats.record, layers, records=_SHOWN)

    def end(self, ended: Ending) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


class MlflowTracker(Tracker):
    """Tell an MLflow store: files in a folder, or what MLFLOW_TRACKING_URI names.

    Args:
        folder: of the store; made if it is missing.
        name: of the run.
        settings: what else is to be kept with the run.
    """

    title = "MLflow"
    require = staticmethod(mlflow)
    _client: Any = None

    def place(self) -> str:
        """Say where MLflow finds what is told."""
        return os.environ.get("MLFLOW_TRACKING_URI") or self.folder.absolute().as_uri()

    def begin(self, settings: Mapping[str, Plain], step: int) -> None:
        """Open a run; one that goes on is not told twice what it knows."""
        if not os.environ.get("MLFLOW_TRACKING_URI"):  # ours; MLflow asks who wants files
            os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        kit = mlflow()
        client = kit.MlflowClient(tracking_uri=self.place())
        self._waiting: list[Any] = []
        self._told: dict[str, int] = {}
        if self.run_id:
            client.update_run(self.run_id, status="RUNNING")
            for name in client.get_run(self.run_id).data.metrics:
                history = client.get_metric_history(self.run_id, name)
                self._told[name] = max(entry.step for entry in history)
        else:
            wanted = os.environ.get("MLFLOW_EXPERIMENT_NAME") or PROJECT
            found = client.get_experiment_by_name(wanted)
            experiment = found.experiment_id if found else client.create_experiment(wanted)
            self.run_id = client.create_run(experiment, run_name=self.run_name).info.run_id
            for name, value in settings.items():
                client.log_param(self.run_id, name, str(value)[:_LONGEST])
        self._client = client

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Keep the numbers for a request with many."""
        metric, now = mlflow().entities.Metric, int(time.time() * 1000)
        for name, value in values.items():
            if step > self._told.get(name, -1):
                self._waiting.append(metric(name, float(value), now, step))
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Send what waits."""
        if self._waiting:
            self._client.log_batch(self.run_id, metrics=self._waiting)
            self._waiting = []

    def conclude(self, best: Mapping[str, float], step: int) -> None:
        """Add the scores."""
        self._told = {}  # a resumed fit may have a better one
        self.log(step, best)

    def end(self, ended: Ending) -> None:
        """Close the run: FINISHED, KILLED or FAILED."""
        if self._client is not None:
            self._client.set_terminated(self.run_id, ended.upper())


class WandbTracker(Tracker):
    """Tell W&B, offline unless WANDB_MODE says otherwise.

    An offline run cannot be opened again: one that goes on writes a second folder, with the same
    run id.

    Args:
        folder: gets `wandb`, unless WANDB_DIR names another.
        name: of the run.
        settings: what else is to be kept with the run.
    """

    title = "W&B"
    require = staticmethod(wandb)
    _run: Any = None

    def place(self) -> str:
        """Say where W&B writes, and what it does with it."""
        return f"{self._parent() / 'wandb'} ({_mode()})"

    def begin(self, settings: Mapping[str, Plain], step: int) -> None:
        """Open a run."""
        kit, mode = wandb(), _mode()
        self._parent().mkdir(parents=True, exist_ok=True)  # else it takes another
        self._run = kit.init(
            project=os.environ.get("WANDB_PROJECT") or PROJECT,
            id=self.run_id or None,
            name=self.run_name,
            dir=str(self._parent()),
            config=dict(settings),
            mode=mode,
            resume="allow" if self.run_id and mode == "online" else None,
            reinit="create_new",  # whoever calls us may have a run of their own
            settings=kit.Settings(
                silent=True, console="off", save_code=False, disable_git=True, x_disable_stats=True
            ),
        )
        self.run_id = self._run.id

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Add the numbers."""
        self._run.log(dict(values), step=step)

    def conclude(self, best: Mapping[str, float], step: int) -> None:
        """Put the scores into the summary."""
        self._run.summary.update(dict(best))

    def end(self, ended: Ending) -> None:
        """Close the run; it is called failed where this is no zero."""
        if self._run is not None:
            self._run.finish(exit_code={"finished": 0, "failed": 1, "killed": 255}[ended])

    def _parent(self) -> Path:
        return Path(os.environ.get("WANDB_DIR") or self.folder)


def _mode() -> str:
    return os.environ.get("WANDB_MODE") or "offline"


def _cell(value: Plain) -> str:
    """A cell of a Markdown table."""
    return " ".join(str(value).split()).replace("|", "\\|")
