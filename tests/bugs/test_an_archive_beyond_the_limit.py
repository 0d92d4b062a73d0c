"""An archive larger than the cache may hold was called broken, with the bytes that were left."""

import shutil
from pathlib import Path

import pytest

from convscope.errors import DataError
from convscope.pictures import survey


@pytest.mark.parametrize("kind", ["zip", "gztar", "tar"])
def test_the_limit_is_the_reason(kind: str, picture_folder: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "packed"), kind, picture_folder)
    with pytest.raises(DataError) as caught:
        survey(Path(archive), limit_bytes=1000)
    assert str(caught.value) == (
        "this archive unpacks to more than 1.0 kB\n"
        f"  archive : {archive}\n"
        "  because : the cache may take no more\n"
        "  try     : a larger --cache-limit"
    )
