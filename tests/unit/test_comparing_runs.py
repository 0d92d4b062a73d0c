"""`convscope compare`: settings that differ, results, spreads, a page, refusals."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convscope.cli.main import run as command
from convscope.runs import EpochRow, RunFolder, read_results

pytestmark = pytest.mark.slow  # trains two nets, and draws a page a test

Printed = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two real runs of one epoch that differ in their seed, and the pictures they learnt from."""
    place = tmp_path_factory.mktemp("compared")
    dice = np.random.default_rng(0)
    for label, name in enumerate(["high", "low"]):
        (place / "pictures" / name).mkdir(parents=True)
        for index in range(12):
            pixels = dice.integers(0, 100, (16, 16), dtype=np.uint8)
            pixels[8 * label : 8 * label + 8] += 150
            Image.fromarray(pixels).save(place / "pictures" / name / f"{index}.png")
    words = ["--epochs", "1", "--batch-size", "8", "--arch", "simple_net"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(place / "home"))
        patch.setattr("convscope.recipes.training.reported", lambda run, console: None)
        for seed in (0, 1):
            out = ["--out", str(place / f"out{seed}"), "--seed", str(seed)]
            assert command(["train", str(place / "pictures"), *words, *out]) == 0
            (path,) = (place / f"out{seed}").iterdir()
            path.rename(place / f"seed{seed}")
    return place


@pytest.fixture
def runs(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Copies that a test may change, where it is now."""
    monkeypatch.chdir(tmp_path)
    for name in ("seed0", "seed1"):
        shutil.copytree(kept / name, tmp_path / name)
    return tmp_path / "seed0", tmp_path / "seed1"


def compared(capsys: Printed, *words: object) -> dict[str, object]:
    capsys.readouterr()
    assert command(["compare", *map(str, words), "--json"]) == 0
    told = capsys.readouterr()
    assert not told.err
    return json.loads(told.out)


def changed(path: Path, **entries: object) -> None:
    run = RunFolder.open(path)
    run.save(replace(run.about, **entries))  # pyright: ignore[reportArgumentType]


def test_runs_of_two_seeds_differ_in_the_seed_alone(
    runs: tuple[Path, Path], capsys: Printed
) -> None:
    told = compared(capsys, *runs)
    assert told["differing"] == {"seed": [0, 1]}
    assert not told["other_data"]
    (group,) = told["groups"]  # pyright: ignore[reportGeneralTypeIssues]
    rows: list[EpochRow] = [read_results(run / "results.csv")[0] for run in runs]
    losses = [row.valid_loss for row in rows]
    expected = {"median": sum(losses) / 2, "low": min(losses), "high": max(losses)}
    assert group["spreads"]["valid_loss"] == pytest.approx(expected)
    assert group["is_split_by_seed"]  # there was no valid folder
    for run, row in zip(told["runs"], rows, strict=True):  # pyright: ignore[reportArgumentType]
        assert run["best"]["valid_loss"] == pytest.approx(row.valid_loss)
        assert run["parameters"] > 0
    page = Path("compare.html").read_text()
    assert page.count("<img") == 2
    assert "http" not in page.replace("http-equiv", "")


def test_another_rate_is_no_seed_and_names_are_not_markup(
    runs: tuple[Path, Path], capsys: Printed
) -> None:
    first, second = runs
    second = second.rename(second.parent / "[red]<b>")
    changed(second, settings={**RunFolder.open(second).about.settings, "lr_max": 0.5})
    assert command(["compare", str(first), str(second), "--out", "p.html", "--lang", "pl"]) == 0
    told = capsys.readouterr().out
    assert "lr_max" in told
    assert "[red]<b>" in told
    assert "Mediana" not in told
    page = Path("p.html").read_text()
    assert "[red]&lt;b&gt;" in page
    assert "<b>" not in page
    assert "Przedostatnia warstwa" in page


def test_a_killed_run_other_data_and_no_record_are_told(
    runs: tuple[Path, Path], capsys: Printed
) -> None:
    first, second = runs
    settings = {**RunFolder.open(second).about.settings, "fingerprint": "other", "survey": {}}
    changed(second, status="running", best_epoch=None, best={}, settings=settings, classes=["3"])
    (second / "activations.sqlite").unlink()
    assert command(["compare", str(first), str(second)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "seed1 is lost: its results are those so far" in told
    assert "Other pictures than the first run's: seed1" in told
    assert "median" not in told
    assert "seed1 has no picture here: nothing was recorded" in Path("compare.html").read_text()


def test_damaged_records_are_told_and_the_rest_is_compared(
    runs: tuple[Path, Path], capsys: Printed
) -> None:
    first, second = runs
    (second / "results.csv").write_text("epoch,tra")
    for name in ("activations.sqlite", "steps.sqlite"):
        (second / name).write_bytes(b"no store")
    assert command(["compare", str(first), str(second)]) == 0
    assert "seed1: " in capsys.readouterr().out
    page = Path("compare.html").read_text()
    assert "<p>seed1: " in page
    assert "seed1 has no picture here: " in page
    assert page.count("<img") == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["seed0"], 2, "two runs or more"),
        (["seed0", "./seed0"], 2, "named twice"),
        (["seed0", "."], 1, "not a run folder"),
        (["seed0", "seed1", "--out", "page.txt"], 2, "HTML"),
    ],
)
@pytest.mark.usefixtures("runs")
def test_what_cannot_be_compared(words: list[str], code: int, said: str, capsys: Printed) -> None:
    assert command(["compare", *words]) == code
    assert said in capsys.readouterr().err
    assert not Path("compare.html").exists()
