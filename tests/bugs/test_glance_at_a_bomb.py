"""One picture whose header claims 900 megapixels stopped a whole `convscope train`.

Pillow raises `DecompressionBombError` as soon as it has opened such a file. It is none of OSError,
ValueError and SyntaxError, which were all that the first look at a folder expected.
"""

import struct
import zlib
from pathlib import Path

from PIL import Image

from convscope.pictures import glance


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_bomb_is_passed_over(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b"")]
    bomb, whole = tmp_path / "bomb.png", tmp_path / "whole.png"
    bomb.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    Image.new("L", (4, 3)).save(whole)
    assert glance([str(bomb), str(whole)]).sizes == (((3, 4), 1),)
