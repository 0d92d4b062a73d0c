"""Other tools are told of a training, and cannot disturb it."""

import logging
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from tensorboardX.proto import event_pb2

from convscope.cli.main import run
from convscope.errors import ConfigError
from convscope.instruments import (
    ActivationStats,
    MlflowTracker,
    TensorboardTracker,
    Tracker,
    WandbTracker,
)
from convscope.runs import RunFolder, TrainSettings, read_settings
from convscope.train import Interrupted, Learner, SaveBest, StopFit, accuracy
from tests.unit.test_instruments_exporting import events

Build = Callable[..., Learner]

VARIABLES = ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME", "WANDB_MODE", "WANDB_DIR")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, "WANDB_PROJECT", "WANDB_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    for name in ("MLFLOW_ALLOW_FILE_STORE", "MLFLOW_DISABLE_TELEMETRY", "WANDB_ERROR_REPORTING"):
        monkeypatch.setenv(name, "true" if name.startswith("MLFLOW") else "false")


class Told(Tracker):
    """Keeps what it is told."""

    title = "the ear"

    def __init__(self) -> None:
        super().__init__(settings={"arch": "small", "mix": None, "sizes": (1, 2)})
        self.calls: list[tuple[Any, ...]] = []
        self.raising = False

    def take(self, *call: Any) -> None:
        self.calls.append(call)
        if self.raising:
            message = "no route\nto the host"
            raise ConnectionError(message)

    def begin(self, settings: Mapping[str, Any], step: int) -> None:
        self.run_id = "first"
        self.take("begin", settings, step)

    def log(self, step: int, values: Mapping[str, float]) -> None:
        self.take("log", step, values)

    def conclude(self, best: Mapping[str, float], step: int) -> None:
        self.take("conclude", best, step)

    def end(self, ended: str) -> None:
        self.take("end", ended)


def fitted(make_learner: Build, *cbs: Any, epochs: int = 2) -> Learner:
    learn = make_learner(metrics=accuracy, cbs=cbs)
    learn.fit_one_cycle(epochs, 0.05)
    return learn


def test_what_is_told(make_learner: Build, tmp_path: Path) -> None:
    values = iter(range(100, 0, -1))

    def falling(logits: torch.Tensor, labels: torch.Tensor) -> float:
        return float(next(values))  # the first epoch is the best, whatever the loss says

    ear, best = Told(), SaveBest(tmp_path / "best.safetensors", "falling", {})
    learn = make_learner(metrics=falling, cbs=[ear, best])
    learn.fit_one_cycle(3, 0.05)
    record = learn.recorder
    opened, *logged, concluded, ended = ear.calls
    settings = opened[1]
    assert opened[2] == 0
    assert settings["arch"] == "small"
    assert settings["sizes"] == "(1, 2)"
    assert settings["schedule"] == "one cycle"
    assert "mix" not in settings
    steps = [(step, values) for _, step, values in logged if "loss" in values]
    assert steps == [
        (step, {"loss": record.raw_losses[step], "lr": record.lrs[step], "momentum": mom})
        for step, mom in enumerate(record.moms)
    ]
    epochs = [(step, values) for _, step, values in logged if "epoch" in values]
    assert [step for step, _ in epochs] == [4, 9, 14]
    assert epochs[1][1] == {
        "epoch": 1,
        **dict(zip(("train_loss", "valid_loss", "falling"), record.values[1], strict=True)),
        "seconds": record.seconds[1],
    }
    assert concluded[1]["best_epoch"] == 0
    assert concluded[1]["best_falling"] == record.values[0][2]
    assert ended == ("end", "finished")


def test_a_failing_tracker_warns_once_and_changes_nothing(
    make_learner: Build, caplog: pytest.LogCaptureFixture
) -> None:
    alone = fitted(make_learner).model.state_dict()
    for raising in (False, True):
        ear = Told()
        ear.raising = raising
        with caplog.at_level(logging.WARNING, "convscope"):
            beside = fitted(make_learner, ear).model.state_dict()
        assert all(torch.equal(alone[name], beside[name]) for name in alone)
    (warning,) = caplog.messages
    assert warning == (
        "training goes on, but the ear is told no more of it (ConnectionError: no route)"
    )
    assert [call[0] for call in ear.calls] == ["begin", "end"]


def test_a_tracker_draws_nothing_from_the_dice_of_the_training() -> None:
    dice = random.getstate()
    Told()._tell(random.shuffle, [1, 2, 3])  # as MLflow does, which finds names
    assert random.getstate() == dice


@pytest.mark.parametrize(
    ("raised", "ended"),
    [
        (Interrupted("SIGTERM"), "killed"),
        (KeyboardInterrupt(), "killed"),
        (StopFit("patience"), "finished"),
        (RuntimeError("no memory"), "failed"),
    ],
)
def test_how_it_ended(make_learner: Build, raised: BaseException, ended: str) -> None:
    class Ends(Told):
        def after_batch(self, training: Any) -> None:
            raise raised

    ear = Ends()
    learn = make_learner(cbs=[ear])
    if isinstance(raised, StopFit):
        learn.fit(1, 0.1)
    else:
        with pytest.raises(type(raised)):
            learn.fit(1, 0.1)
    assert ear.calls[-1] == ("end", ended)


