"""A folder with one of everything that goes wrong, met as a stranger meets it."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BROKEN_NAMES = {
    *("bomb.png", "cut.jpg", "cut.png", "document.jpg", "drawing.svg", "empty.png", "flipped.png"),
    *("hidden phone.jpg", "layers.psd", "page.jpg", "phone.heic", "print.eps", "real numbers.tif"),
    *("wide bomb.png", "without end.jpg"),
}


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    folder = tmp_path_factory.mktemp("nasty") / "folder"
    script = ROOT / "scripts" / "make_nasty_folder.py"
    made = subprocess.run(
        [sys.executable, script, folder], check=True, capture_output=True, text=True
    )
    return folder, json.loads(made.stdout)


def convscope(*words: object) -> subprocess.CompletedProcess[str]:
    code = "import sys; from convscope.cli import main; main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def contents(folder: Path) -> set[tuple[str, int, int]]:
    found = [(path, path.lstat()) for path in folder.rglob("*")]
    return {(str(path), status.st_size, status.st_mtime_ns) for path, status in found}


FAST = ("--epochs", 1, "--size", 16, "--arch", "simple_net", "--batch-size", 64, "--lr-max", 0.01)


@pytest.mark.slow
def test_a_stranger_trains_on_it(nasty: tuple[Path, dict[str, int]], tmp_path: Path) -> None:
    folder, made = nasty
    before = contents(folder)
    done = convscope("train", folder, *FAST, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert contents(folder) == before, "nothing is ever written to the user's folder"
    for said in (
        "trained on train/, validated on valid/",
        "left out, hidden: 5",
        "left out, neither file nor folder: 2",
        "left out, symbolic link: 3",
        "train/nothing in it/ holds no pictures: left out",
        "files cannot be read and are left out",
        "1 of 121 pictures to validate with are among those to train with",
    ):
        assert said in done.stdout, said
    (run,) = [path.parent for path in tmp_path.glob("*/run.json")]
    with (run / "skipped.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    unreadable = {
        Path(row["path"]).name: row["reason"] for row in rows if row["what"] == "unreadable"
    }
    assert set(unreadable) >= BROKEN_NAMES
    assert len(BROKEN_NAMES) == made["broken"]
    assert len(unreadable) - len(BROKEN_NAMES) <= 2, "what is locked cannot be read by everybody"
    assert all(unreadable.values())
    about = json.loads((run / "run.json").read_text())
    assert about["classes"] == ["daisy", "rose"]
    assert about["settings"]["survey"]["train"]["daisy"] >= 300 + made["odd"] // 2


@pytest.mark.slow
def test_it_stops_above_max_bad_and_names_the_option(
    nasty: tuple[Path, dict[str, int]], tmp_path: Path
) -> None:
    done = convscope("train", nasty[0], *FAST, "--out", tmp_path, "--max-bad", 0.01)
    assert done.returncode == 1
    assert "too many of the pictures cannot be read" in done.stderr
    assert "allow more: --max-bad 0.03" in done.stderr
    assert not [*tmp_path.iterdir()]


@pytest.mark.slow
def test_strictly_it_stops_at_once(nasty: tuple[Path, dict[str, int]], tmp_path: Path) -> None:
    done = convscope("train", nasty[0], *FAST, "--out", tmp_path, "--strict")
    assert done.returncode == 2
    assert "without pictures : train/nothing in it" in done.stderr
    (nasty[0] / "train" / "nothing in it").rmdir()
    try:
        done = convscope("train", nasty[0], *FAST, "--out", tmp_path, "--strict")
    finally:
        (nasty[0] / "train" / "nothing in it").mkdir()
    assert done.returncode == 1
    assert "a picture cannot be read" in done.stderr
    assert "/train/rose/" in done.stderr
    assert not [*tmp_path.iterdir()]
