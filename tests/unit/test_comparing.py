"""Every comparison of the chapter: its rows, its seeds, its sentences, in both languages."""

import json
from dataclasses import replace
from functools import partial
from html import unescape
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from rich.console import Console
from torch import nn

from convscope import figures
from convscope.cli.main import run
from convscope.data import DataLoaders
from convscope.errors import ConfigError
from convscope.recipes.chapter.comparing import COMPARISONS, asking, colours, compare, lab, noise
from convscope.recipes.chapter.comparing.comparisons import WORK
from convscope.recipes.chapter.comparing.judging import against, first_and_last
from convscope.recipes.chapter.comparing.lab import Lab, failed
from convscope.recipes.chapter.material import Material
from convscope.recipes.chapter.trial import Outcome, Trial, fitted
from convscope.report import comparison_page
from convscope.runs import (
    MEASURES,
    Chart,
    Comparison,
    Curve,
    Phrase,
    Spread,
    TrainSettings,
    Tried,
    as_json,
    said,
)
from convscope.tables import comparison_table

PAIR = ("en", "pl")
ROWS = {"norm": 7, "order": 12, "batch": 1, "lr": 16, "schedule": 3} | {
    "pool": 3,
    "speed": 6,
    "colour": 4,
    "features": 4,
}
CHARTS = {"order": 0, "batch": 2, "lr": 2, "schedule": 2}


@pytest.fixture(scope="module")
def digits() -> Material:
    """Three classes of 28 x 28 px: the bright third tells which. Two batches of 16."""
    dice = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 90, (64, 1, 28, 28), dtype=torch.uint8, generator=dice)
    numbers = torch.arange(64) % 3
    for picture, number in zip(pixels, numbers.tolist(), strict=True):
        picture[0, 9 * number : 9 * number + 9] += 150
    dls = DataLoaders.from_arrays(
        *(pixels[:32], numbers[:32], pixels[32:], numbers[32:]),
        vocab=["high", "middle", "low"],
        bs=16,
        device="cpu",
    )
    return Material("stripes", 1, dls, Path())


def printed(record: Comparison, lang: str) -> str:
    console = Console(width=240)
    with console.capture() as caught:
        console.print(comparison_table(record, lang))
    return caught.get()


