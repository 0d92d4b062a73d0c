"""Where we differ from fastai on purpose: each heading of docs/differences.md has a test here.

The page and this file are kept equal by the last test: `### Files come sorted` is shown by
`test_files_come_sorted`.
"""

import contextlib
import pathlib
import random
import re
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn, optim

import convscope.all as chapter
from convscope.all import (
    ActivationStats,
    Callback,
    CategoryBlock,
    DataBlock,
    DataLoaders,
    Flatten,
    GrandparentSplitter,
    ImageBlock,
    Learner,
    PILImage,
    PILImageBW,
    RandomSplitter,
    Resize,
    get_image_files,
    parent_label,
    plt,
    show_image,
)
from convscope.errors import ConfigError, ConvscopeError, DataError, LayoutError
from convscope.figures import schedule
from convscope.pictures import URLs, archives, fetching, untar_data
from convscope.train import SaveLast, Splits, StopFit, Training, accuracy
from tests.chapter.parts import convolutions, learner, small_pictures, ten_digits

PAGE = Path(__file__).parents[2] / "docs" / "differences.md"


def tiny() -> nn.Module:
    """The same small net at every call."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def noise(batches: int = 4) -> Splits:
    return Splits(small_pictures(batches), small_pictures(1))


def block(**more: Any) -> DataBlock:
    blocks = (ImageBlock(cls=PILImageBW), CategoryBlock)
    return DataBlock(blocks, get_y=parent_label, splitter=RandomSplitter(seed=1), **more)


def recorded(net: nn.Module, **options: Any) -> ActivationStats:
    stats = ActivationStats(**options)
    learner(noise(), net, [stats]).fit(1, 0.01)
    return stats


def pictures(folder: Path, count: int = 20) -> Path:
    """Two classes of grey PNG files, each of a brightness of its own."""
    for label in ("a", "b"):
        (folder / label).mkdir(parents=True)
        for index in range(count):
            shade = 3 * index + (label == "b")
            Image.new("L", (6, 4), shade).save(folder / label / f"{index}.png")
    return folder


# Data


def test_files_come_sorted(picture_folder: Path) -> None:
    files = get_image_files(picture_folder)
    assert files == sorted(files)


def test_an_archive_that_somebody_placed_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "home"))
    pictures(tmp_path / "mine")
    (tmp_path / "home").mkdir()
    with tarfile.open(tmp_path / "home" / "mnist_png.tgz", "w:gz") as archive:
        archive.add(tmp_path / "mine", "mnist_png")
    assert len(get_image_files(untar_data(URLs.MNIST))) == 40
    monkeypatch.setattr(fetching, "ATTEMPTS", 1)
    url = "http://127.0.0.1:9/mnist_sample.tgz"  # nobody listens there
    monkeypatch.setitem(archives.PUBLISHED, url, archives.PUBLISHED[URLs.MNIST_SAMPLE])
    with pytest.raises(DataError, match=r"place the archive at .*mnist_sample\.tgz") as refusal:
        untar_data(url)
    assert "digits_folder()" in str(refusal.value)


def test_normalize_measures_the_whole_training_set(ten: DataLoaders, digits: Path) -> None:
    rows = [np.asarray(Image.open(file)) for file in ten.train_files]
    every = np.stack(rows).astype(np.float64) / 255
    assert ten.prepare.scaling.mean[0] == pytest.approx(every.mean(), abs=1e-12)
    assert ten.prepare.scaling.deviation[0] == pytest.approx(every.std(), abs=1e-12)


def test_batches_depend_on_seed_and_epoch_alone(ten: DataLoaders) -> None:
    def order(luck: int) -> list[int]:
        torch.manual_seed(7)
        random.seed(luck)
        return [int(label) for _, labels in ten.train.epoch_batches(7, epoch=1) for label in labels]

    state = random.getstate(), torch.get_rng_state().clone()
    assert order(1) == order(2)
    torch.manual_seed(7)
    before = torch.get_rng_state()
    next(iter(ten.train))
    assert torch.equal(before, torch.get_rng_state())
    random.setstate(state[0])


def test_looking_at_a_batch_changes_nothing(ten: DataLoaders) -> None:
    torch.manual_seed(3)
    first, again = ten.one_batch(), ten.one_batch()
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[0], next(ten.train.epoch_batches(3, epoch=0))[0])


def test_pictures_are_decoded_once(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "flat")
    dls = block().dataloaders(folder, bs=8)
    before = torch.cat([images for images, _ in dls.valid])
    for file in get_image_files(folder):
        file.unlink()
    assert torch.equal(torch.cat([images for images, _ in dls.valid]), before)


def test_photographs_are_turned_upright(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "flat", count=4)
    for file in get_image_files(folder):
        turned = Image.open(file).transpose(Image.Transpose.ROTATE_90)
        exif = Image.Exif()
        exif[0x0112] = 6  # as a phone writes it: turn clockwise to look at it
        turned.save(file, exif=exif)
        assert turned.size == (4, 6)
    batch = next(iter(block().dataloaders(folder, bs=2).valid))[0]
    assert batch.shape[2:] == (4, 6)


def test_transparent_pictures_stand_on_white(tmp_path: Path) -> None:
    for label in ("a", "b"):
        (tmp_path / label).mkdir()
        for index in range(4):
            Image.new("RGBA", (4, 4), (index, 0, 0, 0)).save(tmp_path / label / f"{index}.png")
    dls = DataBlock((ImageBlock(cls=PILImage), CategoryBlock)).dataloaders(tmp_path, bs=2)
    assert (next(iter(dls.valid))[0] == 1).all()


def test_files_that_cannot_be_read_are_left_out_and_told(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "flat", count=30)
    (folder / "a" / "7.png").write_bytes(b"no picture")
    dls = block().dataloaders(folder, bs=8)
    ((file, reason),) = dls.skipped
    assert file.name == "7.png"
    assert reason
    assert dls.train.n + dls.valid.n == 59


def test_resize_crops_at_the_centre_in_training_too(tmp_path: Path) -> None:
    for label in ("a", "b"):
        (tmp_path / label).mkdir()
        for index in range(10):
            pixels = np.tile(np.arange(40, dtype=np.uint8) * 6, (10, 1)) + index // 10
            Image.fromarray(pixels).save(tmp_path / label / f"{index}.png")
    dls = block(item_tfms=Resize(10)).dataloaders(tmp_path, bs=4)
    images = torch.cat([images for images, _ in dls.train])
    assert (images == images[0]).all()  # the same part of all, in every epoch


def test_a_picture_on_both_sides_is_told(tmp_path: Path) -> None:
    for side in ("train", "valid"):
        pictures(tmp_path / side, count=3)
    dls = DataBlock(
        (ImageBlock(cls=PILImageBW), CategoryBlock), splitter=GrandparentSplitter()
    ).dataloaders(tmp_path, bs=2)
    assert any("both" in sentence or "also" in sentence for sentence in dls.found)


def test_a_split_without_pictures_says_what_there_is(digits: Path) -> None:
    with pytest.raises(LayoutError, match=r"found +: train, valid"):
        GrandparentSplitter("training", "testing")(get_image_files(digits))


def test_a_label_that_only_validation_has_is_told_with_its_files(tmp_path: Path) -> None:
    pictures(tmp_path / "train", count=2)
    pictures(tmp_path / "valid", count=2)
    (tmp_path / "valid" / "b").rename(tmp_path / "valid" / "c")
    declared = DataBlock(
        (ImageBlock(cls=PILImageBW), CategoryBlock), splitter=GrandparentSplitter()
    )
    with pytest.raises(ConvscopeError, match="'c'"):
        declared.dataloaders(tmp_path)


def test_a_random_split_without_a_seed_follows_torchs_seed() -> None:
    items = [Path(f"{number}.png") for number in range(50)]
    torch.manual_seed(5)
    before = torch.get_rng_state()
    assert RandomSplitter()(items) == RandomSplitter()(items)
    assert torch.equal(before, torch.get_rng_state())


def test_a_block_is_a_picture_and_its_class() -> None:
    for blocks in (
        (ImageBlock,),
        (ImageBlock, ImageBlock),
        (ImageBlock, CategoryBlock, ImageBlock),
    ):
        with pytest.raises(ConfigError):
            DataBlock(blocks)


def test_batches_are_plain_tensors(ten: DataLoaders) -> None:
    images, labels = next(iter(ten.valid))
    assert type(images) is type(labels) is torch.Tensor


# Pictures


def test_show_image_is_as_wide_as_the_picture_is() -> None:
    figure = show_image(torch.zeros(64, 160)).figure
    assert tuple(figure.get_size_inches()) == (5, 2)  # pyright: ignore[reportAttributeAccessIssue]


def test_verbs_that_draw_return_axes() -> None:
    stats = recorded(ten_digits())
    assert len(stats.plot_layer_stats(0)) == 3
    assert stats.color_dim(0)
    plt.close("all")


def test_every_figure_has_labels_and_says_how_to_read_it() -> None:
    figure = schedule([0.1, 0.2], [0.9, 0.8])
    assert all(axes.get_xlabel() and axes.get_ylabel() for axes in figure.axes)
    assert len(figure.get_supxlabel()) > 40


# The Learner


def test_the_model_moves_at_once() -> None:
    class Elsewhere(Splits):
        device = "meta"  # any but the one it was made on

    learn = Learner(Elsewhere([], []), nn.Linear(2, 2), quiet=True)
    assert next(learn.model.parameters()).device.type == "meta"


def test_the_loss_is_cross_entropy_unless_another_is_given() -> None:
    assert Learner(noise(), tiny(), quiet=True).loss_func is nn.functional.cross_entropy


def test_the_record_is_kept_and_a_second_fit_appends() -> None:
    stats = ActivationStats()
    learn = learner(noise(), ten_digits(), [stats])
    learn.fit(1, 0.01)
    first = list(learn.recorder.losses)
    learn.validate()
    learn.get_preds()
    learn.summary()
    assert learn.recorder.losses == first
    learn.fit(1, 0.01)
    assert learn.recorder.losses[:4] == first
    assert len(learn.recorder.values) == 2
    assert len(stats.layer_stats(0)) == 8


def test_lr_find_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    plain, searched = (learner(noise(8), tiny()) for _ in range(2))
    torch.manual_seed(1)
    plain.fit_one_cycle(1, 0.1)
    torch.manual_seed(1)
    searched.lr_find(show_plot=False)
    searched.fit_one_cycle(1, 0.1)
    assert plain.recorder.losses == searched.recorder.losses
    assert not [*tmp_path.iterdir()]


def test_lr_find_gives_the_curve_and_one_suggestion() -> None:
    found = learner(noise(8), tiny()).lr_find(show_plot=False)
    assert len(found.lrs) == len(found.losses)
    assert found.lrs[0] < found.valley < found.lrs[-1]


def test_predictions_are_probabilities_and_a_name() -> None:
    learn = learner(noise(), tiny())
    shares, _ = learn.get_preds()
    assert torch.allclose(shares.sum(1), torch.ones(len(shares)))
    label, index, row = learn.predict(small_pictures(1, size=1)[0][0])
    assert label == str(int(index))
    assert row.argmax() == index


def test_predict_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    learn = Learner(noise(), tiny())
    learn.predict(small_pictures(1, size=1)[0][0])
    assert capsys.readouterr() == ("", "")


def test_a_cycle_gives_momentum_back() -> None:
    learn = learner(noise(), tiny())
    learn.fit_one_cycle(1, 0.1)
    learn.fit(1, 0.1)
    assert learn.recorder.moms[:4] != [0.9] * 4
    assert learn.recorder.moms[4:] == [0.9] * 4


def test_no_normalisation_layer_is_decayed() -> None:
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.GroupNorm(2, 4), nn.Flatten(), nn.LazyLinear(10))
    net(small_pictures(1)[0][0])
    learn = learner(noise(), net)
    learn.fit(1, 0.01)
    decay = {p: group["weight_decay"] for group in learn.opt.param_groups for p in group["params"]}
    assert [decay[p] for p in net[1].parameters()] == [0, 0]
    assert decay[convolutions(net)[0].weight] == 0.01


def test_any_optimiser_of_pytorch_will_do() -> None:
    learn = Learner(noise(), tiny(), opt_func=optim.SGD, quiet=True)
    learn.fit(1, 0.1)
    assert isinstance(learn.opt, optim.SGD)
    usual = learner(noise(), tiny())
    usual.fit(1, 0.1)
    assert isinstance(usual.opt, optim.AdamW)


def test_a_rate_that_trains_nothing_is_refused() -> None:
    for rate in (0.0, -1.0, float("nan")):
        with pytest.raises(ConfigError):
            learner(noise(), tiny()).fit(1, rate)


def test_a_cycle_can_have_straight_lines() -> None:
    learn = learner(noise(8), tiny())
    learn.fit_one_cycle(1, 0.1, anneal="linear")
    rises = np.diff(learn.recorder.lrs[:3])
    assert rises[0] == pytest.approx(rises[1])


def test_a_stopped_fit_goes_on_after_any_step(tmp_path: Path) -> None:
    class Stop(Callback):
        def after_batch(self, training: Training) -> None:
            if len(learn.recorder.losses) == 3:
                raise StopFit

    def weights(one: Learner) -> list[torch.Tensor]:
        return [p.detach().clone() for p in one.model.parameters()]

    whole = learner(noise(), tiny())
    torch.manual_seed(2)
    whole.fit_one_cycle(2, 0.1)
    learn = learner(noise(), tiny(), [SaveLast(tmp_path / "resume.pt")])
    torch.manual_seed(2)
    learn.fit_one_cycle(2, 0.1, cbs=Stop())
    again = learner(noise(), tiny(), [SaveLast(tmp_path / "resume.pt")])
    again.fit_one_cycle(2, 0.1, resume_from=tmp_path / "resume.pt")
    assert all(map(torch.equal, weights(whole), weights(again)))
    assert again.recorder.losses == whole.recorder.losses


def test_metrics_are_functions_or_torchmetrics() -> None:
    class Counted:
        """Torchmetrics' three verbs."""

        seen = 0

        def update(self, logits: torch.Tensor, labels: torch.Tensor) -> None:
            self.seen += len(labels)

        def compute(self) -> float:
            return float(self.seen)

        def reset(self) -> None:
            self.seen = 0

    learn = Learner(noise(), tiny(), metrics=[accuracy, Counted()], quiet=True)
    assert learn.validate()[2] == 8


