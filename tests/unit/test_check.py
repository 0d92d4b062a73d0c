"""`convscope check` on sets that were made so that the answer is known."""

import csv
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convscope.cli.main import run
from convscope.pictures import Path as DataPath
from convscope.pictures import cached_pixels

Printed = pytest.CaptureFixture[str]
Check = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture
def check(capsys: Printed) -> Check:
    """Check a folder: the exit code, and what JSON says."""

    def checked(folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = run(["check", str(folder), "--json", *words])
        printed = capsys.readouterr()
        return code, json.loads(printed.out) if printed.out else {"said": printed.err}

    return checked


def picture(seed: int) -> Image.Image:
    dice = np.random.default_rng(seed)
    rough = Image.fromarray(dice.integers(0, 256, (6, 6), dtype=np.uint8))
    return rough.resize((32, 32), Image.Resampling.BICUBIC)


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """Train and valid, two classes, and one of every harm that pictures can do."""
    root = tmp_path / "pets"
    for side in ("train", "valid"):
        for label, name in enumerate(("cat", "dog")):
            (root / side / name).mkdir(parents=True)
            for index in range(12):
                seed = 1000 * (side == "valid") + 100 * label + index
                picture(seed).save(root / side / name / f"{index}.png")
    cat, dog = root / "train" / "cat", root / "train" / "dog"
    shutil.copy(cat / "0.png", root / "valid" / "cat" / "leak.png")
    picture(1).save(root / "valid" / "cat" / "leak-in-pixels.png", compress_level=1)
    shutil.copy(cat / "2.png", dog / "cat or dog.png")
    shutil.copy(cat / "3.png", cat / "again.png")
    picture(104).resize((48, 48), Image.Resampling.BICUBIC).save(dog / "stored anew.png")
    picture(105).transpose(Image.Transpose.ROTATE_90).save(dog / "turned.png")
    Image.new("L", (32, 32), 7).save(dog / "blank.png")
    (dog / "broken.png").write_bytes(b"<html>")
    (root / "train" / ".ipynb_checkpoints").mkdir()
    return root


def severities(content: dict[str, Any]) -> dict[str, str]:
    return {one["key"]: one["severity"] for one in content["findings"] if one["severity"] != "fine"}


def members(content: dict[str, Any], key: str) -> list[list[str]]:
    (finding,) = [one for one in content["findings"] if one["key"] == key]
    return [
        ["/".join((one["side"], one["class"], Path(one["file"]).stem)) for one in group]
        for group in finding["groups"]
    ]


def files_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_one_of_each_is_no_plural(tmp_path: Path, capsys: Printed) -> None:
    (tmp_path / "pets" / "cat").mkdir(parents=True)
    picture(0).save(tmp_path / "pets" / "cat" / "0.png")
    assert run(["check", str(tmp_path / "pets")]) == 1  # one class is none to train on
    assert f"{tmp_path / 'pets'}: 1 picture, 1 class\n" in capsys.readouterr().out


@pytest.mark.slow
def test_every_planted_harm_is_found_and_drawn(planted: Path, check: Check) -> None:
    before = files_of(planted)
    code, content = check(planted)
    assert code == 0
    assert severities(content) == {
        "leak": "serious",
        "two_labels": "serious",
        "broken": "look",
        "twice": "look",
        "near": "look",
        "blank": "look",
    }
    assert members(content, "leak") == [
        ["train/cat/0", "valid/cat/leak"],
        ["train/cat/1", "valid/cat/leak-in-pixels"],
    ]
    assert members(content, "two_labels") == [["train/cat/2", "train/dog/cat or dog"]]
    assert members(content, "twice") == [["train/cat/3", "train/cat/again"]]
    assert members(content, "near") == [["train/dog/4", "train/dog/stored anew"]]
    assert members(content, "blank") == [["train/dog/blank"]]
    assert content["pictures"] == 56
    assert content["plan"]["settings"]["channels"] == 1
    assert content["plan"]["seconds"] > 0
    assert "turned, mirrored" in content["not_looked_for"][0]
    assert files_of(planted) == before, "nothing is written among the pictures"

    drawn = {path.name for path in Path("check-pets").iterdir()}
    sheets = {f"{key}.png" for key in severities(content) if key != "broken"}
    assert drawn == {*sheets, "overview.png", "findings.json", "findings.csv"}
    assert json.loads(Path("check-pets/findings.json").read_text()) == content
    with Path("check-pets/findings.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    for key in ("leak", "two_labels", "twice", "near", "blank"):
        groups: dict[str, list[str]] = {}
        for row in rows:
            if row["finding"] == key:
                name = "/".join((row["side"], row["class"], Path(row["file"]).stem))
                groups.setdefault(row["group"], []).append(name)
        assert [*groups.values()] == members(content, key)
        assert {Path(row["file"]).exists() for row in rows} == {True}
    (advice,) = [one["advice"] for one in content["findings"] if one["key"] == "twice"]
    assert advice.endswith("Delete 1 copy.")
    for name in drawn - {"findings.json", "findings.csv"}:
        with Image.open(Path("check-pets") / name) as sheet:
            assert sheet.size > (200, 200)


@pytest.mark.slow
def test_the_training_to_come_finds_the_pictures_decoded(
    planted: Path, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm: list[bool] = []

    def noted(*args: Any, **named: Any) -> Any:
        warm.append((found := cached_pixels(*args, **named)).warm)
        return found

    monkeypatch.setattr("convscope.recipes.inspecting.cached_pixels", noted)
    check(planted)
    assert warm == [True], "a check decodes once, in the order of a training"
    monkeypatch.setattr("convscope.data.datablock.cached_pixels", noted)
    assert run(["train", str(planted), "--dry-run"]) == 0
    assert warm == [True, True]


@pytest.mark.slow
def test_pictures_beyond_the_cache_are_told_of_alike(
    planted: Path, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decoded again for each look, and found to be the same."""
    _, whole = check(planted, "--out", "checked")
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "empty"))
    monkeypatch.setenv("CONVSCOPE_CACHE_LIMIT", "1kB")
    _, streamed = check(planted, "--out", "checked")
    assert "decoded again in every epoch" in " ".join(streamed["plan"]["notes"])
    assert streamed["findings"] == whole["findings"]


@pytest.mark.slow
def test_what_people_read(planted: Path, capsys: Printed) -> None:
    assert run(["check", str(planted), "--out", "seen"]) == 0
    said = capsys.readouterr().out
    for line in (
        "serious\n",
        "  the same picture on both sides of the split: 2 (1 of them equal byte for byte",
        "Of the pictures to judge by, 2 of 26 (7.7%) are known by heart",
        "worth a look\n",
        "broken.png: ",
        "fine\n",
        "not looked for: copies that were turned",
        "convscope train would take about",
        "size 96 x 96 px: their sizes differ",
        "pictures: seen\n",
        "  leak.png",
    ):
        assert line in said
    assert not Path("check-pets").exists()


@pytest.mark.slow
def test_pictures_of_an_earlier_check_go(planted: Path, check: Check) -> None:
    check(planted)
    Path("check-pets/notes.txt").write_text("mine")
    for name in ("leak.png", "leak-in-pixels.png"):
        (planted / "valid" / "cat" / name).unlink()
    check(planted)
    drawn = {path.name for path in Path("check-pets").iterdir()}
    assert "leak.png" not in drawn
    assert {"near.png", "notes.txt"} <= drawn


def test_nothing_is_written_among_the_pictures(
    planted: Path, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_of(planted)
    monkeypatch.chdir(planted)
    code, content = check(Path())
    assert code == 2
    assert "--out ../check-pets" in content["said"]
    assert check(planted, "--out", str(planted / "train" / "found"))[0] == 2
    assert files_of(planted) == before


def test_a_flat_folder_is_divided_by_chance(picture_folder: Path, check: Check) -> None:
    shutil.copy(picture_folder / "low" / "0.png", picture_folder / "low" / "copy.png")
    code, content = check(picture_folder)
    assert code == 0
    assert severities(content) == {"twice": "look"}
    assert members(content, "twice") == [["/low/0", "/low/copy"]]


def test_an_empty_folder_and_none(tmp_path: Path, check: Check) -> None:
    (tmp_path / "empty").mkdir()
    code, content = check(tmp_path / "empty")
    assert (code, "no pictures in" in content["said"]) == (2, True)
    code, content = check(tmp_path / "none")
    assert (code, "no folder of pictures" in content["said"]) == (2, True)
    assert list(Path().iterdir()) == []


def test_one_class_is_looked_at_though_it_cannot_be_trained(
    picture_folder: Path, check: Check
) -> None:
    for name in ("high", "middle"):
        shutil.rmtree(picture_folder / name)
    shutil.copy(picture_folder / "low" / "0.png", picture_folder / "low" / "copy.png")
    code, content = check(picture_folder)
    assert code == 1
    assert content["can_be_trained"] is False
    assert content["plan"] is None
    assert severities(content) == {"refused": "serious", "twice": "look"}
    assert "only one class of pictures" in content["findings"][0]["headline"]


@pytest.mark.slow
def test_a_class_that_one_side_lacks(planted: Path, check: Check) -> None:
    shutil.rmtree(planted / "valid" / "dog")
    code, content = check(planted)
    assert code == 1
    refusal, *_ = content["findings"]
    assert "do not hold the same classes" in refusal["headline"]
    assert "'dog'" in "".join(refusal["notes"])
    assert members(content, "leak")[0] == ["train/cat/0", "valid/cat/leak"]


def test_broken_files_everywhere(picture_folder: Path, check: Check) -> None:
    for file in picture_folder.rglob("*.png"):
        file.write_bytes(b"<html>")
    code, content = check(picture_folder)
    assert code == 1
    assert severities(content) == {"refused": "serious", "broken": "serious", "few": "look"}
    assert "60 of 60 (100.0%)" in json.dumps(content["findings"])


@pytest.mark.slow
def test_names_that_are_no_text(planted: Path, check: Check, capsys: Printed) -> None:
    odd = os.fsencode(planted / "train" / "dog") + b"/\xff$x_{1}$[bold]\n.png"
    Path(os.fsdecode(odd)).write_bytes((planted / "train" / "dog" / "0.png").read_bytes())
    code, content = check(planted)
    assert code == 0
    (group,) = [group for group in members(content, "twice") if "train/dog/0" in group]
    assert len(group) == 2
    assert run(["check", str(planted)]) == 0


@pytest.fixture
def archive(tmp_path: Path) -> Callable[[str], Path]:
    """Unpack a real data set, or skip."""

    def unpacked(name: str) -> Path:
        place = os.environ.get("CONVSCOPE_DATA", "")
        if not (source := Path(place) / f"{name}.tgz").exists() or not place:
            pytest.skip("CONVSCOPE_DATA does not name a folder with it")
        with tarfile.open(source) as packed:
            packed.extractall(tmp_path / "data", filter="data")
        return DataPath(tmp_path / "data" / name)

    return unpacked


@pytest.mark.data
def test_among_ants_and_bees_is_a_picture_that_could_not_be_found(
    archive: Callable[[str], Path], check: Check
) -> None:
    code, content = check(archive("ants_bees"))
    assert code == 0
    assert severities(content) == {"long": "look", "rare": "look"}
    assert members(content, "rare") == [["train/ants/imageNotFound"]]


@pytest.mark.data
@pytest.mark.slow
def test_seventy_thousand_digits_and_not_one_false_alarm(
    archive: Callable[[str], Path], check: Check
) -> None:
    code, content = check(archive("mnist_png"))
    assert code == 0
    assert severities(content) == {}
