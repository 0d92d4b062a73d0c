"""Every kind of picture comes out as the upright, opaque, 8-bit picture it shows, or not at all."""

import io
import os
import re
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from convscope.errors import ConfigError, DataError
from convscope.pictures import Reading, read_picture

GREY = Reading(None, None, 1)
COLOUR = Reading(None, None, 3)


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def slope(width: int = 20, height: int = 12) -> Image.Image:
    """A picture without any symmetry."""
    rows, columns = np.mgrid[:height, :width]
    return Image.fromarray((rows * 15 + columns * 3).astype(np.uint8))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, depth: int, *between: bytes, body: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    inside = [chunk(b"IHDR", header), *between, chunk(b"IDAT", zlib.compress(body))]
    return b"".join([b"\x89PNG\r\n\x1a\n", *inside, chunk(b"IEND", b"")])


def reason(source: bytes | Path) -> str:
    with pytest.raises(DataError) as caught:
        read_picture(source, COLOUR)
    found = re.search(r"because : (.*)", str(caught.value))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("form", ["PNG", "BMP", "GIF", "TIFF", "PPM", "WEBP", "AVIF", "JPEG"])
def test_a_file_its_bytes_and_an_open_picture_read_alike(form: str, tmp_path: Path) -> None:
    exact = {"WEBP": {"lossless": True}, "AVIF": {"quality": 100}, "JPEG": {"quality": 100}}
    data = saved(slope().convert("RGB"), form, **exact.get(form, {}))
    file = tmp_path / f"picture.{form}"
    file.write_bytes(data)
    wanted = np.asarray(slope()).astype(int)
    with Image.open(file) as opened:
        for source in (file, data, opened):
            found = read_picture(source, GREY)
            assert found.shape == (1, 12, 20)
            assert abs(found[0] - wanted).max() <= 3, "only what the format itself loses"


def test_colour_comes_as_red_green_blue_planes() -> None:
    found = read_picture(Image.new("RGB", (3, 2), (10, 20, 30)), COLOUR)
    assert found.shape == (3, 2, 3)
    assert found[:, 0, 0].tolist() == [10, 20, 30]
    assert found.dtype == np.uint8


def test_grey_in_a_colour_set_and_the_reverse() -> None:
    assert read_picture(slope(), COLOUR)[2].tolist() == np.asarray(slope()).tolist()
    red = read_picture(Image.new("RGB", (1, 1), (255, 0, 0)), GREY)
    assert red.ravel().tolist() == [76]  # 255 x 0.299


def test_16_bits_are_scaled_and_not_clipped() -> None:
    deep = Image.fromarray(np.asarray(slope()).astype(np.uint16) * 257)
    for form in ("PNG", "TIFF"):
        found = read_picture(saved(deep, form), GREY)[0]
        assert found.tolist() == np.asarray(slope()).tolist()


def test_16_bits_in_a_portable_grey_map() -> None:
    body = np.array([0, 257 * 7, 65535], ">u2").tobytes()
    assert read_picture(b"P5 3 1 65535\n" + body, GREY).ravel().tolist() == [0, 7, 255]


def test_a_transparent_level_of_16_bits_is_white() -> None:
    body = b"\0" + np.array([5000, 257 * 9], ">u2").tobytes()
    data = png(2, 1, 16, chunk(b"tRNS", struct.pack(">H", 5000)), body=body)
    assert read_picture(data, GREY).ravel().tolist() == [255, 9]


@pytest.mark.parametrize("mode", ["I", "F"])
def test_numbers_without_a_range_are_refused(mode: str) -> None:
    assert "no stated range" in reason(saved(Image.new(mode, (2, 2)), "TIFF"))


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_shows_white_and_never_its_hidden_colour(mode: str) -> None:
    hidden = Image.new(mode, (1, 1), (0,) * len(mode))
    assert read_picture(saved(hidden, "PNG"), GREY).item() == 255
    half = Image.new("RGBA", (1, 1), (0, 0, 0, 128))
    assert read_picture(half, GREY).item() == 127


def test_a_palette_with_transparency_is_composited_too() -> None:
    palette = Image.new("P", (2, 1))
    palette.putpalette([0, 0, 0, 200, 0, 0])
    palette.putpixel((1, 0), 1)
    for form in ("PNG", "GIF"):
        found = read_picture(saved(palette, form, transparency=0), COLOUR)
        assert found[:, 0].T.tolist() == [[255, 255, 255], [200, 0, 0]], form


def test_one_bit_and_four_inks() -> None:
    assert read_picture(saved(Image.new("1", (2, 2), 1), "PNG"), GREY).min() == 255
    white = read_picture(saved(Image.new("CMYK", (8, 8), (0, 0, 0, 0)), "JPEG"), COLOUR)
    assert white.min() == 255


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("reading", [GREY, Reading(24, 40, 1)], ids=["own size", "sized"])
def test_all_orientations_equal_the_upright_twin(
    form: str, orientation: int, reading: Reading
) -> None:
    turn = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the inverse of what EXIF asks for
    upright = slope(80, 48)
    laid = upright.transpose(Image.Transpose(turn[orientation])) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 100} if form == "JPEG" else {}
    options |= {"lossless": True} if form == "WEBP" else {}
    found = read_picture(saved(laid, form, exif=exif, **options), reading)
    wanted = read_picture(upright, reading)
    assert found.shape == wanted.shape
    assert abs(found.astype(int) - wanted).max() <= 2


def test_the_first_frame_of_an_animation_is_taken() -> None:
    frames = [Image.new("L", (4, 4), level) for level in (50, 200)]
    for form in ("GIF", "PNG", "WEBP", "TIFF"):
        data = saved(frames[0], form, save_all=True, append_images=frames[1:])
        assert abs(int(read_picture(data, GREY)[0, 0, 0]) - 50) <= 1, form


