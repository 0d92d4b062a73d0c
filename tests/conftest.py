"""What several test files need: small data, small nets, a home of their own."""

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import settings
from PIL import Image
from torch import nn

from convscope.cli.main import run
from convscope.train import Learner, Splits

collect_ignore = ["chapter/the_cells.py"]  # a script; a test runs it

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in whatever a shell starts with &
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the tests' own processes inherit it

torch.set_num_threads(1)  # nets this small are slower with more

settings.register_profile("same", derandomize=True, deadline=None)  # a gate asks the same each time
settings.register_profile("hunt", deadline=None)  # new examples: pytest --hypothesis-profile=hunt
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a file of tests/golden; `--update-golden` writes the file."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.write_text(text + "\n")
        assert text + "\n" == path.read_text()

    return compare


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the real cache."""
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def with_report() -> None:
    """Ask for the page that a training ends with."""


@pytest.fixture(autouse=True)
def _without_report(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing a page takes seconds: in tests a training that does not ask for it has none."""
    if "with_report" not in request.fixturenames:
        monkeypatch.setattr("convscope.recipes.training.reported", lambda run, console: None)


@pytest.fixture(autouse=True)
def _figures_closed() -> Iterator[None]:
    """Figures of pyplot stay open until they are closed; twenty make it warn."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def small_net() -> nn.Sequential:
    """A net with everything that has a state of its own: BatchNorm's averages, dropout's dice."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(36, 3),
    )


def small_batches(count: int = 5, size: int = 8) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Pictures whose brightest third tells the class: 3 classes, 8 x 8 px."""
    dice = torch.Generator().manual_seed(1)
    batches: list[tuple[torch.Tensor, torch.Tensor]] = []
    for _ in range(count):
        labels = torch.randint(0, 3, (size,), generator=dice)
        images = torch.rand(size, 1, 8, 8, generator=dice)
        for image, label in zip(images, labels, strict=True):
            image[0, 3 * int(label) : 3 * int(label) + 2] += 2.0
        batches.append((images, labels))
    return batches


@pytest.fixture
def make_learner() -> Callable[..., Learner]:
    """Build a quiet Learner on five batches of eight pictures, the same at every call."""

    def build(**settings: object) -> Learner:
        torch.manual_seed(0)
        batches = small_batches()
        dls = Splits(train=batches, valid=batches[:2])
        return Learner(dls, small_net(), quiet=True, **settings)  # pyright: ignore[reportArgumentType]

    return build


@pytest.fixture
def picture_folder(tmp_path: Path) -> Path:
    """Three flat classes of 20 grey PNG files, 16 x 16 px: the bright third tells which."""
    root = tmp_path / "pictures"
    dice = np.random.default_rng(0)
    for label, name in enumerate(["high", "middle", "low"]):
        (root / name).mkdir(parents=True)
        for index in range(20):
            pixels = dice.integers(0, 100, (16, 16), dtype=np.uint8)
            pixels[5 * label : 5 * label + 5] += 150
            Image.fromarray(pixels).save(root / name / f"{index}.png")
    return root


@pytest.fixture
def small_run(picture_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a run of one epoch on the picture folder, in `runs` where the test is now."""
    monkeypatch.chdir(tmp_path)
    words = ["--epochs", "1", "--batch-size", "16", "--arch", "simple_net"]
    assert run(["train", str(picture_folder), *words]) == 0
    (path,) = (tmp_path / "runs").iterdir()
    return path