def test_a_training_prints_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    Learner(noise(), tiny(), metrics=accuracy).fit(2, 0.01)
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) == 3
    assert printed.isprintable() or printed.replace("\n", "").isprintable()
    assert re.fullmatch(r" +0 +\d\.\d{4} +\d\.\d{4} +\d\.\d{4} +\d+\.\d s", printed.splitlines()[1])


def test_the_summary_counts_every_parameter() -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.alone = nn.Parameter(torch.ones(784))
            self.last = nn.Linear(784, 10)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return self.last(images.flatten(1) * self.alone)

    text = str(learner(noise(), Odd()).summary())
    assert "784  True" in text
    assert "7,850  True" in text
    assert re.search(r"parameters +8,634", text)


# Callbacks


def test_callbacks_are_handed_the_training() -> None:
    class Watch(Callback):
        seen: object = None

        def after_step(self, training: Training) -> None:
            self.seen = training.loss

    watch = Watch()
    learner(noise(), tiny(), [watch]).fit(1, 0.01)
    assert isinstance(watch.seen, torch.Tensor)
    assert not hasattr(watch, "learn")


def test_an_exception_in_a_callback_keeps_its_type_and_gets_a_note() -> None:
    class Trip(Callback):
        def before_step(self, training: Training) -> None:
            raise KeyError("mine")

    with pytest.raises(KeyError) as error:
        learner(noise(), tiny(), [Trip()]).fit(1, 0.01)
    assert error.value.__notes__ == ["in callback Trip, at before_step"]


