"""Sizes and kinds from the first bytes: the quick way for PNG says what Pillow says."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convscope.pictures import headers

MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")


@pytest.mark.parametrize("mode", MODES)
def test_a_png_is_read_by_hand_as_pillow_reads_it(mode: str, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    if mode == "I;16":
        Image.fromarray(np.zeros((5, 7), np.uint16)).save(file)
    else:
        Image.new(mode, (7, 5)).save(file)
    found = headers([str(file)])
    with Image.open(file) as image:
        assert found.modes == [image.mode] == [mode]
    assert found.sizes.tolist() == [[7, 5]]
    assert found.formats == ["PNG"]


def test_other_formats(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.gif", "c.bmp", "d.webp"):
        Image.new("L", (6, 4)).save(tmp_path / name)
    found = headers(sorted(map(str, tmp_path.iterdir())))
    assert found.formats == ["JPEG", "GIF", "BMP", "WEBP"]
    assert found.sizes.tolist() == [[6, 4]] * 4


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + b"\xff" * 30, b"\xff\xd8\xff"],
)
def test_what_is_no_picture_is_unknown(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "broken.png"
    file.write_bytes(content)
    found = headers([str(file), str(tmp_path / "missing.png")])
    assert found.sizes.tolist() == [[0, 0], [0, 0]]
    assert found.formats == found.modes == ["", ""]


def test_fault_19_files_that_hold_several_pictures(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (6, 4)), Image.new("RGB", (6, 4), "red")
    forms = ("gif", "png", "webp", "tiff", "avif", "mpo")
    for form in forms:
        first.save(tmp_path / f"many.{form}", save_all=True, append_images=[second])
        if form != "mpo":
            first.save(tmp_path / f"one.{form}")
    found = headers([str(tmp_path / f"many.{form}") for form in forms])
    assert found.several == [True] * len(forms)
    assert headers([str(tmp_path / f"one.{form}") for form in forms]).several == [False] * 6


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert headers([str(tmp_path / "pipe.png")]).formats == [""]
