"""The test side alone, as t10k of MNIST, was refused: as if no class folders were in it."""

import shutil
from pathlib import Path

import pytest

from convscope.errors import LayoutError
from convscope.pictures import survey


@pytest.fixture
def one_side(picture_folder: Path, tmp_path: Path) -> Path:
    picture_folder.rename(tmp_path / "test")
    (tmp_path / "digits").mkdir()
    return (tmp_path / "test").rename(tmp_path / "digits" / "test").parent


@pytest.mark.parametrize("judged", [True, False])
def test_its_class_folders_are_the_classes(one_side: Path, *, judged: bool) -> None:
    found = survey(one_side, judged=judged)
    assert found.classes == ("high", "low", "middle")
    assert sum(map(len, found.train.values())) == 60
    assert found.valid is None
    assert "no validation folder holds pictures: test/ is divided" in found.decisions[0]


def test_a_class_called_test_stays_a_class(one_side: Path) -> None:
    shutil.copytree(one_side / "test" / "high", one_side / "exam")
    assert survey(one_side).classes == ("exam", "test")


def test_two_sides_without_one_to_train_on(one_side: Path) -> None:
    shutil.copytree(one_side / "test", one_side / "valid")
    with pytest.raises(LayoutError, match="nothing to train on beside test/, valid/"):
        survey(one_side)


def test_an_archive_is_called_by_its_name(one_side: Path, tmp_path: Path) -> None:
    shutil.copytree(one_side / "test", one_side / "valid")
    archive = shutil.make_archive(str(tmp_path / "packed"), "zip", one_side)
    with pytest.raises(LayoutError, match=r"no class folders in .*packed\.zip\n"):
        survey(Path(archive))
