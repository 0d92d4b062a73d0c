"""`--from RUN`: what is taken over, what is new, what is refused, and stopping in either phase."""

import shutil
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from convscope.cli.main import run
from convscope.recipes import load_trained, running
from convscope.runs import RunFolder, read_results
from convscope.train import Callback, StopFit, Training

FAST = ["--batch-size", "8", "--epochs", "2"]
Printed = pytest.CaptureFixture[str]

pytestmark = pytest.mark.slow  # each trains a run or more


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def trained(folder: Path, *words: str, out: str) -> RunFolder:
    assert run(["train", str(folder), *FAST, *words, "--out", out]) == 0
    (path,) = [path.parent for path in Path(out).glob("*/run.json")]
    return RunFolder.open(path)


@pytest.fixture
def base(picture_folder: Path) -> RunFolder:
    return trained(picture_folder, "--arch", "pooled_cnn", out="runs")


@pytest.fixture
def two_classes(picture_folder: Path, tmp_path: Path) -> Path:
    target = tmp_path / "two"
    for name in ("high", "low"):
        shutil.copytree(picture_folder / name, target / name)
    return target


def head_of(names: dict[str, torch.Tensor]) -> set[str]:
    last = max((name.split(".")[0] for name in names), key=int)
    return {name for name in names if name.startswith(f"{last}.")}


def test_a_new_head_where_the_classes_differ(
    base: RunFolder, two_classes: Path, capsys: Printed
) -> None:
    one = trained(two_classes, "--from", base.path.name, "--lr-max", "1e-9", out="b")
    said = capsys.readouterr().out
    assert "all but the last layer, as the classes differ; scaled as there" in said
    before, after = load_file(base.weights), load_file(one.weights)
    assert before.keys() == after.keys()
    head = head_of(before)
    for name in before.keys() - head:
        if "running" not in name and "tracked" not in name:
            assert torch.allclose(before[name], after[name], atol=1e-6), name
    assert {before[name].shape[0] for name in head} == {3}
    assert {after[name].shape[0] for name in head} == {2}
    about = one.about
    assert about.settings["began_with"]["run"] == str(base.path.absolute())
    assert about.settings["began_with"]["head"] == "new"
    assert about.settings["began_with"]["classes"] == ["high", "low", "middle"]
    assert about.settings["from_"] == str(base.path.absolute())
    assert about.settings["arch"] == "pooled_cnn"
    assert load_trained(one).prepare.scaling == load_trained(base).prepare.scaling
    assert len(read_results(one.results)) == 3, "one epoch of the head alone, two of everything"


def test_classes_that_are_the_same_keep_the_head(
    base: RunFolder, picture_folder: Path, capsys: Printed
) -> None:
    one = trained(picture_folder, "--from", str(base.path), "--lr-max", "1e-9", out="b")
    assert "all its weights, as the classes are the same" in capsys.readouterr().out
    before, after = load_file(base.weights), load_file(one.weights)
    for name in head_of(before):
        assert torch.allclose(before[name], after[name], atol=1e-6)
    assert one.about.settings["began_with"]["head"] == "kept"


def test_as_many_classes_of_other_names_get_a_new_head(
    base: RunFolder, picture_folder: Path
) -> None:
    (picture_folder / "low").rename(picture_folder / "deep")
    one = trained(picture_folder, "--from", str(base.path), "--lr-max", "1e-9", out="b")
    before, after = load_file(base.weights), load_file(one.weights)
    for name in head_of(before):
        assert not torch.allclose(before[name], after[name], atol=1e-3)


def test_pictures_of_another_size_are_brought_to_the_runs(
    base: RunFolder, two_classes: Path, capsys: Printed
) -> None:
    for file in two_classes.rglob("*.png"):
        Image.open(file).convert("RGB").resize((40, 30)).save(file)
    one = trained(two_classes, "--from", str(base.path), out="b")
    said = capsys.readouterr().out
    assert f"size 16 x 16 px: the size that {base.path.absolute()} was trained with" in said
    assert one.about.settings["channels"] == 1, "coloured pictures are read as the run's were"
    other = trained(two_classes, "--from", str(base.path), "--size", "12", out="c")
    assert other.about.settings["height"] == 12, "as deep as for 16"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--channels", "3"], "--channels 3 does not fit the weights of"),
        (["--arch", "simple_net"], "--arch simple_net does not fit the weights of"),
    ],
)
def test_what_does_not_fit_is_named(
    base: RunFolder, two_classes: Path, words: list[str], told: str, capsys: Printed
) -> None:
    assert run(["train", str(two_classes), "--from", str(base.path), *words]) == 2
    assert told in capsys.readouterr().err


def test_a_size_that_changes_the_layers_is_refused(two_classes: Path, capsys: Printed) -> None:
    base = trained(two_classes, "--arch", "simple_net", out="runs")
    assert run(["train", str(two_classes), "--from", str(base.path), "--size", "32"]) == 2
    told = capsys.readouterr().err
    assert "pictures of 32 x 32 px does not fit" in told
    assert "simple_net has other layers for them than for 16 x 16 px" in told


def test_a_run_without_weights(base: RunFolder, two_classes: Path, capsys: Printed) -> None:
    base.weights.unlink()
    assert run(["train", str(two_classes), "--from", str(base.path)]) == 1
    assert "no epoch was finished" in capsys.readouterr().err


def test_in_a_settings_file(base: RunFolder, two_classes: Path, tmp_path: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text(f'from = "{base.path.name}"\n')
    one = trained(two_classes, "--config", str(config), out="b")
    assert one.about.settings["began_with"]["head"] == "new"


class StopAt(Callback):
    """Stop between two steps."""

    order = 70

    def __init__(self, epoch: int, batches: int) -> None:
        self.place = (epoch, batches)

    def after_batch(self, training: Training) -> None:
        if (training.epoch, training.batches_done) == self.place:
            raise StopFit("enough")


@pytest.mark.parametrize("place", [(0, 2), (1, 1), (2, 3)], ids=str)
def test_stopped_in_either_phase_and_the_other_run_gone(
    base: RunFolder, two_classes: Path, place: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = trained(two_classes, "--from", str(base.path), "--augment", "light", out="whole")
    limits = running._limits
    with monkeypatch.context() as patched:
        patched.setattr(running, "_limits", lambda asked: [*limits(asked), StopAt(*place)])
        words = ["--from", str(base.path), "--augment", "light"]
        stopped = trained(two_classes, *words, out="stopped")
    assert stopped.about.status == "stopped"
    shutil.rmtree(base.path)
    assert run(["train", "--resume", str(stopped.path)]) == 0
    resumed = RunFolder.open(stopped.path)
    assert resumed.weights.read_bytes() == whole.weights.read_bytes()
    assert resumed.about.best == whole.about.best
    assert resumed.about.best_epoch == whole.about.best_epoch
    assert run(["evaluate", str(resumed.path)]) == 0


def test_the_schedule_is_drawn_before(base: RunFolder, two_classes: Path, capsys: Printed) -> None:
    words = ["train", str(two_classes), "--from", str(base.path), "--dry-run", "--out", "dry"]
    assert run(words) == 0
    assert "nothing was trained" in capsys.readouterr().out
    assert Path("dry/schedule.png").exists()
