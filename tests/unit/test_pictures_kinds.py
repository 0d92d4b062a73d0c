"""Formats that people's folders hold, formats that are refused by name, three ways to resize."""

import io
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convscope.errors import ConfigError, DataError
from convscope.pictures import PICTURE_SUFFIXES, Reading, cached_pixels, read_picture, survey

GREY, COLOUR = Reading(None, None, 1), Reading(None, None, 3)
Array = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def scene(width: int = 48, height: int = 32) -> Image.Image:
    """Smooth colours without any symmetry."""
    rows, columns = np.mgrid[:height, :width]
    planes = rows * 6, columns * 5, 255 - rows * 3 - columns
    return Image.fromarray(np.stack(planes, axis=-1).astype(np.uint8))


def reason(data: bytes, reading: Reading = COLOUR) -> str:
    with pytest.raises(DataError) as caught:
        read_picture(data, reading)
    return str(caught.value)


def near(found: Array, wanted: Image.Image, most: int) -> bool:
    planes = np.asarray(wanted).transpose(2, 0, 1).astype(int)
    return found.shape == planes.shape and abs(found - planes).max() <= most


def test_a_progressive_jpeg_is_its_plain_twin() -> None:
    plain, progressive = (
        saved(scene(), "JPEG", quality=95, progressive=way) for way in (False, True)
    )
    assert plain != progressive
    assert np.array_equal(read_picture(plain, COLOUR), read_picture(progressive, COLOUR))


def test_four_inks_as_photoshop_stores_them() -> None:
    """Its JPEGs hold the inks inverted, with a mark that says so."""
    inks = Image.new("CMYK", (16, 16), (0, 255, 255, 0))  # red
    data = saved(inks, "JPEG", quality=100)
    assert b"Adobe" in data[:60]
    found = read_picture(data, COLOUR)[:, 8, 8].astype(int)
    assert found[0] > 200
    assert found[1:].max() < 60


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bits_of_three_colours(form: str) -> None:
    """Pillow halves them as it reads; none is clipped to white."""
    deep = (np.asarray(scene()).astype(np.uint16) * 257).astype(">u2" if form == "PNG" else "<u2")
    data = deep_png(deep) if form == "PNG" else deep_tiff(deep)
    assert near(read_picture(data, COLOUR), scene(), 1)


def deep_png(deep: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]) -> bytes:
    import zlib  # noqa: PLC0415 - for this one picture

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    height, width, _ = deep.shape
    rows = b"".join(b"\0" + row.tobytes() for row in deep)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def deep_tiff(deep: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]) -> bytes:
    height, width, _ = deep.shape
    body = deep.tobytes()
    place = 8 + 2 + 10 * 12 + 4
    tags = [
        (256, 3, 1, width),
        (257, 3, 1, height),
        (258, 3, 3, place),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, place + 6),
        (277, 3, 1, 3),
        (278, 3, 1, height),
        (279, 4, 1, len(body)),
        (284, 3, 1, 1),
    ]
    head = b"II*\0" + struct.pack("<IH", 8, len(tags))
    head += b"".join(struct.pack("<HHII", *tag) for tag in tags) + struct.pack("<I", 0)
    return head + struct.pack("<3H", 16, 16, 16) + body


@pytest.mark.parametrize("form", ["WEBP", "AVIF", "PNG"])
def test_transparency_of_newer_formats(form: str) -> None:
    half = scene().copy()
    half.putalpha(Image.new("L", half.size, 0))
    assert read_picture(saved(half, form), COLOUR).min() >= 250, "white, not the hidden colours"


def test_two_pictures_in_one_jpeg_as_phones_make_them() -> None:
    data = saved(scene(), "MPO", save_all=True, append_images=[Image.new("RGB", (48, 32))])
    assert near(read_picture(data, COLOUR), scene(), 40)


