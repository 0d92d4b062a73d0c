"""`convscope predict`: every picture gets its answer, in order, as training would have seen it."""

import csv
import json
import os
import shutil
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from PIL import Image

from convscope.cli.main import run as command
from convscope.pictures import cached_pixels, get_image_files
from convscope.recipes import NOT_SURE, load_trained, predict, predicting
from convscope.runs import RunFolder
from tests.made_runs import CLASSES, made_run, preparation

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def made(tmp_path: Path, picture_folder: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    monkeypatch.chdir(tmp_path)
    return made_run(tmp_path / "runs", picture_folder)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def by_hand(run: RunFolder, files: list[Path]) -> torch.Tensor:
    trained = load_trained(run)
    with torch.no_grad():
        return trained.model(trained.prepare(files)).softmax(dim=1)


def test_the_table_holds_what_the_model_says_in_order(
    made: RunFolder, picture_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.setattr(predicting, "MOST_PICTURES", 7)  # several batches, the last not full
    words = ["predict", str(made.path), str(picture_folder), "--out", "answers.csv", "--top", "2"]
    assert command(words) == 0
    rows, files = table(Path("answers.csv")), get_image_files(picture_folder)
    columns = "file label probability label_1 share_1 label_2 share_2 problem"
    assert [*rows[0]] == columns.split()
    assert [row["file"] for row in rows] == [*map(str, files)]
    shares = by_hand(made, files)
    best = shares.sort(dim=1, descending=True)
    assert [row["label_2"] for row in rows] == [CLASSES[i] for i in best.indices[:, 1]]
    assert [float(row["share_1"]) for row in rows] == pytest.approx(best.values[:, 0].tolist())
    assert all(
        (row["label"], row["probability"]) == (row["label_1"], row["share_1"]) for row in rows
    )
    said = capsys.readouterr()
    assert "60 pictures in" in said.out
    assert "a second" in said.out
    assert not said.err


def test_json_is_all_that_standard_output_gets(
    made: RunFolder, picture_folder: Path, capsys: Printed
) -> None:
    words = ["predict", str(made.path), str(picture_folder / "low"), "--json", "--out", "a.csv"]
    assert command(words) == 0
    said = capsys.readouterr()
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert [one["file"] for one in answers] == [row["file"] for row in table(Path("a.csv"))]
    assert "20 pictures in" in said.err


def test_any_name_comes_back_from_the_table(
    made: RunFolder, picture_folder: Path, tmp_path: Path
) -> None:
    names = ["a,b.png", 'say "no".png', "two\nlines.png", " =1+1.png", "żółć 🌷.png", "-rf.png"]
    (tmp_path / "names").mkdir()
    for name in names:
        shutil.copy(picture_folder / "low" / "1.png", tmp_path / "names" / name)
    broken = os.fsdecode(os.fsencode(tmp_path / "names") + b"/\xff.png")  # in no encoding
    shutil.copy(picture_folder / "low" / "1.png", broken)
    assert command(["predict", str(made.path), "names", "--out", "a.csv"]) == 0
    rows = table(Path("a.csv"))
    assert {Path(row["file"]).name for row in rows} == {*names, r"\udcff.png"}
    assert len({row["probability"] for row in rows}) == 1
    Path("a.csv").read_text(encoding="utf-8")


def test_what_cannot_be_read_is_listed_and_stops_nothing(
    made: RunFolder, picture_folder: Path, capsys: Printed
) -> None:
    (picture_folder / "low" / "2b.png").write_text("<html>")
    (picture_folder / "low" / "empty.png").touch()
    words = ["predict", str(made.path), str(picture_folder / "low"), "--out", "a.csv"]
    assert command(words) == 0
    problems = {Path(row["file"]).name: row for row in table(Path("a.csv")) if row["problem"]}
    assert set(problems) == {"2b.png", "empty.png"}
    assert problems["2b.png"]["label"] == ""
    assert "a web page" in problems["2b.png"]["problem"]
    assert "2b.png  cannot be read: a web page" in capsys.readouterr().out
    only = ["predict", str(made.path), str(picture_folder / "low" / "empty.png"), "--out", "b.csv"]
    assert command(only) == 1
    assert len(table(Path("b.csv"))) == 1
    assert "0 pictures in" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lang", "speed"),
    [("en", "1 picture in 2.0 s: 0 a second; cannot be read: 3"), ("pl", "1 obraz, czas: 2.0 s")],
)
def test_the_speed_is_that_of_pictures_that_were_read(
    made: RunFolder,
    picture_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Printed,
    lang: str,
    speed: str,
) -> None:
    for file in get_image_files(picture_folder / "low")[1:4]:
        file.write_text("<html>")
    for file in get_image_files(picture_folder / "low")[4:]:
        file.unlink()
    ticks = iter((10.0, 12.0))
    monkeypatch.setattr("convscope.cli.predicting.time.perf_counter", lambda: next(ticks))
    words = ["predict", str(made.path), str(picture_folder / "low"), "--lang", lang]
    assert command(words) == 0
    assert speed in capsys.readouterr().err


def test_pictures_are_decoded_while_answers_are_taken(
    made: RunFolder, picture_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more than a batch is ever in memory: what lies behind it is not read yet."""
    monkeypatch.setattr(predicting, "MOST_PICTURES", 4)
    files = get_image_files(picture_folder)
    answers = iter(predict(made, [picture_folder]))
    first = next(answers)
    for file in files[4:]:
        file.unlink()
    rest = [*answers]
    assert not first.problem
    assert [bool(one.problem) for one in rest] == [False] * 3 + [True] * 56


def test_large_pictures_come_in_small_batches(made: RunFolder, tmp_path: Path) -> None:
    sizes: list[int] = []
    found = predict(made, [tmp_path / "pictures"])
    found.trained.model.register_forward_pre_hook(lambda _, given: sizes.append(len(given[0])))
    assert len([*found]) == len(found) == 60
    assert sizes == [60]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(predicting, "MOST_BYTES", 5 * 4 * 16 * 16)
        assert len([*found]) == 60
    assert sizes[1:] == [5] * 12


@pytest.mark.parametrize("resize", ["crop", "squash", "pad"])
def test_pixels_are_those_of_training_to_one_level(tmp_path: Path, resize: str) -> None:
    dice = np.random.default_rng(0)
    for number, suffix in enumerate((".jpg", ".png", ".webp", ".jpg")):
        pixels = dice.integers(0, 256, (90 + number, 70, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{number}{suffix}")
    files = get_image_files(tmp_path)
    prepare = preparation(channels=3, resize=resize)
    made = made_run(tmp_path / "runs", tmp_path, prepare, arch="pooled_cnn")
    seen: list[torch.Tensor] = []
    found = predict(made, [tmp_path])
    found.trained.model.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    assert len([*found]) == 4
    trained_with = cached_pixels(files, prepare.reading.sized(*prepare.size)).array
    levels = prepare.scaling.undone(torch.cat(seen)) * 255
    assert (levels - torch.tensor(trained_with)).abs().max() < 0.01


def test_pictures_of_an_archive_have_its_own_names(
    made: RunFolder, picture_folder: Path, capsys: Printed
) -> None:
    with ZipFile("flowers.zip", "w") as archive:
        for file in get_image_files(picture_folder / "low"):
            archive.write(file, Path("flowers", "low", file.name))
        archive.writestr("flowers/low/page.png", "<html>")
    assert command(["predict", str(made.path), "flowers.zip", "--json"]) == 0
    names = [json.loads(line)["file"] for line in capsys.readouterr().out.splitlines()]
    assert names[0] == "flowers.zip/flowers/low/0.png"
    assert names[-1] == "flowers.zip/flowers/low/page.png"
    assert command(["evaluate", str(made.path), "flowers.zip", "--json"]) == 0
    skipped = json.loads(capsys.readouterr().out)["skipped"]
    assert [name for name, _ in skipped] == [str(Path.cwd() / "flowers.zip/flowers/low/page.png")]


def test_a_picture_on_standard_input(
    made: RunFolder, picture_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    file = picture_folder / "low" / "3.png"
    for content in (file.read_bytes(), b""):
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(content)))
        assert command(["predict", str(made.path), "-", str(file), "--json"]) == 0
        given, named = (json.loads(line) for line in capsys.readouterr().out.splitlines())
        assert given["file"] == "-"
        assert bool(given["problem"]) == (not content)
        assert not content or given["likeliest"] == named["likeliest"]


def test_below_the_threshold_the_answer_is_not_sure(
    made: RunFolder, picture_folder: Path, capsys: Printed
) -> None:
    file = picture_folder / "low" / "3.png"
    best = by_hand(made, [file]).max().item()
    for threshold, sure in ((best - 1e-3, True), (best + 1e-3, False), (0, True)):
        words = ["predict", str(made.path), str(file), "--threshold", str(threshold)]
        assert command([*words, "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert (answer["label"] != NOT_SURE) == sure
        assert answer["likeliest"][0][1] == pytest.approx(best)
        assert command(words) == 0
        assert ("not sure  (" in capsys.readouterr().out) != sure


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--top", "0"], "--top 0 means nothing"),
        (["--threshold", "1.5"], "--threshold 1.5 means nothing"),
        (["--threshold", "nan"], "--threshold nan means nothing"),
        (["--out", "a.txt"], "the table is a CSV file"),
        (["--out", "nowhere/a.csv"], "there is no folder"),
        (["--out", "pictures/a.csv"], "nothing is ever written among your pictures"),
        (["--ouput", "a.csv"], "Unknown option: --ouput. Did you mean --out?"),
    ],
)
def test_wrong_use_is_told(made: RunFolder, words: list[str], said: str, capsys: Printed) -> None:
    before = {*Path().rglob("*")}
    assert command(["predict", str(made.path), "pictures", *words]) == 2
    assert said in capsys.readouterr().err
    assert {*Path().rglob("*")} == before


@pytest.mark.parametrize("source", ["empty", "nowhere"])
def test_nothing_to_predict_is_told(made: RunFolder, source: str, capsys: Printed) -> None:
    Path("empty").mkdir()
    assert command(["predict", str(made.path), source]) == 1
    assert "there is nothing to predict" in capsys.readouterr().err


@pytest.mark.parametrize("count", [1, 10_000])
def test_one_class_and_ten_thousand(
    tmp_path: Path, picture_folder: Path, count: int, capsys: Printed
) -> None:
    names = tuple(f"class {number}" for number in range(count))
    run = made_run(tmp_path / "runs", picture_folder, preparation(names), arch="pooled_cnn")
    out = tmp_path / "a.csv"
    words = ["predict", str(run.path), str(picture_folder / "low"), "--out", str(out)]
    assert command(words) == 0
    rows = table(out)
    assert len(rows) == 20
    assert len(rows[0]) == 4 + 2 * min(3, count)
    assert {row["label"] for row in rows} <= {*names}
    assert command(["evaluate", str(run.path), str(picture_folder)]) == 1
    assert len(capsys.readouterr().err) < 2000, "of ten thousand names some are shown"


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("mode", "size"),
    [("RGBA", (40, 9)), ("P", (1, 1)), ("CMYK", (16, 16)), ("1", (500, 2)), ("LA", (7, 7))],
)
def test_pictures_of_another_size_mode_and_channel_count(
    tmp_path: Path, mode: str, size: tuple[int, int], channels: int
) -> None:
    file = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    Image.new(mode, size).save(file)
    run = made_run(tmp_path / "runs", tmp_path, preparation(channels=channels), arch="pooled_cnn")
    (answer,) = predict(run, [file])
    assert answer.label in CLASSES
    assert sum(share for _, share in answer.likeliest) == pytest.approx(1)


def test_a_run_that_was_killed_answers_with_its_best_epoch(
    made: RunFolder, picture_folder: Path, capsys: Printed
) -> None:
    about = json.loads(made.manifest.read_text())
    made.manifest.write_text(json.dumps({**about, "status": "running", "pid": 999_999}))
    assert command(["predict", str(made.path), str(picture_folder / "low" / "1.png")]) == 0
    assert "this run is lost: the best epoch so far is used" in capsys.readouterr().err
    made.weights.unlink()
    assert command(["predict", str(made.path), str(picture_folder / "low" / "1.png")]) == 1
    assert "no epoch was finished" in capsys.readouterr().err


def test_fault_57_a_run_of_an_older_version_answers_as_ever(
    made: RunFolder, picture_folder: Path
) -> None:
    """What later versions added is missing: ways to resize, the digest, the test set."""
    file = picture_folder / "low" / "1.png"
    (before,) = predict(made, [file])
    content = made.weights.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    described = json.loads(header["__metadata__"]["convscope"])
    del described["digest"], described["prepare"]["reading"]["resize"]
    header["__metadata__"]["convscope"] = json.dumps(described)
    text = json.dumps(header).encode()
    made.weights.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + length :])
    about = json.loads(made.manifest.read_text())
    del about["test"]
    made.manifest.write_text(json.dumps(about))
    (after,) = predict(RunFolder.open(made.path), [file])
    assert after == before


def test_a_newer_version_is_named(made: RunFolder, picture_folder: Path, capsys: Printed) -> None:
    about = json.loads(made.manifest.read_text())
    made.manifest.write_text(json.dumps({**about, "format_version": 99}))
    assert command(["predict", str(made.path), str(picture_folder)]) == 1
    assert "99" in capsys.readouterr().err


def test_evaluate_names_classes_that_the_model_does_not_know(
    made: RunFolder, picture_folder: Path, capsys: Printed
) -> None:
    assert command(["evaluate", str(made.path), str(picture_folder), "--json"]) == 0
    before = json.loads(capsys.readouterr().out)
    shutil.copytree(picture_folder / "low", picture_folder / "a tulip")
    assert command(["evaluate", str(made.path), str(picture_folder), "--json"]) == 0
    after = json.loads(capsys.readouterr().out)
    assert after["unknown"] == [["a tulip", 20]]
    assert {**after, "unknown": []} == before
    assert command(["evaluate", str(made.path), str(picture_folder)]) == 0
    assert "the model does not know this class: a tulip (20 pictures)" in capsys.readouterr().out
    for name in CLASSES:
        shutil.rmtree(picture_folder / name)
    assert command(["evaluate", str(made.path), str(picture_folder)]) == 1
    assert "unknown : 'a tulip'" in capsys.readouterr().err


@pytest.mark.slow
def test_that_the_best_epoch_was_chosen_on_the_only_test_set_is_said_again(
    picture_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in CLASSES:
        for number in range(20):
            side = tmp_path / "sides" / ("test" if number % 4 == 0 else "train") / name
            side.mkdir(parents=True, exist_ok=True)
            (picture_folder / name / f"{number}.png").rename(side / f"{number}.png")
    words = ["--epochs", "1", "--batch-size", "16", "--arch", "simple_net"]
    assert command(["train", "sides", *words]) == 0
    (path,) = Path("runs").iterdir()
    capsys.readouterr()
    assert command(["evaluate", str(path)]) == 0
    assert "chosen on the only test set" in capsys.readouterr().out
    assert command(["evaluate", str(path), "sides"]) == 0
    assert "of its sides, test was used" in capsys.readouterr().out