def test_the_shorter_side_fits_and_the_centre_stays() -> None:
    wide = slope(90, 30)
    twin = wide.resize((30, 10), Image.Resampling.BILINEAR).crop((10, 0, 20, 10))
    found = read_picture(wide, Reading(10, 10, 1))[0].astype(int)
    assert abs(found - np.asarray(twin)).max() <= 1
    tall = wide.transpose(Image.Transpose.ROTATE_90)
    assert abs(read_picture(tall, Reading(10, 10, 1))[0] - np.rot90(found)).max() <= 1


def test_shrinking_averages_rather_than_picks() -> None:
    board = Image.fromarray((np.indices((64, 64)).sum(0) % 2 * 254).astype(np.uint8))
    assert abs(read_picture(board, Reading(8, 8, 1)).astype(int) - 127).max() <= 2


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1)])
def test_extreme_shapes_work(size: tuple[int, int]) -> None:
    found = read_picture(saved(Image.new("L", size, 9), "PNG"), Reading(28, 28, 1))
    assert (found == 9).all()


def test_a_large_jpeg_is_decoded_small(monkeypatch: pytest.MonkeyPatch) -> None:
    big = saved(Image.linear_gradient("L").resize((1200, 960)), "JPEG", quality=95)
    with Image.open(io.BytesIO(big)) as opened:
        wanted = read_picture(opened, Reading(32, 32, 1)).astype(int)
    loaded: list[tuple[int, int]] = []
    load = JpegImageFile.load
    monkeypatch.setattr(JpegImageFile, "load", lambda self: (loaded.append(self.size), load(self)))
    assert abs(read_picture(big, Reading(32, 32, 1)) - wanted).max() <= 1
    assert loaded[0] == (150, 120), "an eighth"


def test_an_open_picture_is_left_as_it_was() -> None:
    image = Image.new("RGBA", (4, 4), (1, 2, 3, 4))
    read_picture(image, Reading(2, 2, 1))
    assert (image.mode, image.size, image.getpixel((0, 0))) == ("RGBA", (4, 4), (1, 2, 3, 4))


WHOLE_PNG = saved(slope(), "PNG")
WHOLE_JPEG = saved(slope(200, 120), "JPEG", progressive=True)


REFUSED = {
    "zero bytes": (b"", "no known picture format"),
    "web page": (b"<!doctype html><html>404</html>", "a web page"),
    "drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
    "document": (b"%PDF-1.7\n", "a PDF document"),
    "photoshop": (b"8BPS\0\1" + bytes(40), "a Photoshop file"),
    "cut PNG": (WHOLE_PNG[:-20], "damaged or cut off"),
    "PNG without end": (WHOLE_PNG[:-12], "damaged or cut off"),
    "cut JPEG": (WHOLE_JPEG[: len(WHOLE_JPEG) // 2], "cut off"),
    "900 megapixels": (png(30_000, 30_000, 1), "900000000 pixels"),
    "100 megapixels of one bit": (png(10_000, 10_000, 1), "more than 64 megapixels"),
}


@pytest.mark.parametrize(("data", "because"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_whole_picture_is_refused_with_a_reason(data: bytes, because: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert because in reason(data)


def test_every_flipped_byte_of_a_png_is_found() -> None:
    for place in range(8, len(WHOLE_PNG)):
        flipped = bytearray(WHOLE_PNG)
        flipped[place] ^= 0x20
        with pytest.raises(DataError):
            read_picture(bytes(flipped), GREY)


def test_a_compressed_text_bomb_is_quick() -> None:
    bomb = chunk(b"zTXt", b"note\0\0" + zlib.compress(bytes(80 * 2**20)))
    body = bytes(2)
    try:
        assert read_picture(png(1, 1, 8, bomb, body=body), GREY).shape == (1, 1, 1)
    except DataError as refused:
        assert "text" in str(refused).lower()  # noqa: PT017 - either is right


def test_leniency_set_elsewhere_makes_no_half_grey_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    bitmap = saved(slope(), "BMP")
    assert "truncated" in reason(bitmap[: len(bitmap) // 2])
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True, "and other code keeps its setting"


def test_ctrl_c_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Image, "open", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_picture(WHOLE_PNG, GREY)


def test_files_that_are_none(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    empty = tmp_path / "empty.png"
    empty.touch()
    assert reason(pipe) == "not a regular file"
    assert reason(empty) == "0 bytes long"
    assert reason(tmp_path) == "Is a directory" or reason(tmp_path) == "not a regular file"
    assert reason(tmp_path / "gone.png") == "No such file or directory"


def test_the_message_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "page.jpg"
    file.write_text("<html>")
    with pytest.raises(DataError) as caught:
        read_picture(file, GREY)
    assert str(caught.value) == (
        "cannot use this picture\n"
        f"  picture : {file}\n"
        "  because : a web page, and no picture: fetch the picture itself\n"
        "  try     : a whole file of one of: PNG, JPEG, BMP, GIF, TIFF, WEBP, PPM, AVIF"
    )
    assert file.read_text() == "<html>", "and never changes it"


@pytest.mark.parametrize("wrong", [(0, 0, 1), (-1, 5, 1), (5, None, 1), (None, 5, 3), (5, 5, 2)])
def test_a_reading_without_meaning_is_refused(wrong: tuple[int | None, int | None, int]) -> None:
    with pytest.raises(ConfigError, match="no picture can be read so"):
        Reading(*wrong)


def test_a_reading_survives_json() -> None:
    for reading in (GREY, Reading(28, 30, 3)):
        assert Reading.from_dict(reading.to_dict()) == reading
    assert Reading(28, 30, 3).size == (30, 28)