def test_tensorboard(make_learner: Build, tmp_path: Path) -> None:
    learn = fitted(make_learner, TensorboardTracker(tmp_path), ActivationStats(), epochs=1)
    found = events(tmp_path)
    rates = [found["training/lr"][step].simple_value for step in range(5)]
    assert rates == pytest.approx(learn.recorder.lrs)
    accuracies = {step: value.simple_value for step, value in found["training/accuracy"].items()}
    assert accuracies == {4: pytest.approx(learn.recorder.values[0][2])}
    assert found["best_accuracy"][4].simple_value == pytest.approx(learn.recorder.values[0][2])
    (text,) = found["settings/text_summary"][0].tensor.string_val
    assert b"| optimiser | Adam" in text
    assert {"_hparams_/experiment", "_hparams_/session_start_info"} <= set(found)
    layers = events(tmp_path / "layers")
    assert len(layers["0/mean"]) == 5
    means = learn.activation_stats.layer_stats(0).means  # pyright: ignore[reportAttributeAccessIssue]
    assert layers["0/mean"][4].simple_value == pytest.approx(means[4])


def test_tensorboard_forgets_what_is_done_again(make_learner: Build, tmp_path: Path) -> None:
    learn = fitted(make_learner, TensorboardTracker(tmp_path), epochs=1)
    older = set(tmp_path.glob("events*"))
    learn.fit_one_cycle(1, 0.05)
    (newer,) = set(tmp_path.glob("events*")) - older
    data = newer.read_bytes()
    length = int.from_bytes(data[:8], "little")
    data = data[16 + length :]
    event: Any = vars(event_pb2)["Event"].FromString(
        data[12 : 12 + int.from_bytes(data[:8], "little")]
    )
    assert (event.step, event.session_log.status) == (5, vars(event_pb2)["SessionLog"].START)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk")
