"""Copies that were planted are found, and pictures that are not copies are not."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from convscope.pictures import Alike, Reading, alike, cached_pixels, digits_folder, get_image_files
from convscope.pictures.alike import small_pictures

SIDE = 96
READING = Reading(SIDE, SIDE, 3)


def photo(seed: int, side: int = 144) -> Image.Image:
    """A picture with large and small shapes, such as no second seed gives."""
    dice = np.random.default_rng(seed)
    rough = Image.fromarray(dice.integers(0, 256, (7, 7, 3), dtype=np.uint8))
    fine = Image.fromarray(dice.integers(0, 256, (40, 40, 3), dtype=np.uint8))
    size, way = (side, side), Image.Resampling.BICUBIC
    return Image.blend(rough.resize(size, way), fine.resize(size, way), 0.2)


class Shelf:
    """Files in the order in which they were put down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: list[Path] = []

    def put(self, image: Image.Image | bytes, suffix: str = ".png", **how: Any) -> int:
        file = self.folder / f"{len(self.files)}{suffix}"
        if isinstance(image, bytes):
            file.write_bytes(image)
        else:
            image.save(file, **how)
        self.files.append(file)
        return len(self.files) - 1

    def compared(self, reading: Reading = READING) -> Alike:
        return alike(cached_pixels(self.files, reading))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf(tmp_path)
    for seed in range(9):
        made.put(photo(seed), compress_level=3)
    return made


def test_unlike_pictures_are_unlike(shelf: Shelf) -> None:
    found = shelf.compared()
    assert (found.blank, found.same, found.near, found.complete) == ((), (), (), True)


def test_the_same_bytes_and_the_same_pixels(shelf: Shelf) -> None:
    bytes_again = shelf.put((shelf.folder / "3.png").read_bytes())
    pixels_again = shelf.put(photo(5), compress_level=1)
    third = shelf.put(photo(5), ".bmp")
    found = shelf.compared()
    assert found.same == ((3, bytes_again), (5, pixels_again, third))
    assert found.same_bytes == {(3, bytes_again)}
    assert found.near == ()


COPIES = {
    "JPEG of quality 75": lambda one: stored(one, "JPEG", quality=75),
    "JPEG of quality 90": lambda one: stored(one, "JPEG", quality=90),
    "WebP": lambda one: stored(one, "WEBP", quality=80),
    "half the size": lambda one: one.resize((100, 100), Image.Resampling.LANCZOS),
    "twice the size": lambda one: one.resize((288, 288), Image.Resampling.BICUBIC),
    "darker": lambda one: ImageEnhance.Brightness(one).enhance(0.8),
    "less contrast": lambda one: ImageEnhance.Contrast(one).enhance(0.8),
}
OTHERS = {
    "mirrored": lambda one: one.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "turned": lambda one: one.transpose(Image.Transpose.ROTATE_90),
    "cut": lambda one: one.crop((20, 20, 140, 140)),
    "grey": lambda one: one.convert("L"),
}


def test_half_a_hash_in_common_makes_nobody_the_same(shelf: Shelf) -> None:
    pixels = cached_pixels(shelf.files, READING)
    looks = np.array(pixels.looks)
    looks[1, :8], looks[3, 8:] = looks[0, :8], looks[2, 8:]
    assert alike(replace(pixels, looks=looks)).same == ()
    looks[1] = looks[0]
    assert alike(replace(pixels, looks=looks)).same == ((0, 1),)


def stored(image: Image.Image, form: str, **how: int) -> Image.Image:
    data = BytesIO()
    image.save(data, form, **how)
    return Image.open(data)


@pytest.mark.parametrize("way", COPIES)
def test_copies_that_were_stored_anew_are_near(way: str, shelf: Shelf) -> None:
    copy = shelf.put(COPIES[way](photo(7)))
    found = shelf.compared()
    assert found.near == ((7, copy),)
    assert found.same == ()


@pytest.mark.parametrize("way", OTHERS)
def test_copies_in_another_place_are_not_found_as_the_documents_say(way: str, shelf: Shelf) -> None:
    shelf.put(OTHERS[way](photo(7)))
    assert shelf.compared().near == ()


def test_a_group_hangs_together_and_stands_for_its_exact_copies(shelf: Shelf) -> None:
    again = shelf.put((shelf.folder / "2.png").read_bytes())
    shelf.put(COPIES["JPEG of quality 75"](photo(2)))
    shelf.put(COPIES["darker"](photo(2)))
    found = shelf.compared()
    assert found.same == ((2, again),)
    assert found.near == ((2, again + 1, again + 2),)


def test_pictures_of_one_colour_are_blank_and_in_no_group(shelf: Shelf) -> None:
    first = shelf.put(Image.new("RGB", (50, 50), (250, 9, 9)))
    shelf.put(Image.new("RGB", (50, 50), (250, 9, 9)))
    noisy = np.random.default_rng(0).integers(100, 104, (96, 96, 3), dtype=np.uint8)
    shelf.put(Image.fromarray(noisy))
    found = shelf.compared()
    assert found.blank == (first, first + 1, first + 2)
    assert found.same == found.near == ()


def test_what_cannot_be_read_is_in_no_group(shelf: Shelf) -> None:
    shelf.put(b"broken")
    shelf.put(b"broken")
    found = shelf.compared()
    assert found.blank == found.same == found.near == ()


@pytest.mark.parametrize("pictures", [[], [1], [1, 1]])
def test_very_few_pictures(pictures: list[int], tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for seed in pictures:
        shelf.put(photo(seed))
    assert shelf.compared().same == (((0, 1),) if len(pictures) == 2 else ())


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 3, 200), (3, 28, 28), (3, 17, 31)])
def test_small_pictures_have_length_one_and_no_mean(shape: tuple[int, int, int]) -> None:
    array = np.random.default_rng(0).integers(0, 256, (4, *shape), dtype=np.uint8)
    small = small_pictures(array)
    assert small.shape == (4, min(16, shape[1]) * min(16, shape[2]))
    assert np.allclose(small.mean(axis=1), 0, atol=1e-6)
    if small.shape[1] > 1:
        assert np.allclose(np.linalg.norm(small, axis=1), 1, atol=1e-5)


def test_a_cell_is_the_mean_of_its_pixels() -> None:
    array = np.arange(32 * 32, dtype=np.uint16).reshape(1, 1, 32, 32) % 256
    cells = array.astype(np.float32).reshape(16, 2, 16, 2).mean(axis=(1, 3)).ravel()
    cells -= cells.mean()
    assert np.allclose(small_pictures(array.astype(np.uint8))[0], cells / np.linalg.norm(cells))


@pytest.mark.slow
def test_five_thousand_digits_are_alike_and_yet_not_one_is_a_copy() -> None:
    found = alike(cached_pixels(get_image_files(digits_folder()), Reading(28, 28, 1)))
    assert (found.blank, found.same, found.near, found.complete) == ((), (), (), True)
