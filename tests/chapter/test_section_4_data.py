"""Section 4: from files to batches."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from convscope.all import (
    CategoryBlock,
    DataBlock,
    DataLoaders,
    GrandparentSplitter,
    ImageBlock,
    PILImage,
    PILImageBW,
    RandomSplitter,
    first,
    get_image_files,
    parent_label,
    to_cpu,
)

needs_archives = pytest.mark.skipif("CONVSCOPE_DATA" not in os.environ, reason="needs the archives")


def test_all_files_sorted(digits: Path) -> None:
    files = get_image_files(digits)
    assert len(files) == 5_000
    assert files == sorted(files)
    assert parent_label(files[0]) == "0"


def test_grandparents_split(digits: Path) -> None:
    files = get_image_files(digits)
    train, valid = GrandparentSplitter(train_name="train", valid_name="valid")(files)
    assert (len(train), len(valid)) == (4_000, 1_000)
    assert {files[at].parent.parent.name for at in valid} == {"valid"}


def test_batches_are_floats_in_order(digits: Path) -> None:
    """Floats 0..1, (batch, channels, height, width), where nothing normalises them."""
    block = DataBlock(
        (ImageBlock(cls=PILImageBW), CategoryBlock),
        get_items=get_image_files,
        splitter=GrandparentSplitter(),
        get_y=parent_label,
    )
    dls = block.dataloaders(digits)
    batch = first(dls.valid)
    assert batch is not None
    images, labels = batch
    assert images.shape == (64, 1, 28, 28)
    assert images.dtype == torch.float32
    assert (images.min(), images.max()) == (0, 1)
    assert labels.dtype == torch.int64
    assert to_cpu(images).device.type == "cpu"
    assert dls.vocab == [str(digit) for digit in range(10)]
    assert (len(dls.train), len(dls.valid)) == (62, 16)  # 4,000 // 64 full ones, ceil(1,000 / 64)


def test_training_is_shuffled_and_whole_batches_only(ten: DataLoaders) -> None:
    labels = [labels for _, labels in ten.train]
    assert {len(batch) for batch in labels} == {64}
    assert len(labels) == 62
    assert len(set(labels[0].tolist())) > 3  # files come class by class


def test_validation_is_in_order_and_drops_nothing(ten: DataLoaders) -> None:
    labels = torch.cat([labels for _, labels in ten.valid])
    assert labels.tolist() == sorted(labels.tolist())
    assert len(labels) == 1_000


def test_normalize_measures_the_training_set_and_serves_validation(ten: DataLoaders) -> None:
    scaling = ten.prepare.scaling
    assert scaling.mean[0] == pytest.approx(0.13, abs=0.01)
    assert scaling.deviation[0] == pytest.approx(0.31, abs=0.01)
    every = torch.cat([images for images, _ in ten.train.in_order()])
    assert every.mean().item() == pytest.approx(0, abs=1e-4)
    assert every.std(correction=0).item() == pytest.approx(1, abs=1e-4)
    images = torch.cat([images for images, _ in ten.valid])
    assert images.min() == every.min()  # black is the same number in both


def test_a_colour_block_has_three_channels(digits: Path) -> None:
    block = DataBlock(
        (ImageBlock(cls=PILImage), CategoryBlock),
        get_items=lambda path: get_image_files(path)[::50],
        splitter=RandomSplitter(seed=1),
        get_y=parent_label,
    )
    batch = first(block.dataloaders(digits, bs=8).valid)
    assert batch is not None
    assert batch[0].shape == (8, 3, 28, 28)


def test_own_splitters_are_used(digits: Path) -> None:
    def every_tenth(items: Sequence[object]) -> tuple[list[int], list[int]]:
        return [at for at in range(len(items)) if at % 10], list(range(0, len(items), 10))

    block = DataBlock(
        (ImageBlock(cls=PILImageBW), CategoryBlock),
        get_items=lambda path: get_image_files(path)[::10],
        splitter=every_tenth,
        get_y=parent_label,
    )
    dls = block.dataloaders(digits, bs=8)
    assert (dls.train.n, dls.valid.n) == (450, 50)


def test_show_batch_draws_nine_with_their_names(ten: DataLoaders) -> None:
    panels = ten.show_batch(max_n=9, figsize=(4, 4))
    assert len(panels) == 9
    assert {axes.get_title() for axes in panels} <= set(ten.vocab)
    figure = panels[0].figure
    assert tuple(figure.get_size_inches()) == (4, 4)  # pyright: ignore[reportAttributeAccessIssue]
    shown = np.asarray(panels[0].images[0].get_array())
    assert shown.min() == 0  # undone: as the eye knows it
    assert shown.max() <= 1


@pytest.mark.data
@pytest.mark.slow
@needs_archives
def test_the_sample_in_numbers(sample: DataLoaders) -> None:
    assert (sample.train.n, sample.valid.n) == (12_396, 2_038)
    assert (len(sample.train), len(sample.valid)) == (193, 32)
    assert sample.vocab == ["3", "7"]


@pytest.mark.data
@pytest.mark.slow
@needs_archives
def test_all_of_mnist_in_numbers(mnist: DataLoaders) -> None:
    assert (mnist.train.n, mnist.valid.n) == (60_000, 10_000)
    assert (len(mnist.train), len(mnist.valid)) == (937, 157)
    scaling = mnist.prepare.scaling
    assert scaling.mean[0] == pytest.approx(0.1307, abs=5e-5)
    assert scaling.deviation[0] == pytest.approx(0.3081, abs=5e-5)
    mnist.train.bs = mnist.valid.bs = 512
    assert (len(mnist.train), len(mnist.valid)) == (117, 20)
    mnist.train.bs = mnist.valid.bs = 64