def test_a_full_disk_stops_nothing(
    make_learner: Build, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tracker = TensorboardTracker(tmp_path)
    begin = tracker.begin

    def full(settings: Mapping[str, Any], step: int) -> None:
        begin(settings, step)
        tracker._file.close()  # pyright: ignore
        tracker._file._out = Path("/dev/full").open("wb", buffering=0)  # pyright: ignore  # noqa: SIM115 - `end` closes it

    tracker.begin = full
    with caplog.at_level(logging.WARNING, "convscope"):
        assert len(fitted(make_learner, tracker).recorder.values) == 2
    assert len(caplog.messages) == 1
    assert "TensorBoard is told no more of it (OSError: " in caplog.text


@pytest.mark.slow
def test_mlflow(make_learner: Build, tmp_path: Path) -> None:
    mlflow = pytest.importorskip("mlflow")
    tracker = MlflowTracker(tmp_path / "a b" / "mlruns", name="n", settings={"long": "x" * 7000})
    learn = fitted(make_learner, tracker)
    client = mlflow.MlflowClient(tracking_uri=(tmp_path / "a b" / "mlruns").as_uri())

    def told(name: str) -> list[tuple[int, float]]:
        history = client.get_metric_history(tracker.run_id, name)
        return [(entry.step, entry.value) for entry in history]

    assert told("loss") == list(enumerate(learn.recorder.raw_losses))
    assert told("momentum") == list(enumerate(learn.recorder.moms))
    assert told("valid_loss") == [
        (4, learn.recorder.values[0][1]),
        (9, learn.recorder.values[1][1]),
    ]
    kept = client.get_run(tracker.run_id)
    assert kept.info.status == "FINISHED"
    assert kept.info.run_name == "n"
    assert kept.data.params["schedule"] == "one cycle"
    assert kept.data.params["long"] == "x" * 6000
    best = min(row[1] for row in learn.recorder.values)
    assert kept.data.metrics["best_valid_loss"] == best

    again = MlflowTracker(tmp_path / "a b" / "mlruns")  # a process that was killed at step 6
    again.run_id = tracker.run_id
    again.begin({}, 6)
    for step in range(6, 12):
        again.log(step, {"loss": float(step)})
    again.flush()
    again.end("killed")
    assert [step for step, _ in told("loss")] == list(range(12))
    assert client.get_run(tracker.run_id).info.status == "KILLED"


def wandb_records(file: Path) -> Iterator[Any]:
    """Read W&B's own file by its format: a LevelDB log of protobuf messages."""
    from wandb.proto import wandb_internal_pb2  # noqa: PLC0415 - an extra

    data, at, content = file.read_bytes(), 7, b""
    while at + 7 <= len(data):
        left = 32768 - at % 32768
        if left < 7:
            at += left
            continue
        length, kind = int.from_bytes(data[at + 4 : at + 6], "little"), data[at + 6]
        content += data[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in {1, 4}:  # whole, or its last part
            yield vars(wandb_internal_pb2)["Record"].FromString(content)
            content = b""


@pytest.mark.slow
def test_wandb(make_learner: Build, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    wandb = pytest.importorskip("wandb")
    tracker = WandbTracker(tmp_path, name="n", settings={"arch": "small"})
    learn = fitted(make_learner, tracker)
    assert not caplog.messages  # it would be told no more
    wandb.teardown()  # W&B's own process writes on for a moment
    (file,) = (tmp_path / "wandb").glob("offline-run-*/*.wandb")
    records = list(wandb_records(file))
    rows = [
        {item.key or item.nested_key[0]: float(item.value_json) for item in record.history.item}
        for record in records
        if record.WhichOneof("record_type") == "history"
    ]
    losses = {int(row["_step"]): row["loss"] for row in rows if "loss" in row}
    assert losses == pytest.approx(dict(enumerate(learn.recorder.raw_losses)))
    accuracies = [row["accuracy"] for row in rows if "accuracy" in row]
    assert accuracies == pytest.approx([row[2] for row in learn.recorder.values])
    (opened,) = [one.run for one in records if one.WhichOneof("record_type") == "run"]
    config = {entry.key: entry.value_json for entry in opened.config.update}
    assert config["arch"] == '"small"'
    assert opened.display_name == "n"
    (ended,) = [one.exit for one in records if one.WhichOneof("record_type") == "exit"]
    assert ended.exit_code == 0


@pytest.mark.parametrize(
    ("kind", "package", "extra"),
    [
        (TensorboardTracker, "tensorboardX", "tensorboard"),
        (MlflowTracker, "mlflow", "mlflow"),
        (WandbTracker, "wandb", "wandb"),
    ],
)
def test_where_it_is_not_installed(
    kind: type[Tracker], package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigError, match=rf"pip install 'convscope\[{extra}\]'"):
        kind()


def test_a_folder_is_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wandb").mkdir()  # W&B makes one wherever it is used
    monkeypatch.delitem(sys.modules, "wandb", raising=False)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(ConfigError, match="pip install"):
        WandbTracker.require()
    sys.modules.pop("wandb", None)


def test_names_on_the_command_line(
    picture_folder: Path, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["train", str(picture_folder), "--tracker", "tensorbord"]) == 2
    assert "try     : 'tensorboard'" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "mlflow", None)
    assert run(["train", str(picture_folder), "--tracker", "mlflow"]) == 2
    assert "pip install 'convscope[mlflow]'" in capsys.readouterr().err
    assert run(["lr-find", str(picture_folder), "--tracker", "mlflow"]) == 2
    assert not (tmp_path / "runs").exists()


def test_in_a_settings_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    for text, names in (('["mlflow", "wandb"]', ["mlflow", "wandb"]), ('"wandb"', ["wandb"])):
        path.write_text(f"tracker = {text}")
        assert read_settings(path) == TrainSettings(tracker=names)
    path.write_text("tracker = 3")
    with pytest.raises(ConfigError, match="is int, not list of names"):
        read_settings(path)
    path.write_text("tracker = [3]")
    with pytest.raises(ConfigError, match="is list, not list of names"):
        read_settings(path)


@pytest.mark.slow
def test_a_run_with_trackers(
    picture_folder: Path, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.chdir(tmp_path)
    words = ["--batch-size", "16", "--arch", "simple_net", "--epochs", "2"]
    trackers = ["--tracker", "tensorboard", "--tracker", "mlflow", "--tracker", "mlflow"]
    limit = ["--time-limit", "0.001"]  # an epoch of one batch; the rest is for --resume
    assert run(["train", str(picture_folder), *words, *trackers, *limit]) == 0
    (path,) = (tmp_path / "runs").iterdir()
    assert capsys.readouterr().out.count("MLflow: file:") == 1
    kept = RunFolder.open(path)
    assert kept.about.settings["tracker"] == ["tensorboard", "mlflow", "mlflow"]
    client = mlflow.MlflowClient(tracking_uri=(path / "mlruns").as_uri())

    def the_run() -> Any:
        experiment = client.get_experiment_by_name("convscope")
        (found,) = client.search_runs([experiment.experiment_id])
        return found

    assert the_run().info.run_name == path.name
    assert the_run().data.params["arch"] == "simple_net"
    settings = kept.about.settings
    about = kept.about
    settings["time_limit"] = None
    kept.save(about)
    assert run(["train", "--resume", str(path)]) == 0
    found = the_run()  # still one
    done = RunFolder.open(path).about
    assert found.info.status == "FINISHED"
    assert found.data.metrics["best_accuracy"] == done.best["accuracy"]
    assert found.data.metrics["best_epoch"] == done.best_epoch
    steps = [entry.step for entry in client.get_metric_history(found.info.run_id, "loss")]
    assert steps == list(range(len(steps)))
    assert len(list((path / "tensorboard").glob("events*"))) == 2
    assert len(list((path / "tensorboard" / "layers").glob("events*"))) == 1