@pytest.mark.slow
@pytest.mark.parametrize("what", COMPARISONS)
def test_a_comparison_has_its_rows_seeds_sentences_and_pictures(
    what: str, digits: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(noise, "MOST", 2)  # batches for each number
    record = compare(what, digits, (0, 1), tell=told.append)
    assert record.what == what
    assert len(record.rows) == ROWS[what] == len({said(row.name, "en") for row in record.rows})
    assert ROWS[what] == WORK[what][0] or what == "batch"
    assert told.pop(0).startswith(f"{2 * ROWS[what]} trainings: {ROWS[what]} ways, with 2 seeds")
    assert len(told) == 2 * ROWS[what]
    for row in record.rows:
        assert {len(row.spreads[column].values) for column in record.columns} == {2}
        assert {*record.columns} <= {*MEASURES}
    assert len(record.charts) == CHARTS.get(what, 1)
    for curve in [curve for chart in record.charts for curve in chart.curves]:
        assert [len(seed) for seed in curve.seeds] == [len(curve.xs)] * 2
    sentences = {lang: [one.text(lang) for one in (*record.found, *record.notes)] for lang in PAIR}
    assert len(record.found) >= 1
    assert len(record.notes) >= 2
    assert all(one != other for one, other in zip(*sentences.values(), strict=True))
    assert "{" not in "".join([*sentences["en"], *sentences["pl"]])
    for lang in PAIR:
        assert said(record.rows[-1].name, lang) in printed(record, lang)
    if what in {"batch", "speed", "order"}:  # all kinds of pictures there are
        monkeypatch.setenv("CONVSCOPE_LANG", "pl")
        figure = figures.comparison(record)
        figure.draw_without_rendering()
        assert all(axes.get_xlabel() for axes in figure.axes)
        assert any("mediana" in text.get_text() for text in figure.texts)
    plain = json.loads(as_json(record.to_dict("en")))
    assert [row["name"] for row in plain["rows"]] == [said(row.name, "en") for row in record.rows]
    assert len(plain["rows"][0][record.columns[0]]["seeds"]) == 2


def tried(name: str, *accuracies: float) -> Tried:
    return Tried(name, {"accuracy": Spread(accuracies), "seconds": Spread(accuracies)})


ONE, WORSE, ALIKE = tried("one", 0.8, 0.9), tried("worse", 0.1, 0.2), tried("alike", 0.85, 0.99)
TWO = Comparison(
    what="norm",
    data="stripes",
    seeds=(0, 1),
    columns=("accuracy", "seconds"),
    rows=(
        ONE,
        replace(WORSE, remark=Phrase("compare_failed", {"count": "2", "seeds": "2"})),
        ALIKE,
    ),
)


def test_the_sentence_follows_from_the_numbers() -> None:
    sentence, chance = (one.text("en") for one in against([ONE, WORSE, ALIKE], ONE))
    assert sentence == (
        "accuracy, against one (0.8500): better beyond the spread of the seeds: none; worse: "
        "worse; no difference beyond it: alike."
    )
    assert "in one of 3 comparisons" in chance
    other = against([ONE, WORSE, ALIKE], WORSE)[0].text("en")
    assert "better beyond the spread of the seeds: one, alike; worse: none;" in other


def test_one_seed_decides_nothing() -> None:
    rows = [tried("one", 0.8), tried("other", 0.9)]
    (sentence,) = against(rows, rows[0])
    assert sentence == first_and_last(rows)
    assert sentence.text("en").startswith("One seed only. accuracy: first other (0.9000), last one")
    assert (
        first_and_last(rows, "seconds")
        .text("en")
        .startswith("One seed only. time of a training: first one")
    )


def test_the_table_has_median_and_range_and_says_who_learnt_nothing() -> None:
    table = comparison_table(TWO, "en")
    assert next(iter(table.columns[1].cells)) == "0.8500\n0.8000\n0.9000"
    assert list(table.columns[3].cells) == ["", "learnt nothing with 2 of 2 seeds", ""]
    alone = replace(TWO, seeds=(0,), rows=(tried("one", float("nan")),))
    assert list(comparison_table(alone, "en").columns[1].cells) == ["∞"]


def test_the_figure_shows_every_seed_and_its_median() -> None:
    (axes,) = figures.comparison(TWO).axes
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [np.asarray(line.get_xdata()).tolist() for line in dots] == [
        [0.8, 0.9],
        [0.1, 0.2],
        [0.85, 0.99],
    ]
    bars = [line for line in axes.lines if line.get_marker() == "|"]
    assert [float(np.asarray(line.get_xdata())[0]) for line in bars] == pytest.approx(
        [0.85, 0.15, 0.92]
    )
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["one", "worse", "alike"]


def test_a_net_that_knows_nothing_has_failed(digits: Material) -> None:
    def constant() -> nn.Module:
        net = nn.Sequential(nn.Flatten(), nn.Linear(784, 3))
        nn.init.zeros_(net[1].weight)  # pyright: ignore[reportArgumentType]
        return net

    outcome = fitted(Trial(name="", build=constant, batch_size=16, lr=1e-9), digits, 0)
    assert failed(outcome)
    assert not failed(replace(outcome, accuracy=0.9))
    assert failed(replace(outcome, accuracy=0.9, train_loss=float("nan")))


def test_an_unknown_comparison_gets_the_nearest(digits: Material) -> None:
    with pytest.raises(ConfigError, match="--compare 'norm'"):
        compare("nrom", digits, (0,))


@pytest.fixture
def seeds_asked(
    tmp_path: Path, digits: Material, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[int, ...]]:
    """Stand where nothing is; what is compared is made by hand, and tells its seeds."""
    asked: list[tuple[int, ...]] = []

    def made(lab: Lab) -> Comparison:
        asked.append(lab.seeds)
        return TWO

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(asking, "material", lambda folder: replace(digits, folder=Path("nowhere")))
    monkeypatch.setitem(COMPARISONS, "norm", made)
    return asked


@pytest.mark.slow
def test_the_command_prints_the_table_writes_a_page_or_a_picture_and_gives_json(
    seeds_asked: list[tuple[int, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["chapter", "--compare", "norm"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("Which normalisation layer serves best")
    assert "learnt nothing with 2 of 2 seeds" in told.out
    assert "The book: it uses BatchNorm" in told.out
    assert f"page: {tmp_path / 'compare_norm.html'}" in told.out
    assert "21 trainings: 7 ways, with 3 seeds each; as measured once, about" in told.err
    assert Path("compare_norm.html").read_text().count("<img") == 1
    assert run(["chapter", "--compare", "norm", "--json", "--seeds", "5", "--out", "o.png"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["rows"][0]["accuracy"]["seeds"] == [0.8, 0.9]
    assert plain["rows"][1]["remark"] == "learnt nothing with 2 of 2 seeds"
    assert plain["book"].startswith("The book: it uses BatchNorm")
    assert plain["picture"] == str((tmp_path / "o.png").resolve())
    with Image.open("o.png") as picture:
        assert picture.width > 1_000
    assert seeds_asked == [(0, 1, 2), (0, 1, 2, 3, 4)]


@pytest.mark.usefixtures("seeds_asked")
def test_a_page_is_html(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["chapter", "--compare", "norm", "--out", "page.txt"]) == 2
    assert "HTML" in capsys.readouterr().err


@pytest.mark.parametrize("done", [0, 4])
@pytest.mark.usefixtures("seeds_asked")
def test_an_interrupt_prints_what_is_done_and_writes_nothing(
    done: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the second thing that is tried one seed is done."""
    made: list[int] = []

    def stopped(trial: Trial, material: Material, seed: int, **more: object) -> Outcome:
        if len(made) == done:
            raise KeyboardInterrupt
        made.append(seed)
        found = fitted(replace(trial, epochs=1), material, seed)
        return replace(found, accuracy=0.9 + len(made) / 100)

    monkeypatch.setattr(lab, "fitted", stopped)
    assert run(["chapter", "--compare", "schedule"]) == 130
    told = capsys.readouterr()
    assert not told.out
    assert told.err.endswith("convscope: interrupted\n")
    assert [*tmp_path.iterdir()] == []
    if not done:
        assert "interrupted before the first training was done" in told.err
        return
    text = " ".join(told.err.split())
    assert "4 of 9 done, about" in text
    assert "interrupted; what is done so far, which is only a part:" in text
    rows = [line.split() for line in told.err.splitlines() if line.startswith("1cycle, ")]
    assert [row[1] for row in rows if row[1][0] == "0"] == ["0.9200", "0.9400"]
    assert text.count("1 of 3 seeds") == 1


@pytest.mark.slow
def test_the_page_tells_all_of_it_and_loads_nothing() -> None:
    chart = Chart("title_loss", "step", "loss", (Curve("7", (0.0, 1.0), ((0.5, 0.25),) * 2),))
    record = replace(
        TWO, charts=(chart,), found=(Phrase("compare_chance", {"seeds": "2"} | {"chance": "3"}),)
    )
    page = comparison_page(record, "en")
    assert [record.asked.text("en") in unescape(page), "The book: it uses BatchNorm" in page] == [
        True
    ] * 2
    assert "<small>0.8000</small><small>0.9000</small>" in page
    assert 'alt="accuracy, median and range of the seeds: one 0.85 (0.8 to 0.9), ' in page
    assert "7 from 0.5 to 0.25" in page
    assert "With 2 seeds, chance alone" in page
    assert "Where ranges overlap it is not known which one is better" in page
    assert "http" not in page.replace("http-equiv", "")
    alone = replace(TWO, seeds=(0,), rows=(tried("<b>", 0.9),))
    assert "nothing tells a difference from chance" in (page := comparison_page(alone, "en"))
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "Co mówi książka" in comparison_page(alone, "pl")


@pytest.mark.slow
def test_colours_can_be_those_of_a_folder(
    tmp_path: Path, digits: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = partial(TrainSettings, epochs=2, arch="simple_net", batch_size=8)
    monkeypatch.setattr(colours, "TrainSettings", quick)
    dice = np.random.default_rng(0)
    for name, channel in (("red", 0), ("blue", 2)):
        (tmp_path / name).mkdir()
        for index in range(12):
            pixels = dice.integers(0, 60, (16, 16, 3), dtype=np.uint8)
            pixels[..., channel] += 120
            Image.fromarray(pixels).save(tmp_path / name / f"{index}.png")
    record = compare("colour", digits, seeds=(0,), folder=tmp_path)
    assert record.data == tmp_path.name
    assert [said(row.name, "en") for row in record.rows][3] == "shades of grey"
    assert "simple_net on 20 training pictures of 16 x 16" in record.notes[1].text("en")
