"""Other tools that are told of a run."""

from dataclasses import asdict

from rich.console import Console

from convscope.instruments import MlflowTracker, TensorboardTracker, Tracker, WandbTracker
from convscope.recipes.saying import say
from convscope.runs import RunFolder, TrainSettings

# the tracker, and its folder in that of the run; W&B names its own
_TRACKERS: dict[str, tuple[type[Tracker], str]] = {
    "tensorboard": (TensorboardTracker, "tensorboard"),
    "mlflow": (MlflowTracker, "mlruns"),
    "wandb": (WandbTracker, "."),
}


def require_trackers(asked: TrainSettings) -> None:
    """Make sure that what is asked for is installed.

    Raises:
        ConfigError: it is not.
    """
    for name in asked.tracker or ():
        _TRACKERS[name][0].require()


def trackers_of(run: RunFolder, settings: TrainSettings, console: Console) -> list[Tracker]:
    """Make the trackers that a run was asked for, and say where they write.

    Returns:
        One for each tool, however often it was named.
    """
    about = run.about
    told = {
        **asdict(settings),
        "data": about.data,
        "classes": len(about.classes),
        "device": about.device,
        "convscope": about.convscope,
    }
    trackers: list[Tracker] = []
    for name in dict.fromkeys(settings.tracker or ()):
        kind, folder = _TRACKERS[name]
        tracker = kind(run.path / folder, name=run.path.name, settings=told)
        say(console, f"{tracker.title}: {tracker.place()}")
        trackers.append(tracker)
    return trackers
