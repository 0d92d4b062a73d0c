"""What `convscope train` does with its options of augmentation, losses and balance."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from convscope.cli.main import run
from convscope.data import AUGMENTS, MIXES
from convscope.recipes import running
from convscope.recipes.training import asked_of
from convscope.runs import RunFolder, read_results, settings
from convscope.train import Callback, SaveLast, StopFit, Training, checkpoints

FAST = ["--epochs", "2", "--batch-size", "8", "--arch", "simple_net", "--lr-max", "0.02"]
Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def trained(folder: Path, *words: str, out: str = "runs") -> RunFolder:
    assert run(["train", str(folder), *FAST, *words, "--out", out]) == 0
    (path,) = [path.parent for path in Path(out).glob("*/run.json")]
    return RunFolder.open(path)


def weights(one: RunFolder) -> dict[str, torch.Tensor]:
    return load_file(one.weights)


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one)


def test_the_names_of_the_settings_are_those_of_the_data_room() -> None:
    assert tuple(AUGMENTS) == settings.AUGMENTS
    assert tuple(MIXES) == settings.MIXES


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["--augment", "light"],
        ["--augment", "photo"],
        ["--mix", "mixup"],
        ["--mix", "cutmix"],
        ["--label-smoothing", "0.2"],
    ],
    ids=" ".join,
)
def test_every_option_changes_what_is_learnt_and_is_kept(
    picture_folder: Path, words: list[str]
) -> None:
    plain, other = trained(picture_folder, out="a"), trained(picture_folder, *words, out="b")
    assert not same(weights(plain), weights(other))
    again = trained(picture_folder, *words, out="c")
    assert same(weights(again), weights(other)), "and is the same the next time"
    name = words[0].strip("-").replace("-", "_")
    assert str(other.about.settings[name]) == words[1]
    assert plain.about.settings["augment"] == "none"


@pytest.mark.slow
def test_the_picture_of_the_batch_is_what_the_net_sees(picture_folder: Path) -> None:
    plain, other = (
        trained(picture_folder, "--augment", name, out=name) for name in ("none", "photo")
    )
    one, two = (np.asarray(Image.open(each.batch)) for each in (plain, other))
    assert one.shape == two.shape
    assert (one != two).any()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--augment", "strong"], "none or light or photo"),
        (["--mix", "both"], "mixup or cutmix"),
        (["--label-smoothing", "1"], "a share, 0 to below 1"),
        (["--class-weights", "yes"], "none or auto"),
        (["--from", "nowhere"], "this is not a run folder"),
    ],
)
def test_refused_before_anything_is_read(
    picture_folder: Path, words: list[str], told: str, capsys: Printed
) -> None:
    assert run(["train", str(picture_folder), *words]) in {1, 2}
    assert told in capsys.readouterr().err
    assert not Path("runs").exists()


@pytest.mark.slow
def test_validation_loss_is_plain_and_that_of_evaluate(
    picture_folder: Path, capsys: Printed
) -> None:
    words = ["--label-smoothing", "0.4", "--class-weights", "auto", "--mix", "mixup"]
    one = trained(picture_folder, *words)
    capsys.readouterr()
    assert run(["evaluate", str(one.path), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["loss"] == pytest.approx(one.about.best["valid_loss"], rel=1e-4)
    assert found["accuracy"] == pytest.approx(one.about.best["accuracy"])
    assert found["balanced_accuracy"] == pytest.approx(one.about.best["balanced_accuracy"])


@pytest.mark.slow
def test_class_weights_are_said_and_the_best_is_chosen_by_balance(
    picture_folder: Path, capsys: Printed
) -> None:
    for index in range(4, 20):
        (picture_folder / "low" / f"{index}.png").unlink()
    one = trained(picture_folder, "--class-weights", "auto")
    said = capsys.readouterr().out
    # 16 + 3 + 16 to train with: 35 / (3 * 16) and 35 / (3 * 3)
    assert "pictures of the class)): high 0.729, low 3.89, middle 0.729" in said
    assert "balanced accuracy" in said
    assert one.about.settings["best_by"] == "balanced_accuracy"
    rows = read_results(one.results)
    best = max(row.metrics["balanced_accuracy"] for row in rows)
    assert one.about.best["balanced_accuracy"] == best


class StopAt(Callback):
    """Stop where a kill would: between two steps."""

    order = 95

    def after_batch(self, training: Training) -> None:
        if (training.epoch, training.batches_done) == (1, 2):
            checkpoints.save_state(SaveLast(self.path).path, checkpoints.snapshot(training))
            raise StopFit("enough")

    def __init__(self, path: Path) -> None:
        self.path = path


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [["--augment", "photo", "--mix", "cutmix"], ["--augment", "light"]]
)
def test_resumed_in_the_middle_of_an_epoch(
    picture_folder: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = trained(picture_folder, *words, out="whole")
    limits = running._limits
    with monkeypatch.context() as patched:
        patched.setattr(
            running, "_limits", lambda asked: [*limits(asked), StopAt(Path("state.pt"))]
        )
        stopped = trained(picture_folder, *words, out="stopped")
    assert stopped.about.status == "stopped"
    assert run(["train", "--resume", str(stopped.path)]) == 0
    resumed = RunFolder.open(stopped.path)
    assert resumed.about.status == "done"
    assert resumed.weights.read_bytes() == whole.weights.read_bytes()
    assert [row.valid_loss for row in read_results(resumed.results)] == [
        row.valid_loss for row in read_results(whole.results)
    ]


@pytest.mark.slow
def test_a_run_from_before_there_was_a_choice_is_resumed_as_it_was(picture_folder: Path) -> None:
    one = trained(picture_folder)
    for name in ("augment", "mix", "label_smoothing", "class_weights", "from_"):
        one.about.settings.pop(name)
    asked = asked_of(one)
    assert (asked.augment, asked.label_smoothing, asked.class_weights) == ("none", 0.0, "none")
