"""Whatever bytes come, a picture or an archive is read or refused: nothing else happens."""

import gzip
import io
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from convscope.errors import DataError
from convscope.pictures import Reading, read_picture
from convscope.pictures.unpacking import Caps, unpack

FORMS = ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "AVIF"]
READING = Reading(6, 5, 3)


def picture(form: str) -> bytes:
    stream = io.BytesIO()
    pixels = (np.indices((9, 11)).sum(0) * 12).astype(np.uint8)
    Image.fromarray(pixels).convert("RGB").save(stream, form)
    return stream.getvalue()


def archive() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in ("set/train/ü.png", "set/" + "long" * 40):
            info = tarfile.TarInfo(name)
            info.size = 5
            tar.addfile(info, io.BytesIO(b"hello"))
    return stream.getvalue()


PICTURES = {form: picture(form) for form in FORMS}
ARCHIVE = archive()[: 512 * 9]


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Overwrite a few places, then perhaps cut the end off."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(1, len(data)))] if draw(st.booleans()) else data)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_picture_is_read_or_refused(form: str, data: st.DataObject) -> None:
    try:
        found = read_picture(data.draw(damaged(PICTURES[form])), READING)
    except DataError:
        return
    assert (found.shape, found.dtype) == ((3, 6, 5), np.uint8)


@settings(max_examples=150, deadline=None)
@given(damaged(ARCHIVE))
def test_a_damaged_archive_writes_nothing_outside(tar: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        root.mkdir()
        (root / "set.tgz").write_bytes(gzip.compress(tar, 1))
        try:
            unpack(root / "set.tgz", root / "out", lambda _done, _of: None, caps=Caps(members=9))
        except DataError:
            pass
        else:
            assert not any(path.is_symlink() for path in root.rglob("*"))
        assert {path.name for path in Path(folder).iterdir()} == {"root"}
        assert {path.name for path in root.iterdir()} <= {"set.tgz", "out"}
