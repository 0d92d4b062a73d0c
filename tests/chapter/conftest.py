"""Data that the chapter's tests share: decoded once."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from convscope.all import DataLoaders, plt
from convscope.data import URLs, untar_data
from convscope.pictures import digits_folder
from tests.chapter.parts import loaders


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for all of the chapter, with the archives in it where there are any."""
    home = tmp_path_factory.mktemp("chapter")
    if "CONVSCOPE_DATA" in os.environ:
        for name in ("mnist_sample.tgz", "mnist_png.tgz"):
            shutil.copy(Path(os.environ["CONVSCOPE_DATA"]) / name, home)
    return home


@pytest.fixture(autouse=True)
def one_house(house: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Decode for all of the chapter once; leave no figure open."""
    monkeypatch.setenv("CONVSCOPE_HOME", str(house))
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def digits(house: Path) -> Path:
    """The folder of the embedded digits: train/0..9, valid/0..9."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(house))
        return digits_folder()


@pytest.fixture(scope="session")
def ten(digits: Path, house: Path) -> DataLoaders:
    """The embedded digits in batches of 64, normalised."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(house))
        return loaders(digits)


@pytest.fixture(scope="session")
def sample(house: Path) -> DataLoaders:
    """The chapter's sample of threes and sevens."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(house))
        return loaders(untar_data(URLs.MNIST_SAMPLE))


@pytest.fixture(scope="session")
def mnist(house: Path) -> DataLoaders:
    """All of MNIST in batches of 64."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(house))
        return loaders(untar_data(URLs.MNIST), 64, "training", "testing")
