"""The chapter's own sample, from archive to pixels (needs CONVSCOPE_DATA)."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from convscope.pictures import Reading, URLs, cached_pixels, read_picture, survey, untar_data

ARCHIVES = os.environ.get("CONVSCOPE_DATA", "")


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.skipif(not ARCHIVES, reason="CONVSCOPE_DATA names no folder of archives")
def test_the_sample_from_a_placed_archive_to_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    (tmp_path / "archive").mkdir()
    shutil.copy(Path(ARCHIVES) / "mnist_sample.tgz", tmp_path / "archive")
    folder = untar_data(URLs.MNIST_SAMPLE)
    found = survey(folder)
    assert found.valid is not None
    assert {name: len(files) for name, files in found.train.items()} == {"3": 6131, "7": 6265}
    assert {name: len(files) for name, files in found.valid.items()} == {"3": 1010, "7": 1028}
    digit = read_picture(folder / "train" / "3" / "12.png", Reading(None, None, 1))
    assert (digit.sum(), np.count_nonzero(digit)) == (35_761, 201)
    files = found.train["3"]
    pixels = cached_pixels(files, Reading(None, None, 1))
    assert np.array_equal(pixels.array[files.index(str(folder / "train/3/12.png"))], digit)
    assert cached_pixels(files, Reading(None, None, 1)).warm
