"""`convscope trace`: text, JSON and drawing of one number; wrong use is answered."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convscope.cli.main import run


@pytest.fixture
def digit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    Image.fromarray(pixels).save("digit.png")
    return Path("digit.png")


def test_the_text_and_the_drawing(digit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["trace", "simple_cnn", str(digit), "--layer", "1", "--cell", "0,3", "--depth", "2"]
    assert run(words) == 0
    text = capsys.readouterr().out
    assert "(the largest at this cell), cell (0, 3)" in text
    assert "input, 28 x 28: rows 0 to 4, columns 8 to 16 (exact)" in text
    assert "as the net sees it" in text
    assert Path("trace_digit.png").read_bytes()[1:4] == b"PNG"


def test_json_holds_every_term(digit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["trace", "simple_cnn", str(digit), "--layer", "0", "--cell", "5,5", "--channel", "2"]
    assert run([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (step,) = found["steps"]
    assert (found["channel"], found["is_strongest"], len(step["terms"])) == (2, False, 25)
    total = sum(term["product"] for term in step["terms"]) + step["bias"]
    assert total == pytest.approx(found["value"], abs=1e-5)
    pixels = np.asarray(Image.open(digit))
    for term in step["terms"]:
        assert term["pixel"] == pixels[tuple(term["cell"][2:])]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--layer", "9", "--cell", "0,0"], "there is no layer 9"),
        (["--layer=--9", "--cell", "0,0"], "there is no layer '--9'"),
        (["--layer", "0", "--cell", "14,0"], "cell (0 to 13, 0 to 13)"),
        (["--layer", "0", "--cell", "a,0"], "this is no cell"),
        (["--layer", "0", "--cell", "0,0", "--depth", "0"], "no layer would be shown"),
    ],
)
def test_wrong_use(
    words: list[str], said: str, digit: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["trace", "simple_cnn", str(digit), *words]) == 2
    assert said in capsys.readouterr().err
