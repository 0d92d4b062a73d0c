"""The chapter in a notebook, in plain Python, without a display, extras or a network."""

import os
import subprocess
import sys
import tarfile
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from convscope.errors import DataError
from convscope.pictures import URLs, digits_folder, fetching, untar_data

MISSING = ["pandas", "IPython", "ipykernel", "ipywidgets", "tkinter", "PyQt6"]
BLOCKED = f"import sys; sys.modules.update(dict.fromkeys({MISSING}))"
ASKS = """
try: pd.DataFrame(im3_t[:10, :20])
except Exception as error: print(error)
"""
CELLS = """
from convscope.all import *
from convscope.pictures import digits_folder
path = digits_folder()
im3 = Image.open(path / "train" / "3" / "12.png")
im3_t = tensor(im3)
show_image(im3_t);
dls = DataBlock(
    (ImageBlock(cls=PILImageBW), CategoryBlock),
    get_items=lambda folder: get_image_files(folder)[::10],
    splitter=GrandparentSplitter(),
    get_y=parent_label,
    batch_tfms=Normalize(),
).dataloaders(path)
dls.show_batch()
net = nn.Sequential(nn.Conv2d(1, 4, 3, stride=4), nn.ReLU(), Flatten(), nn.Linear(196, 10))
learn = Learner(dls, net, F.cross_entropy, metrics=accuracy, cbs=ActivationStats(with_hist=True))
learn.fit_one_cycle(1, 0.01)
print(learn.summary())
learn.activation_stats.plot_layer_stats(0)
learn.activation_stats.color_dim(0)
learn.recorder.plot_sched()
plt.gcf().savefig("last.png")
print("figures:", len(plt.get_fignums()))
"""


def script(text: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python there without a display, warnings being errors."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND"}
    }
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", text],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_plain_python_without_display_ipython_and_pandas(tmp_path: Path) -> None:
    """Nothing asks for a window or for what a notebook has; only the table of pixels is missing."""
    ran = script(BLOCKED + CELLS + ASKS, tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "epoch" in ran.stdout
    assert "figures: 5" in ran.stdout
    assert (tmp_path / "last.png").stat().st_size > 5_000
    assert "\x1b" not in ran.stdout
    assert 'pip install "convscope[pandas]"' in ran.stdout


def outputs(cell: Any, kind: str) -> list[Any]:
    return [one for one in cell.outputs if one.output_type == kind]


def images(cell: Any) -> list[str]:
    shown = [*outputs(cell, "display_data"), *outputs(cell, "execute_result")]
    return [one.data["image/png"] for one in shown if "image/png" in one.data]


def said(cell: Any) -> str:
    return "".join(one.text for one in outputs(cell, "stream") if one.name == "stdout")


@pytest.fixture(scope="module")
def notebook(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A notebook that a real kernel has run, a statement a cell."""
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    head, _, rest = CELLS.strip().partition("show_image(im3_t);\n")
    block, _, verbs = rest.partition("dls.show_batch()\n")
    training, _, looks = verbs.partition("print(learn.summary())\n")
    cells = [
        head,
        "show_image(im3_t);",
        block,
        "dls.show_batch();",
        training,
        "learn.summary()",
        *(f"{line};" for line in looks.splitlines()[:3]),
        "learn.lr_find()",
        "pd.DataFrame(im3_t[:10, :20]).style.background_gradient('Greys')",
        "1 + 1",
    ]
    written = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(house))
        patch.delenv("MPLBACKEND", raising=False)
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        place = {"metadata": {"path": str(tmp_path_factory.mktemp("notebook"))}}
        nbclient.NotebookClient(written, timeout=300, resources=place).execute()
    return dict(
        zip(
            ["head", "shown", "block", "batch", "fit", "summary", *"abc", "rate", "pixels"],
            written.cells,
            strict=False,
        )
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the kernel's own libraries
def test_a_notebook_shows_every_picture_once_also_behind_a_semicolon(notebook: Any) -> None:
    for name in ("shown", "batch", *"abc", "rate"):
        assert len(images(notebook[name])) == 1, name
    assert not images(notebook["fit"])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_notebook_prints_a_row_an_epoch_and_no_warning(notebook: Any) -> None:
    header, row = said(notebook["fit"]).splitlines()
    assert header.split() == ["epoch", "train_loss", "valid_loss", "accuracy", "time"]
    assert row.split()[0] == "0"
    for cell in notebook.values():
        assert not [one for one in outputs(cell, "stream") if "Warning" in one.text]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_notebook_shows_tables(notebook: Any) -> None:
    (summary,) = outputs(notebook["summary"], "execute_result")
    assert "<table>" in summary.data["text/html"]
    (found,) = outputs(notebook["rate"], "execute_result")
    assert len(found.data["text/plain"]) < 60  # not the whole curve
    (pixels,) = outputs(notebook["pixels"], "execute_result")
    assert "background-color" in pixels.data["text/html"]


# Archives


def packed(folder: Path, source: Path) -> Path:
    folder.mkdir(exist_ok=True)
    target = folder / "mnist_png.tgz"
    with tarfile.open(target, "w:gz") as archive:
        archive.add(source / "valid" / "3", "mnist_png/testing/3")
    return target


def test_half_an_archive_is_told_and_leaves_nothing_half(
    digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    archive = packed(tmp_path, digits)
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="cut off") as refusal:
        untar_data(URLs.MNIST)
    assert str(archive) in str(refusal.value)
    assert [*(tmp_path / "data").iterdir()] == []
    archive.write_bytes(whole)
    assert len([*(untar_data(URLs.MNIST) / "testing" / "3").iterdir()]) == 100


def test_no_network_and_no_archive_says_where_to_put_it_and_what_is_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setattr(urllib.request, "_opener", None)  # it remembers proxies
    monkeypatch.setattr(fetching, "PAUSE_SECONDS", 0.0)
    with pytest.raises(DataError, match="cannot download") as refusal:
        untar_data(URLs.MNIST_SAMPLE)
    message = str(refusal.value)
    assert f"place the archive at {tmp_path / 'mnist_sample.tgz'}" in message
    assert "digits_folder()" in message
    assert "convscope demo" in message


def test_the_digits_that_are_offered_are_there() -> None:
    folder = digits_folder()
    assert len([*(folder / "valid" / "7").iterdir()]) == 100
