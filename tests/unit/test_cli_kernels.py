"""Kernels on a picture, from the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convscope.cli.main import run
from convscope.conv import KERNELS

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bright square on black, away from the working folder."""
    pixels = np.zeros((20, 30), np.uint8)
    pixels[5:15, 10:20] = 200
    (tmp_path / "data").mkdir()
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Image.fromarray(pixels).save(tmp_path / "data" / "square.png")
    return tmp_path / "data" / "square.png"


def test_picture_kernels_and_maps_are_drawn_where_one_is(picture: Path, capsys: Printed) -> None:
    assert run(["kernels", str(picture), "--kernel", "sobel_x", "top_edge"]) == 0
    said = capsys.readouterr().out
    assert "20 x 30 px (height x width), as grey" in said
    assert "sobel_x: brightness that rises to the right" in said
    assert "  -2   0   2\n" in said
    assert "map 18 x 28: -800 to 800, strongest at row 5, column 8" in said
    assert "source: Sobel" in said
    assert "top_edge: upper edges" in said
    assert "prewitt" not in said
    drawn = Path("kernels_square.png")
    assert f"drawn: {drawn.resolve()}" in said
    with Image.open(drawn) as figure:
        assert figure.size > (600, 300)
    assert [path.name for path in picture.parent.iterdir()] == ["square.png"]


def test_json_is_all_that_is_said(picture: Path, capsys: Printed) -> None:
    words = ["--kernel", "outline", "--kernel", "outline", "--out", "there.png", "--json"]
    assert run(["kernels", str(picture), *words]) == 0
    printed = capsys.readouterr()
    content = json.loads(printed.out)
    assert printed.err == ""
    assert content["file"] == str(Path("there.png").resolve())
    assert content["size"] == content["shown"] == {"height": 20, "width": 30}
    (one,) = content["kernels"]
    assert one["matrix"] == [list(row) for row in KERNELS["outline"].matrix]
    assert one["answers_to"]
    assert (one["map"], one["highest"], one["lowest"]) == ([18, 28], 1000, -600)
    assert Path("there.png").is_file()


@pytest.mark.slow
def test_all_kernels_on_a_large_picture_in_polish_without_torch(picture: Path) -> None:
    Image.new("RGB", (1200, 900), (10, 200, 30)).save(picture.with_name("large.jpg"))
    probe = (
        "import sys; from convscope.cli.main import run; "
        f"code = run(['kernels', {str(picture.with_name('large.jpg'))!r}]); "
        "print('torch' in sys.modules, 'scipy' in sys.modules); sys.exit(code)"
    )
    environment = {**os.environ, "CONVSCOPE_LANG": "pl"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", probe],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert "scaled to 360 x 480 px" in done.stdout
    assert [name for name in KERNELS if f"\n{name}: " not in done.stdout] == []
    assert "krawędzie górne" in done.stdout
    assert done.stdout.endswith("False False\n")


def test_unknown_kernels_get_the_nearest(picture: Path, capsys: Printed) -> None:
    assert run(["kernels", str(picture), "--kernel", "outlne"]) == 2
    assert "try     : 'outline'" in capsys.readouterr().err
    assert not list(Path().iterdir())


def test_what_is_no_picture_is_named(picture: Path, capsys: Printed) -> None:
    rubbish = picture.with_name("rubbish.png")
    rubbish.write_text("<html>")
    for wrong in (rubbish, picture.with_name("missing.png"), picture.parent):
        assert run(["kernels", str(wrong)]) == 1
        assert str(wrong) in capsys.readouterr().err
    assert not list(Path().iterdir())
    assert run(["kernels"]) == 2
    assert "PICTURE" in capsys.readouterr().err


@pytest.mark.parametrize("out", ["x.jpg", "nowhere/x.png", "../data/x.png", "../data/square.png"])
def test_figures_are_written_only_where_they_may(out: str, picture: Path, capsys: Printed) -> None:
    before = picture.read_bytes()
    assert run(["kernels", str(picture), "--out", out]) == 2
    assert "--out kernels_square.png" in capsys.readouterr().err
    assert picture.read_bytes() == before
    assert [path.name for path in picture.parent.iterdir()] == ["square.png"]


def test_in_the_pictures_own_folder_one_may_write(
    picture: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.chdir(picture.parent)
    assert run(["kernels", picture.name, "--kernel", "identity"]) == 0
    assert (picture.parent / "kernels_square.png").is_file()
    assert run(["kernels", picture.name, "--kernel", "identity", "--out", picture.name]) == 2
    assert "it is the picture itself" in capsys.readouterr().err


def test_a_picture_smaller_than_the_kernel(picture: Path, capsys: Printed) -> None:
    Image.new("L", (2, 2)).save(picture.with_name("tiny.png"))
    assert run(["kernels", str(picture.with_name("tiny.png")), "--kernel", "sobel_y"]) == 2
    assert "the window does not fit on the axis" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--json", "--kernel", "outline"], ["--kernel=outline"]])
def test_the_picture_may_come_last(picture: Path, capsys: Printed, words: list[str]) -> None:
    assert run(["kernels", *words, str(picture)]) == 0
    assert "outline" in capsys.readouterr().out
    assert Path("kernels_square.png").is_file()


@pytest.mark.parametrize("words", [[], ["--kernel", "sobel_x"]])
def test_without_a_picture(capsys: Printed, words: list[str]) -> None:
    assert run(["kernels", *words]) == 2
    assert "no picture was named" in capsys.readouterr().err
