"""Small files that promise large pictures cost neither time nor memory."""

import io
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convscope.errors import DataError
from convscope.pictures import Reading, cached_pixels, read_picture

MOST_MEGABYTES, MOST_SECONDS = 200, 1.0


def chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def png(width: int, height: int, *between: bytes, depth: int = 1) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    body = zlib.compress(bytes(min(height * (width * depth // 8 + 1), 2**24)))
    parts = [chunk(b"IHDR", header), *between, chunk(b"IDAT", body), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def tiff(side: int) -> bytes:
    tags = [(256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    tags += [(273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, side), (279, 4, 1, side * side % 2**32)]
    head = b"II*\0" + struct.pack("<IH", 8, len(tags))
    return head + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)


def gif(side: int) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (1, 1)).save(stream, "GIF")
    return stream.getvalue()[:6] + struct.pack("<HH", side, side) + stream.getvalue()[10:]


ZEROS = zlib.compress(bytes(300 * 2**20))
BOMBS = {
    "900 megapixels": png(30_000, 30_000),
    "100 megapixels of one bit": png(10_000, 10_000),
    "text": png(8, 8, chunk(b"zTXt", b"note\0\0" + ZEROS), depth=8),
    "international text": png(8, 8, chunk(b"iTXt", b"note\0\1\0\0\0" + ZEROS), depth=8),
    "colour profile": png(8, 8, chunk(b"iCCP", b"name\0\0" + ZEROS), depth=8),
    "gif": gif(65_535),
    "bmp": b"BM" + struct.pack("<IIIIiiHHIIiiII", 60, 0, 54, 40, 60_000, 60_000, 1, 1, *(0,) * 6),
    "tiff": tiff(60_000),
    "ppm": b"P6 60000 60000 255\n" + bytes(90),
}

SCRIPT = """
import json, resource, sys, time
from convscope.errors import DataError
from convscope.pictures import Reading, read_picture
from pathlib import Path
read_picture(Path(sys.argv[2]), Reading(8, 8, 3))  # whatever is loaded once
before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
try:
    read_picture(Path(sys.argv[1]), Reading(8, 8, 3))
    said = ""
except DataError as error:
    said = str(error)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([grown / 1024, time.process_time() - start, said]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="counts kilobytes as Linux does")
@pytest.mark.parametrize("name", BOMBS)
def test_fault_20_21_22_bombs_cost_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "bomb").write_bytes(BOMBS[name])
    (tmp_path / "sound").write_bytes(png(8, 8, depth=8))
    words = [sys.executable, "-c", SCRIPT, tmp_path / "bomb", tmp_path / "sound"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    megabytes, seconds, said = json.loads(done.stdout)
    assert megabytes < MOST_MEGABYTES
    assert seconds < MOST_SECONDS
    if "pixels" in name or name in {"gif", "bmp", "tiff", "ppm"}:
        assert "pixels" in said


def test_fault_20_bombs_among_others_are_left_out(tmp_path: Path) -> None:
    files = [tmp_path / "bomb.png", tmp_path / "sound.png"]
    files[0].write_bytes(BOMBS["100 megapixels of one bit"])
    files[1].write_bytes(png(8, 8, depth=8))
    pixels = cached_pixels(files, Reading(8, 8, 1))
    assert pixels.bad == {0: "10000 x 10000 px, more than 64 megapixels"}
    assert np.array_equal(pixels.array[1], np.zeros((1, 8, 8)))


def test_the_largest_picture_that_is_read() -> None:
    assert read_picture(png(8000, 8000), Reading(8, 8, 1)).shape == (1, 8, 8)
    with pytest.raises(DataError, match="more than 64 megapixels"):
        read_picture(png(8000, 8001), Reading(8, 8, 1))
