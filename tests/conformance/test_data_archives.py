"""The chapter's numbers on the chapter's data."""

import os
import tarfile
from pathlib import Path

import pytest
import torch

from convscope.data import (
    CategoryBlock,
    DataBlock,
    DataLoaders,
    GrandparentSplitter,
    ImageBlock,
    Normalize,
    PILImage,
    PILImageBW,
    Resize,
    get_image_files,
    parent_label,
)

pytestmark = [
    pytest.mark.data,
    pytest.mark.slow,
    pytest.mark.skipif("CONVSCOPE_DATA" not in os.environ, reason="needs the archives"),
]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the archives once."""
    target = tmp_path_factory.mktemp("archives")
    for archive in Path(os.environ["CONVSCOPE_DATA"]).glob("*.tgz"):
        with tarfile.open(archive) as packed:
            packed.extractall(target, filter="data")
    return target


def block(train: str, valid: str, **parts: object) -> DataBlock:
    given = {
        "blocks": (ImageBlock(cls=PILImageBW), CategoryBlock),
        "get_items": get_image_files,
        "splitter": GrandparentSplitter(train, valid),
        "get_y": parent_label,
        "batch_tfms": Normalize(),
        **parts,
    }
    return DataBlock(**given)  # pyright: ignore[reportArgumentType]


def valid_again(dls: DataLoaders, count: int) -> bool:
    """Tell whether prepared files equal the first pictures of validation, bit for bit."""
    images = torch.cat([images for images, _ in dls.valid])[:count]
    return torch.equal(dls.prepare(dls.valid_files[:count]), images)


def test_full_mnist(archives: Path) -> None:
    folder = archives / "mnist_png"
    for bs, train, valid in ((64, 937, 157), (512, 117, 20)):
        dls = block("training", "testing").dataloaders(folder, bs=bs, device="cpu")
        assert (len(dls.train), len(dls.valid)) == (train, valid)
    assert dls.vocab == [str(digit) for digit in range(10)]
    assert dls.prepare.scaling.mean == pytest.approx([0.1307], abs=5e-5)
    assert dls.prepare.scaling.deviation == pytest.approx([0.3081], abs=5e-5)
    assert valid_again(dls, 100)
    images, labels = dls.one_batch()
    assert (images.shape, labels.shape) == ((512, 1, 28, 28), (512,))


def test_the_sample(archives: Path) -> None:
    dls = block("train", "valid").dataloaders(archives / "mnist_sample", bs=64, device="cpu")
    assert (dls.train.n, dls.valid.n) == (12_396, 2_038)
    assert (len(dls.train), len(dls.valid)) == (193, 32)
    assert dls.vocab == ["3", "7"]
    assert valid_again(dls, 100)


def test_photographs(archives: Path) -> None:
    photographs = block(
        "train", "val", blocks=(ImageBlock(PILImage), CategoryBlock), item_tfms=Resize(64)
    )
    dls = photographs.dataloaders(archives / "ants_bees", bs=32, device="cpu")
    assert dls.train.n + dls.valid.n == 398
    assert dls.vocab == ["ants", "bees"]
    assert valid_again(dls, 20)
    assert not set(dls.train_files) & set(dls.valid_files)