def test_the_format_is_told_by_the_content_and_not_by_the_name(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(saved(scene(), "PNG"))
    (tmp_path / "photo.png").write_bytes(saved(scene(), "WEBP", lossless=True))
    for path in tmp_path.iterdir():
        assert near(read_picture(path, COLOUR), scene(), 0)


def boxed(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + brand + bytes(4) + bytes(400)


def raw(*tags: tuple[int, int]) -> bytes:
    """A TIFF as cameras write it: a small picture first, what matters elsewhere."""
    stream = io.BytesIO()
    scene().save(stream, "TIFF", tiffinfo=dict(tags))
    return stream.getvalue()


FOREIGN = {
    "heic": (boxed(b"heic"), "HEIC", "Most Compatible"),
    "heif": (boxed(b"mif1"), "HEIC", "export it as JPEG"),
    "svg": (b'<?xml version="1.0"?>\n<svg xmlns="x"/>', "SVG", "export it as JPEG or PNG"),
    "psd": (b"8BPS\0\1" + bytes(90), "Photoshop", "export it"),
    "pdf": (b"%PDF-1.7\n", "PDF", "export its pages"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript", "export it"),
    "jp2": (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000", "export it"),
    "jxl": (b"\xff\x0a" + bytes(90), "JPEG XL", "export it"),
    "cr2": (b"II*\0\x10\0\0\0CR\2\0" + bytes(90), "RAW", "develop it"),
    "cr3": (boxed(b"crx "), "RAW", "develop it"),
    "dng": (raw((50706, 1)), "RAW", "develop it"),
    "nef": (raw((254, 1)), "RAW", "develop it"),
    "raf": (b"FUJIFILMCCD-RAW 0201" + bytes(90), "RAW", "develop it"),
    "ico": (saved(Image.new("L", (16, 16)), "ICO"), "an icon", "export it"),
    "mp4": (boxed(b"isom"), "a video", ""),
    "html": (b"<!DOCTYPE html><title>404", "a web page", "fetch the picture"),
    "zip": (b"PK\3\4" + bytes(90), "a zip archive", "unpack it"),
    "txt": (b"hello", "of no known picture format", ""),
}


@pytest.mark.parametrize(("data", "name", "remedy"), FOREIGN.values(), ids=FOREIGN)
def test_fault_7_what_is_not_read_is_called_by_its_name(
    data: bytes, name: str, remedy: str
) -> None:
    for reading in (COLOUR, Reading(8, 8, 1)):
        said = reason(data, reading)
        assert name in said
        assert remedy in said


def test_fault_7_also_where_it_hides_behind_another_suffix(tmp_path: Path) -> None:
    files: list[Path] = []
    for number, (data, _, _) in enumerate(FOREIGN.values()):
        files.append(tmp_path / f"{number}.jpg")
        files[-1].write_bytes(data)
    bad = cached_pixels(files, Reading(8, 8, 3)).bad
    assert [name in bad[n] for n, (_, name, _) in enumerate(FOREIGN.values())] == [True] * len(
        files
    )


def test_fault_7_they_are_not_passed_over_in_silence(tmp_path: Path) -> None:
    """A folder of a phone's photographs is no empty folder."""
    for label in "xy":
        (tmp_path / label).mkdir()
        for number in range(2):
            (tmp_path / label / f"{number}.HEIC").write_bytes(boxed(b"heic"))
    found = survey(tmp_path)
    assert sum(map(len, found.train.values())) == 4
    assert {".heic", ".svg", ".psd", ".nef", ".jxl"} <= PICTURE_SUFFIXES


CUTS = {
    "plain": saved(scene(200, 120), "JPEG", quality=90),
    "progressive": saved(scene(200, 120), "JPEG", quality=90, progressive=True),
    "grey": saved(scene(200, 120).convert("L"), "JPEG", quality=90),
}


@pytest.mark.parametrize("whole", CUTS.values(), ids=CUTS)
def test_fault_8_a_jpeg_that_is_cut_off_is_never_half_grey(whole: bytes) -> None:
    for length in range(2, len(whole) - 2, len(whole) // 40):
        for reading in (COLOUR, Reading(16, 16, 1)):  # in full, and decoded at reduced scale
            assert reason(whole[:length], reading)


@pytest.mark.parametrize("reading", [COLOUR, GREY, Reading(16, 16, 3), Reading(120, 200, 1)])
@pytest.mark.parametrize("whole", CUTS.values(), ids=CUTS)
def test_fault_9_a_jpeg_without_its_end_is_refused(whole: bytes, reading: Reading) -> None:
    """Decided, and not left to Pillow: without the mark nobody knows whether rows are missing."""
    assert whole.endswith(b"\xff\xd9")
    read_picture(whole, reading)
    for cut in (whole[:-2], whole[:-1], whole[:-2] + b"\0\0", whole[: len(whole) // 2]):
        assert "cut off" in reason(cut, reading)


def test_fault_9_what_follows_the_end_does_not_matter() -> None:
    whole = CUTS["plain"]
    trailer = np.random.default_rng(0).integers(0, 256, 300_000, np.uint8).tobytes()
    for more in (b"\0" * 100, trailer, whole):
        assert np.array_equal(read_picture(whole + more, COLOUR), read_picture(whole, COLOUR))


WAYS: dict[str, Callable[[Array], bool]] = {
    # the left third is black, the middle grey, the right third white; 90 x 30 into 30 x 30
    "crop": lambda found: (found == 128).all(),
    "squash": lambda found: found[15, 2] < 5 and found[15, 15] == 128 and found[15, 27] > 250,
    "pad": lambda found: (
        (found[:9] == 255).all()
        and (found[21:] == 255).all()
        and found[15, 2] < 5
        and found[15, 15] == 128
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_three_ways_to_bring_a_picture_to_a_size(way: str) -> None:
    wide = np.zeros((30, 90), np.uint8)
    wide[:, 30:60], wide[:, 60:] = 128, 255
    reading = Reading(30, 30, 1, way)
    assert WAYS[way](read_picture(Image.fromarray(wide), reading)[0])
    tall = read_picture(Image.fromarray(wide.T.copy()), reading)[0]
    assert WAYS[way](tall.T)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (3, 2)])
def test_fault_23_extreme_shapes_in_every_way(way: str, size: tuple[int, int]) -> None:
    found = read_picture(saved(Image.new("L", size, 9), "PNG"), Reading(28, 20, 1, way))
    assert found.shape == (1, 28, 20)
    assert 9 in found


@pytest.mark.parametrize("way", WAYS)
def test_a_large_photograph_decoded_small_is_the_same_picture(way: str) -> None:
    """The reduced scale of JPEG may change a level or two, and nothing else."""
    large = scene(40, 30).resize((2000, 1100), Image.Resampling.BICUBIC)
    data = saved(large, "JPEG", quality=95)
    reading = Reading(64, 48, 3, way)
    with Image.open(io.BytesIO(data)) as whole:
        wanted = read_picture(whole, reading).astype(int)
    assert abs(read_picture(data, reading) - wanted).max() <= 3


def test_another_way_is_another_entry_of_the_cache(tmp_path: Path) -> None:
    scene().save(tmp_path / "a.png")
    found = {
        way: cached_pixels([tmp_path / "a.png"], Reading(8, 8, 3, way)).array[0] for way in WAYS
    }
    assert not np.array_equal(found["crop"], found["squash"])
    assert not np.array_equal(found["pad"], found["squash"])


def test_a_way_that_does_not_exist() -> None:
    with pytest.raises(ConfigError, match="resize='crop' or 'squash' or 'pad'"):
        Reading(8, 8, 3, "stretch")
