"""The page of a run: what it says, in which order, and that no name and no gap breaks it."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convscope.cli.main import run
from convscope.recipes import describe, report
from convscope.recipes.keeping import MOST_PICTURES, chosen, small_picture
from convscope.report import material, run_page
from convscope.report.run_kernels import resembled
from convscope.runs import (
    EpochRow,
    PredictionTable,
    RunFolder,
    label_suspicions,
    read_predictions,
    write_anatomy,
    write_predictions,
)
from tests.made_runs import made_run
from tests.reported_runs import HOSTILE, bare, told

VOID = {"meta", "img", "br", "link", "hr", "input", "rect", "line", "circle"}


class Page(HTMLParser):
    """Reads a page strictly: every element is closed in its turn."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.scripts: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)
        elif self.open and self.open[-1] != "style":
            self.text.append(data)
            if "h2" in self.open:
                self.headings.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())

    @property
    def shape(self) -> list[tuple[str, str]]:
        return [(tag, name) for tag, name, _ in self.attributes]

    @property
    def data(self) -> dict[str, object]:
        return json.loads(self.scripts[0])


@pytest.fixture(autouse=True)
def _few_pictures(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Curves take a second to draw; who looks at them asks for them."""
    if not {"curves", "with_report"} & {*request.fixturenames}:
        monkeypatch.setattr("convscope.report.run._curves", lambda told: [])


@pytest.fixture
def curves() -> None:
    """Ask for them."""


def links_and_loads(page: Page) -> Iterator[str]:
    for _, name, value in page.attributes:
        if name in {"src", "href", "action", "srcset", "poster"}:
            yield value


@pytest.mark.usefixtures("curves")
def test_the_story_in_its_order_and_nothing_from_a_network() -> None:
    page = Page(run_page(told(), "en"))
    assert page.headings == [
        "Contents",
        "What was trained on what",
        "How the training went",
        "Where it is wrong",
        "Class by class",
        "The worst and the least sure predictions",
        "Pictures that look mislabelled",
        "Do its probabilities mean what they say?",
        "The inside",
        "Settings, versions, and how to train it again",
    ]
    assert "75.0 % of the validation pictures are recognised: 9 of 12." in page.words
    assert "46.8 % to 91.1 %" in page.words  # Wilson's interval of 9 of 12
    assert all(link.startswith(("data:image/", "#")) for link in links_and_loads(page))
    assert len(page.ids) == len(set(page.ids))
    fragments = {link[1:] for link in links_and_loads(page) if link.startswith("#")}
    assert fragments <= set(page.ids)
    images = [value for tag, name, value in page.attributes if (tag, name) == ("img", "alt")]
    assert images
    assert all(images)


def test_the_matrix_counts_what_the_files_are() -> None:
    made = told(each=5, wrong=2)
    page = Page(run_page(made, "en"))
    assert "class a, taken for b: 2" in [
        v for _, name, v in page.attributes if name == "aria-label"
    ]
    data = page.data
    assert data["files"] == list(made.predictions.files)  # pyright: ignore[reportOptionalMemberAccess]
    assert data["truths"] == [0] * 5 + [1] * 5 + [2] * 5
    assert data["predicted"] == [1, 1, 0, 0, 0, 2, 2, 1, 1, 1, 0, 0, 2, 2, 2]


def test_no_name_becomes_a_tag_or_ends_a_script() -> None:
    html = run_page(told(HOSTILE, name=HOSTILE[0]), "pl")
    page = Page(html)
    assert page.data["classes"] == [*HOSTILE[:3], "ł \\u202e {name} %s 日本"]  # turns nothing round
    harmless = Page(run_page(told(["a", "b", "c", "d"]), "pl"))
    assert page.shape == harmless.shape
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert len(page.scripts) == 2
    for name in HOSTILE:
        assert name in page.words.replace("\n", " ") or " ".join(name.split()) in page.words


def test_only_our_script_may_run() -> None:
    html = run_page(told(), "en")
    (policy,) = re.findall(r'Content-Security-Policy"\s+content="([^"]+)"', html)
    assert "default-src 'none'" in policy
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]{44}'", policy)
    assert "script-src" not in run_page(bare(), "en")


@pytest.mark.parametrize("count", [1, 40, 41, 10_000])
def test_any_number_of_classes(count: int) -> None:
    html = run_page(told([f"c{number}" for number in range(count)], each=2), "en")
    page = Page(html)
    assert len(html) < 5_000_000
    cells = sum(name == "data-truth" for _, name, _ in page.attributes)
    if count == 10_000:
        assert cells == 100
        assert "10,000 classes are too many for a matrix" in page.words
        assert "Confused pairs of classes not shown here: 9,900" in page.words
        assert "The 200 weakest classes by F1; 9,800 more are not shown." in page.words
    elif count == 41:
        assert "the limit is 40" in page.words
    else:
        assert cells == (1 if count == 1 else 2 * count)


def test_of_one_epoch_none_was_chosen() -> None:
    one = told()
    assert "flatters" not in Page(run_page(one, "en")).words
    several = replace(one, rows=[one.rows[0], *one.rows], about=replace(one.about, best_epoch=1))
    assert "Told is epoch 1, the best one" in Page(run_page(several, "en")).words


def test_very_many_pictures_are_named_mistakes_first() -> None:
    made = told(["a", "b"], each=12_000, wrong=3)
    page = Page(run_page(made, "en"))
    truths, predicted = (np.array(page.data[name]) for name in ("truths", "predicted"))
    assert len(truths) == 20_000
    assert (truths != predicted).sum() == 6
    assert "This page names 20,000 of 24,000 pictures" in page.words


@pytest.mark.parametrize("lang", ["en", "pl"])
def test_a_run_that_kept_nothing(lang: str) -> None:
    nothing = replace(bare(), rows=[], steps=None, gaps={"results.csv": "No such file"})
    html = run_page(nothing, lang)
    page = Page(html)
    assert html.count('class="missing"') == 7
    assert "No such file" in page.words


def test_what_is_not_a_number_is_no_number_on_the_page() -> None:
    broken = replace(
        bare(), rows=[EpochRow(0, float("nan"), float("nan"), {"accuracy": float("nan")}, 1.0)]
    )
    page = Page(run_page(replace(broken, status="failed"), "en"))
    assert "failed" in page.words
    nans = np.full(3, np.nan)
    made = PredictionTable(
        ("a", "b"), ("1", "2", "3"), np.array([0, 1, 1]), np.array([0, 0, 0]), *[nans] * 3
    )
    page = Page(run_page(replace(broken, predictions=made), "en"))
    assert page.data["shares"] == ["-"] * 3


def test_a_run_without_anything_but_its_manifest(tmp_path: Path) -> None:
    made = made_run(tmp_path / "runs", tmp_path / "gone")
    made.weights.unlink()
    page = Page(report(made).read_text())
    assert "no epoch was finished" in page.words
    assert (made.path / "report.html").exists()


def test_a_killed_run_shows_the_model_that_it_left(tmp_path: Path) -> None:
    made = made_run(tmp_path / "runs", tmp_path / "gone")
    write_anatomy(made.anatomy, describe(made))  # a training does so before its first step
    page = Page(report(made).read_text())
    assert "The first kernels" in page.words
    assert "learnt kernel 0" in [value for _, name, value in page.attributes if name == "alt"]
    assert "receptive field" in page.words


def test_damaged_files_are_told_and_nothing_else_is_lost(tmp_path: Path) -> None:
    made = made_run(tmp_path / "runs", tmp_path / "gone")
    for path in (
        made.steps,
        made.activations,
        made.shown,
        made.anatomy,
        made.results,
        made.predictions,
    ):
        path.write_bytes(b"\x00damage\xff" * 99)
    page = Page(report(made).read_text())
    assert page.words.count("damage") + page.words.count("not a database") >= 1
    assert set(material(made).gaps) >= {
        "steps.sqlite",
        "shown.zip",
        "anatomy.json",
        "predictions.csv",
    }


def test_a_newer_run_is_refused_with_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = made_run(tmp_path / "runs", tmp_path / "gone")
    content = json.loads(made.manifest.read_text()) | {"format_version": 99}
    made.manifest.write_text(json.dumps(content))
    assert run(["report", str(made.path)]) == 1
    assert "newer convscope" in capsys.readouterr().err


def test_which_small_pictures_are_kept() -> None:
    made = told([f"c{number}" for number in range(10)], each=300, wrong=10).predictions
    assert made is not None
    rows = chosen(made)
    assert len(rows) == len(set(rows)) == MOST_PICTURES
    kept = np.zeros(len(made), bool)
    kept[rows] = True
    assert kept[made.truths != made.predicted].all()
    each = np.bincount(made.truths[kept], minlength=10)
    assert each.min() >= 80


def test_small_pictures_are_small_and_whole() -> None:
    dice = np.random.default_rng(0)
    digit = dice.integers(0, 255, (1, 28, 28), np.uint8)
    kind, content = small_picture(digit)
    assert kind == "png"
    assert np.array_equal(np.asarray(_opened(content)), digit[0])
    kind, content = small_picture(dice.integers(0, 255, (3, 480, 240), np.uint8))
    assert kind == "jpg"
    assert _opened(content).size == (32, 64)


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_known_kernels_are_recognised_in_any_sign_and_size() -> None:
    edge = np.array([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]])
    (first, second), usual, rare = resembled(np.array([[edge * 3], [-edge]]))
    assert first.name in {"sobel_y"}
    assert first.similarity == pytest.approx(1.0)
    assert (first.is_negative, second.is_negative) == (False, True)
    assert first.is_rare
    assert 0.5 < usual < rare < 0.95
    found, usual, _ = resembled(np.ones((2, 3, 1, 1)))
    assert len(found) == 2
    assert np.isnan(usual)


@pytest.mark.usefixtures("with_report")
def test_a_training_ends_with_a_page_that_needs_no_pictures(
    picture_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    strange = picture_folder / "high" / "a,\n<b>&.png"
    (picture_folder / "high" / "3.png").rename(strange)
    words = ["--epochs", "1", "--batch-size", "16", "--arch", "simple_net"]
    assert run(["train", str(picture_folder), *words]) == 0
    (folder,) = (tmp_path / "runs").iterdir()
    assert f"report: {folder.relative_to(tmp_path)}/report.html" in capsys.readouterr().out
    kept = RunFolder.open(folder)
    made = read_predictions(kept.predictions, kept.about.classes)
    assert len(made) == 12
    with kept.suspicions.open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    suspects = label_suspicions(made)
    assert [(row["file"], row["label"], row["perhaps"]) for row in rows] == [
        (one.file, one.label, one.other) for one in suspects
    ]
    assert [float(row["probability"]) for row in rows] == pytest.approx(
        [one.probability for one in suspects]
    )
    assert set(made.files) <= {
        str(path.relative_to(picture_folder)) for path in picture_folder.rglob("*.png")
    }
    accuracy = (made.truths == made.predicted).mean()
    assert accuracy == pytest.approx(kept.about.best["accuracy"])
    assert made.losses.mean() == pytest.approx(kept.about.best["valid_loss"], rel=1e-4)
    before = kept.report.read_text()
    picture_folder.rename(tmp_path / "elsewhere")
    assert run(["report", folder.name, "--out", "again.html"]) == 0
    assert (tmp_path / "again.html").read_text() == before
    page = Page(before)
    assert "What it looked at" in page.words
    assert "Grad-CAM for" in page.words
    assert "picture not kept" not in page.words


def test_meta_a_wrong_file_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        Page("<p><b></p></b>")
    made = told().predictions
    assert made is not None
    write_predictions(tmp_path / "p.csv", made)
    assert read_predictions(tmp_path / "p.csv", tuple("abc")).files == made.files