def test_what_a_callback_holds_is_let_go_however_the_fit_ends() -> None:
    class Trip(Callback):
        def before_step(self, training: Training) -> None:
            raise ValueError

    net = ten_digits()
    with contextlib.suppress(ValueError):
        learner(noise(), net, [ActivationStats(), Trip()]).fit(1, 0.01)
    assert not any(layer._forward_hooks for layer in net.modules())


# Looking inside


def first_outputs(net: nn.Module) -> torch.Tensor:
    with torch.no_grad():
        return convolutions(net)[0](small_pictures(1)[0][0])


def test_near_zero_is_by_magnitude() -> None:
    torch.manual_seed(0)
    net = ten_digits()
    output = first_outputs(net)
    share = recorded(net).layer_stats(0).near_zero_shares[0]
    assert share == pytest.approx((output.abs() <= 0.05).double().mean().item())
    torch.manual_seed(0)
    theirs = recorded(ten_digits(), book=True).layer_stats(0).near_zero_shares[0]
    assert theirs == pytest.approx((output <= 0.05).double().mean().item())
    assert theirs > share


def test_histograms_are_signed_and_have_no_range() -> None:
    net = ten_digits()
    with torch.no_grad():
        for parameter in convolutions(net)[0].parameters():
            parameter *= 1e4
    output = first_outputs(net)
    grid = recorded(net).record.grid(0)
    assert grid.edges[0] < 0
    assert grid.edges[-1] > 10
    below = grid.counts[0] @ (grid.edges[1:] <= 0) + grid.below[0]
    assert below == pytest.approx((output <= 0).sum().item(), rel=0.05)


