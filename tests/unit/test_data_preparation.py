"""A picture that comes later is treated as training treated its own, bit for bit."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from convscope.data import (
    CategoryBlock,
    DataBlock,
    DataLoaders,
    ImageBlock,
    Normalize,
    PILImage,
    PILImageBW,
    Preparation,
    RandomSplitter,
    Resize,
)
from convscope.errors import DataError

SUFFIXES = (".png", ".jpg", ".webp", ".gif")


def write_pictures(root: Path, count: int, size: tuple[int, int], *, grey: bool) -> None:
    """Write noisy pictures of two classes, in four formats."""
    dice = np.random.default_rng(4)
    for number in range(count):
        shape = size if grey else (*size, 3)
        pixels = dice.integers(0, 256, shape, dtype=np.uint8)
        folder = root / "ab"[number % 2]
        folder.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(folder / f"{number}{SUFFIXES[number // 2 % 4]}")


def loaders(root: Path, cls: type[PILImage], resize: Resize | None = None) -> DataLoaders:
    block = DataBlock(
        blocks=(ImageBlock(cls), CategoryBlock),
        splitter=RandomSplitter(0.5, seed=1),
        item_tfms=resize,
        batch_tfms=Normalize(),
    )
    return block.dataloaders(root, bs=3, device="cpu")

    return CategoryBlock


@pytest.mark.parametrize("grey", [True, False])
@pytest.mark.parametrize("cls", [PILImage, PILImageBW])
@pytest.mark.parametrize("resize", [None, Resize(8), Resize((5, 7))])
def test_prepare_is_the_batch_of_validation(
    tmp_path: Path, cls: type[PILImage], resize: Resize | None, *, grey: bool
) -> None:
    write_pictures(tmp_path, 16, (20, 24), grey=grey)
    dls = loaders(tmp_path, cls, resize)
    valid = torch.cat([images for images, _ in dls.valid])
    files = dls.valid_files
    assert torch.equal(dls.prepare(files), valid)
    assert torch.equal(dls.prepare(files[2])[0], valid[2])
    assert torch.equal(dls.prepare(str(files[2]))[0], valid[2])
    assert torch.equal(dls.prepare([file.read_bytes() for file in files]), valid)


def test_a_pillow_image_is_prepared_too(tmp_path: Path) -> None:
    write_pictures(tmp_path, 8, (20, 24), grey=True)
    dls = loaders(tmp_path, PILImageBW)
    first = next(file for file in dls.valid_files if file.suffix == ".png")
    with Image.open(first) as image:
        assert torch.equal(dls.prepare(image), dls.prepare(first))


def test_a_picture_of_another_size_is_fitted(tmp_path: Path) -> None:
    write_pictures(tmp_path, 8, (20, 24), grey=True)
    dls = loaders(tmp_path, PILImageBW)
    assert dls.prepare(Image.new("RGB", (300, 100))).shape == (1, 1, 20, 24)


def test_what_is_stored_makes_an_equal_one(tmp_path: Path) -> None:
    write_pictures(tmp_path, 8, (20, 24), grey=False)
    prepare = loaders(tmp_path, PILImage, Resize(8)).prepare
    stored = json.loads(json.dumps(prepare.to_dict()))
    assert Preparation.from_dict(stored) == prepare
    assert stored["classes"] == ["a", "b"]
    assert stored["reading"] == {"height": 8, "width": 8, "channels": 3, "resize": "crop"}


@pytest.mark.parametrize("key", ["reading", "size", "mean", "deviation", "classes"])
def test_something_stored_is_missing(tmp_path: Path, key: str) -> None:
    write_pictures(tmp_path, 8, (20, 24), grey=False)
    stored = loaders(tmp_path, PILImage).prepare.to_dict()
    del stored[key]
    with pytest.raises(DataError, match=f"wrong  *: KeyError\\('{key}'\\)"):
        Preparation.from_dict(stored)


def test_an_unreadable_picture_is_named(tmp_path: Path) -> None:
    write_pictures(tmp_path, 8, (20, 24), grey=False)
    prepare = loaders(tmp_path, PILImage).prepare
    text = tmp_path / "page.jpg"
    text.write_text("<html>")
    with pytest.raises(DataError, match=r"page\.jpg"):
        prepare([text])


def test_create_opens_as_training_reads(tmp_path: Path) -> None:
    file = tmp_path / "clear.png"
    Image.new("RGBA", (4, 2), (255, 0, 0, 0)).save(file)
    colour, grey = PILImage.create(file), PILImageBW.create(str(file))
    assert (colour.mode, colour.size, colour.getpixel((0, 0))) == ("RGB", (4, 2), (255,) * 3)
    assert (grey.mode, grey.size, grey.getpixel((3, 1))) == ("L", (4, 2), 255)
