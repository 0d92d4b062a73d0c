"""The digits in the package are the real ones, and unpack whole."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convscope.errors import DataError
from convscope.pictures import Reading, digits, digits_folder, read_picture, survey


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten of each instead of 500, so that a test takes no time."""
    some = digits.embedded_digits()[:, :10]
    monkeypatch.setattr(digits, "embedded_digits", lambda: some)
    monkeypatch.setattr(digits, "EACH", 10)
    monkeypatch.setattr(digits, "TRAIN_EACH", 8)


def test_there_are_500_of_each_and_no_two_alike() -> None:
    pixels = digits.embedded_digits()
    assert pixels.shape == (10, 500, 28, 28)
    assert len(np.unique(pixels.reshape(5000, -1), axis=0)) == 5000


@pytest.mark.slow
def test_all_unpack_as_anybodys_folder() -> None:
    folder = digits_folder()
    found = survey(folder)
    assert found.train.keys() == {str(digit) for digit in range(10)}
    assert {len(files) for files in found.train.values()} == {400}
    assert found.valid is not None
    assert {len(files) for files in found.valid.values()} == {100}
    assert found.ignored == ()
    chapter = read_picture(folder / "train" / "3" / "12.png", Reading(None, None, 1))
    assert (chapter.sum(), np.count_nonzero(chapter)) == (35_761, 201)


@pytest.mark.usefixtures("few")
def test_unpacked_once(home: Path) -> None:
    first = digits_folder() / "train" / "0" / "0.png"
    time = first.stat().st_mtime_ns
    assert digits_folder() == home / "digits"
    assert first.stat().st_mtime_ns == time
    assert [path.name for path in home.iterdir()] == ["digits"]
    with Image.open(first) as opened:
        assert np.array_equal(np.asarray(opened), digits.embedded_digits()[0, 0])


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"")])
def test_repaired_when_something_is_missing_or_empty(damage: Callable[[Path], object]) -> None:
    folder = digits_folder()
    damage(folder / "train" / "3" / "7.png")
    digits_folder()
    assert len([*folder.rglob("*.png")]) == 100
    assert all(path.stat().st_size for path in folder.rglob("*.png"))


@pytest.mark.usefixtures("few")
def test_nowhere_to_unpack(home: Path) -> None:
    home.write_text("a file where a folder should be")
    with pytest.raises(DataError, match="CONVSCOPE_HOME"):
        digits_folder()


@pytest.mark.slow
def test_two_processes_unpack_at_once() -> None:
    script = "from convscope.pictures import digits_folder; digits_folder()"
    both = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert len([*digits_folder().rglob("*.png")]) == 5000
