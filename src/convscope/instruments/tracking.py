"""Tell other tools of a fit: they look on, and cannot disturb it."""

import math
import random
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from convscope.instruments.sparing import Sparing
from convscope.instruments.stats import ActivationStats
from convscope.train import Callback, Recorder, SaveBest, Training

Ending = Literal["finished", "killed", "failed"]
Plain = bool | int | float | str

Found = TypeVar("Found", bound=Callback)


class Tracker(Callback):
    """Tell one tool of the settings, of every step, of every epoch and of the best one.

    Override `begin`, `log` and `end`. Whatever these raise is told in one warning; from then on the
    tool is left alone, and training goes on to the same weights.

    A later fit, and one that is resumed, goes on in the same run of the tool.

    Args:
        folder: where the tool writes.
        name: of the run; by default the tool finds one.
        settings: what else is to be kept with the run.

    Attributes:
        run_id: what the tool calls the run, once it has begun.
        best: the scores of the best epoch: that of `SaveBest`, else that of the lowest valid loss.
    """

    order = 70  # after the recorder and the choice of the best, before the checkpoint
    title: ClassVar[str] = "the tracker"

    def __init__(
        self,
        folder: Path | str = ".",
        *,
        name: str | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        self.folder, self.run_name, self.settings = Path(folder), name, dict(settings or {})
        self.run_id = ""
        self.best: dict[str, float] = {}
        self._sparing = Sparing()
        self.require()

    @staticmethod
    def require() -> object:
        """Make sure that the tool's package is there, or raise ConfigError."""

    def place(self) -> str:
        """Say where the tool finds what is told."""
        return str(self.folder)

    def begin(self, settings: Mapping[str, Plain], step: int) -> None:
        """Open a run, or go on with `run_id`; `step` is the first that will be told."""

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Take numbers of a step, or of the epoch that ends with it."""

    def flush(self) -> None:
        """Called after every epoch, and at the end."""

    def conclude(self, best: Mapping[str, float], step: int) -> None:
        """Take the scores of the best epoch, "best_" before their names, at the end."""

    def see_inside(self, stats: ActivationStats) -> None:
        """Take what was recorded inside, at the end of a fit that has watched."""

    def end(self, ended: Ending) -> None:
        """Let go of what `begin` holds, which may be nothing: it may have failed."""

    @contextmanager
    def attached(self, training: Training) -> Generator[None]:
        """Keep a run of the tool open while the fit runs."""
        self._sparing = Sparing(f"{self.title} is told no more of it")
        self._tell(self.begin, self._described(training), self._steps(training))
        ended: Ending = "failed"
        try:
            yield
            ended = "killed" if training.interrupted else "finished"
        except (KeyboardInterrupt, SystemExit):
            ended = "killed"
            raise
        finally:
            self._tell(self._conclude, training, ended)
            self._let_go(ended)

    def after_batch(self, training: Training) -> None:
        """Tell of the step."""
        record = _the(Recorder, training)
        if record is not None:
            values = {
                "loss": record.raw_losses[-1],
                "lr": record.lrs[-1],
                "momentum": record.moms[-1],
            }
            if math.isnan(values["momentum"]):  # the optimiser has none
                del values["momentum"]
            self._tell(self.log, self._steps(training) - 1, values)

    def after_epoch(self, training: Training) -> None:
        """Tell of the epoch."""
        record = _the(Recorder, training)
        if record is None or not record.values:
            return
        names = ("train_loss", *training.score_names)
        scores = dict(zip(names, record.values[-1], strict=True))
        epoch = len(record.values) - 1
        if self._is_best(training, scores):
            self.best = {"epoch": epoch, **scores}
        values = {"epoch": epoch, **scores, "seconds": record.seconds[-1]}
        self._tell(self.log, self._steps(training) - 1, values)
        self._tell(self.flush)

    def state(self, training: Training) -> Mapping[str, Any]:
        """The run, and how good it was."""
        return {"run": self.run_id, "best": self.best}

    def restore(self, training: Training, state: Mapping[str, Any]) -> None:
        """Go on in the same run."""
        self.run_id, self.best = state["run"], state["best"]

    def _tell(self, call: Callable[..., None], *given: object) -> None:
        """Call the tool, unless it has failed before; it draws no random number of the training's.

        The first failure is told at once.
        """
        if self._sparing.has_failed:
            return
        dice = random.getstate()
        self._sparing.of(partial(call, *given))()
        random.setstate(dice)

    def _let_go(self, ended: Ending) -> None:
        """End the run, even where it has failed; nothing more is said then."""
        dice = random.getstate()
        self._sparing.of(partial(self.end, ended))()
        random.setstate(dice)

    def _conclude(self, training: Training, ended: Ending) -> None:
        if self.best:
            best = {f"best_{name}": value for name, value in self.best.items()}
            self.conclude(best, max(0, self._steps(training) - 1))
        stats = _the(ActivationStats, training)
        if stats is not None and ended != "killed":  # whoever interrupts does not want to wait
            self.see_inside(stats)
        self.flush()

    def _is_best(self, training: Training, scores: Mapping[str, float]) -> bool:
        saved = _the(SaveBest, training)
        if saved is not None:
            return saved.epoch == training.epoch
        loss, best = scores["valid_loss"], self.best.get("valid_loss", math.nan)
        return not self.best or loss < best or math.isnan(best)

    def _described(self, training: Training) -> dict[str, Plain]:
        known = {
            "model": type(training.model).__name__,
            "optimiser": type(training.opt).__name__,
            "seed": training.seed,
            **training.plan,
            **self.settings,
        }
        return {
            name: value if isinstance(value, Plain) else str(value)
            for name, value in known.items()
            if value is not None
        }

    @staticmethod
    def _steps(training: Training) -> int:
        record = _the(Recorder, training)
        return 0 if record is None else len(record.raw_losses)


def _the(kind: type[Found], training: Training) -> Found | None:
    return next((one for one in training.members if isinstance(one, kind)), None)