def test_nan_is_counted() -> None:
    net = ten_digits()
    with torch.no_grad():
        convolutions(net)[0].weight[0] = float("nan")
    assert (recorded(net).layer_stats(0).nan_counts >= 8 * 14 * 14).all()


def test_histograms_are_kept_unless_one_says_no() -> None:
    assert recorded(ten_digits()).hist(0)
    with pytest.raises(ConvscopeError):
        recorded(ten_digits(), with_hist=False).hist(0)


def test_color_dim_has_axes_and_a_colour_bar() -> None:
    axes, bar = recorded(ten_digits()).color_dim(0)
    assert axes.axison
    assert all((axes.get_xlabel(), axes.get_ylabel(), bar.get_ylabel()))
    plt.close("all")


def test_layers_have_names() -> None:
    stats = recorded(ten_digits(norm=True))
    assert stats.layer_stats("3.0").means.tolist() == stats.layer_stats(-4).means.tolist()


# Files and names


def test_weights_are_loaded_without_executing_anything(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
            return Path.touch, (tmp_path / "executed",)  # pyright: ignore[reportReturnType]

    learn = Learner(noise(), tiny(), path=tmp_path, quiet=True)
    saved = learn.save("good")
    learn.load("good")
    torch.save({"model": Bomb(), "opt": None}, saved)
    with pytest.raises(ConvscopeError):
        learn.load("good")
    assert not (tmp_path / "executed").exists()


def test_no_pickle_is_exported(tmp_path: Path) -> None:
    learn = learner(noise(), tiny())
    with pytest.raises(ConfigError, match="pickle"):
        learn.export(tmp_path / "export.pkl")
    assert learn.export(tmp_path / "export.safetensors").read_bytes()[8:9] == b"{"


def test_nothing_is_patched_and_no_name_comes_unasked() -> None:
    names: dict[str, object] = {}
    exec("from convscope.all import *", names)
    assert set(names) - {"__builtins__"} == set(chapter.__all__)
    assert not hasattr(pathlib.Path, "ls")
    assert not hasattr(torch.Tensor, "show")


def test_flatten_is_pytorchs() -> None:
    assert Flatten is nn.Flatten


def test_meta_the_page_and_this_file_are_equal() -> None:
    headings = re.findall(r"^### (.+)$", PAGE.read_text(), flags=re.MULTILINE)
    slugs = [
        re.sub(r"[^a-z0-9]+", "_", re.sub(r"[`'()]", "", one.lower())).strip("_")
        for one in headings
    ]
    tests = [name.removeprefix("test_") for name in globals() if name.startswith("test_")]
    assert slugs == [name for name in tests if not name.startswith("meta_")]
