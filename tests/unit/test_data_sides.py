"""Three sides, pictures on two of them, and how many may be unreadable."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from convscope.data import DataLoaders, ImageBlock, PILImageBW, Resize, Tolerance, folder_block
from convscope.errors import ConfigError, DataError
from convscope.pictures import Reading, cached_pixels, entries, survey

Planted = Callable[..., Path]


@pytest.fixture
def planted(tmp_path: Path) -> Planted:
    """Write different grey pictures: `train__x=5` makes the folder train/x with five."""
    dice = np.random.default_rng(0)

    def write(**counts: int) -> Path:
        for place, count in counts.items():
            target = tmp_path / "set" / place.replace("__", "/")
            target.mkdir(parents=True, exist_ok=True)
            for number in range(count):
                pixels = dice.integers(0, 256, (6, 6), np.uint8)
                Image.fromarray(pixels).save(target / f"{number}.png")
        return tmp_path / "set"

    return write


THREE = {"train__x": 8, "train__y": 8, "valid__x": 3, "valid__y": 3, "test__x": 2, "test__y": 5}


def loaders(root: Path, **options: object) -> DataLoaders:
    block = folder_block(survey(root), ImageBlock(PILImageBW), item_tfms=Resize(6))
    return block.dataloaders(root, 4, device="cpu", **options)  # pyright: ignore[reportArgumentType]


def test_the_third_side_has_a_loader_of_its_own(planted: Planted) -> None:
    root = planted(**THREE)
    dls = loaders(root)
    assert dls.test is not None
    assert (dls.train.n, dls.valid.n, dls.test.n) == (16, 6, 7)
    labels = torch.cat([labels for _, labels in dls.test])
    assert labels.tolist() == [0, 0, 1, 1, 1, 1, 1], "in order, none left out"
    first = next(iter(dls.test))[0][0]
    with Image.open(root / "test" / "x" / "0.png") as image:
        assert torch.equal(first[0] * 255, torch.from_numpy(np.array(image)).float())


def test_no_third_side_is_none(planted: Planted) -> None:
    assert loaders(planted(train__x=8, train__y=8, test__x=3, test__y=3)).test is None


def test_what_cannot_be_read_is_left_out_of_it(planted: Planted) -> None:
    root = planted(**THREE)
    (root / "test" / "y" / "1.png").write_bytes(b"")
    dls = loaders(root, tolerance=Tolerance(0.1))
    assert dls.test is not None
    assert dls.test.n == 6
    assert len(dls.skipped) == 1


@pytest.mark.parametrize(("side", "purpose"), [("valid", "validate"), ("test", "test")])
def test_fault_28_a_picture_on_two_sides_is_reported(
    side: str, purpose: str, planted: Planted
) -> None:
    """Also where the file is another one: what counts is what the network would see."""
    root = planted(**THREE)
    with Image.open(root / "train" / "y" / "4.png") as image:
        image.save(root / side / "x" / "copy.bmp")
    (said,) = loaders(root).found[1:]
    assert f"1 of {7 if side == 'valid' else 8} pictures to {purpose} with" in said
    assert f"{root}/{side}/x/copy.bmp is {root}/train/y/4.png" in said


def test_different_pictures_are_no_leak(planted: Planted) -> None:
    assert loaders(planted(**THREE)).found[1:] == []


def test_strict_stops_at_the_first_and_decodes_no_further(planted: Planted) -> None:
    root = planted(**THREE)
    (root / "train" / "x" / "2.png").write_bytes(b"<html>")
    with pytest.raises(DataError, match=r"train/x/2\.png") as caught:
        loaders(root, tolerance=Tolerance(strict=True))
    assert "a web page" in str(caught.value)
    assert entries() == [], "nothing half-done is kept"
    loaders(root, tolerance=Tolerance(0.1))
    with pytest.raises(DataError, match=r"train/x/2\.png"):  # also where it is known already
        loaders(root, tolerance=Tolerance(strict=True))


def test_where_the_pixels_are_is_said(planted: Planted) -> None:
    root = planted(**THREE)
    assert loaders(root, cache_limit_bytes=10**6).kept == (
        "decoded once, and kept in the cache: 1.0 kB of at most 1.0 MB"
    )
    streamed = loaders(root, cache_limit_bytes=100)
    assert streamed.kept == (
        "the decoded pictures would take 1.0 kB, more than the 100 B that the cache may: "
        "they are decoded again in every epoch"
    )
    assert streamed.prepare == loaders(root).prepare
    assert streamed.train.fingerprint == loaders(root).train.fingerprint


def test_a_file_on_two_sides_is_refused(planted: Planted) -> None:
    root = planted(**THREE)
    block = folder_block(survey(root), ImageBlock(PILImageBW))
    twice = type(block)(
        blocks=block.blocks,
        get_items=block.get_items,
        splitter=lambda items: ([0, 1, 2], [9, 10], [10, 11]),
        get_y=block.get_y,
    )
    with pytest.raises(ConfigError, match="the splitter put files on both sides"):
        twice.dataloaders(root, 2, device="cpu")


def test_fault_32_unequal_classes_are_told(planted: Planted) -> None:
    (said,) = survey(planted(x=40, y=2)).warnings
    assert said.startswith("the classes are unequal: 40 pictures of 'x' and 2 of 'y'")
    assert survey(planted(z=3)).classes == ("x", "y", "z")


def test_fault_32_classes_that_are_nearly_equal_are_not(planted: Planted) -> None:
    assert survey(planted(x=19, y=2)).warnings == ()


def test_reading_knows_the_way_to_resize_in_training_and_prediction(planted: Planted) -> None:
    root = planted(train__x=8, train__y=8, valid__x=2, valid__y=2)
    block = folder_block(survey(root), ImageBlock(PILImageBW), item_tfms=Resize((4, 6), "pad"))
    prepare = block.dataloaders(root, 4, device="cpu").prepare
    again = type(prepare).from_dict(prepare.to_dict())
    file = root / "valid" / "x" / "0.png"
    wanted = cached_pixels([file], Reading(4, 6, 1, "pad")).array[0]
    assert torch.equal(again(file)[0] * 255, torch.from_numpy(wanted.copy()).float())
