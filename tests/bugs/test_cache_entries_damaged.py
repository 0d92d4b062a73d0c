"""An empty file in the cache of decoded pictures ended every later command in a traceback.

NumPy raises EOFError for it, which is neither OSError nor ValueError; an index that is sound JSON
but no object raised TypeError. A damaged entry is to be made again.
"""

from pathlib import Path

import pytest
from PIL import Image

from convscope.pictures import Reading, cached_pixels, home


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pixels.npy", b""),
        ("hashes.npy", b""),
        ("pixels.npy", b"\x93NUMPY"),
        ("index.json", b""),
        ("index.json", b"[]"),
        ("index.json", b'{"bad": 3}'),
        ("index.json", b'{"bad": [["x", "y"]]}'),
        ("index.json", b"\xff"),
    ],
)
def test_they_are_made_again(tmp_path: Path, name: str, content: bytes) -> None:
    Image.new("L", (3, 2), 9).save(tmp_path / "a.png")
    cached_pixels([tmp_path / "a.png"], Reading(None, None, 1))
    (entry,) = (home() / "cache").iterdir()
    (entry / name).write_bytes(content)
    again = cached_pixels([tmp_path / "a.png"], Reading(None, None, 1))
    assert not again.warm
    assert again.array[0].max() == 9
    assert cached_pixels([tmp_path / "a.png"], Reading(None, None, 1)).warm
