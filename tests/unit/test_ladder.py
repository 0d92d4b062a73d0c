"""The chapter's experiments, on made-up pictures: repeatable, watched, told, interrupted."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from rich.console import Console
from torch import nn

from convscope.data import DataLoaders, Normalize
from convscope.errors import ConfigError, DataError
from convscope.models import simple_cnn
from convscope.pictures import home
from convscope.recipes import climb
from convscope.recipes.chapter import climbing
from convscope.recipes.chapter import material as materials
from convscope.recipes.chapter.ladder import STEPS, Band, rung_of
from convscope.recipes.chapter.material import (
    DIGITS,
    MNIST,
    Material,
    material,
    threes_and_sevens,
)
from convscope.recipes.chapter.trial import Outcome, Trial, fitted, seen_inside
from convscope.runs import Rung, Spread
from convscope.tables import ladder_table
from convscope.train import Learner, Splits

DRAFT = Trial(name="X", build=simple_cnn, batch_size=16)


@pytest.fixture
def made_up() -> Material:
    """Noise of 28 x 28 px in ten classes: 40 pictures to train with, 20 to judge."""
    dice = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (60, 1, 28, 28), dtype=torch.uint8, generator=dice)
    labels = torch.arange(60) % 10
    halves = (pixels[:40], labels[:40], pixels[40:], labels[40:])
    names = [str(digit) for digit in range(10)]
    dls = DataLoaders.from_arrays(*halves, vocab=names, bs=8, batch_tfms=Normalize(), device="cpu")
    return Material(DIGITS, 2, dls, Path())


def test_the_same_seed_gives_the_same_net_whatever_ran_before(made_up: Material) -> None:
    torch.manual_seed(7)
    first = fitted(DRAFT, made_up, seed=3)
    assert torch.initial_seed() == 7  # the caller's dice are as they were
    torch.rand(5)
    again, other = (fitted(DRAFT, made_up, seed=seed, watched=True) for seed in (3, 4))
    assert first.losses == again.losses  # watching changes nothing
    assert first.losses != other.losses
    weights = first.learn.model.state_dict()
    assert all(torch.equal(weights[k], one) for k, one in again.learn.model.state_dict().items())


def test_the_material_multiplies_the_epochs_and_shares_its_pictures(made_up: Material) -> None:
    outcome = fitted(replace(DRAFT, epochs=2), made_up, seed=0)
    assert [row.epoch for row in outcome.epochs] == [0, 1, 2, 3]  # 2 x 2
    assert len(outcome.losses) == 4 * (40 // 16)
    assert outcome.accuracy == outcome.epochs[-1].metrics["accuracy"]
    pixels = [made_up.loaders(size, 0).train._pixels for size in (8, 16)]
    assert np.shares_memory(pixels[0], pixels[1])  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("schedule", "begins", "middle"),
    [("constant", 0.06, 0.06), ("one_cycle", 0.0024, 0.0530), ("linear", 0.0024, 0.0467)],
)
def test_every_schedule(made_up: Material, schedule: Any, begins: float, middle: float) -> None:
    rates = fitted(replace(DRAFT, schedule=schedule, epochs=3), made_up, seed=0).learn.recorder.lrs
    assert rates[0] == pytest.approx(begins)
    assert rates[len(rates) // 2 - 1] == pytest.approx(middle, abs=1e-4)  # step 5 of 12


def test_the_last_convolution_but_one_is_watched(made_up: Material) -> None:
    for step in STEPS[2:4]:  # plain, and with BatchNorm
        seen = seen_inside(fitted(replace(step.trial, batch_size=16), made_up, 0, watched=True))
        (name,) = seen.layers()
        assert name.startswith("3.")
        history = seen.history(name)
        assert history.counts.tolist() == [16 * 64 * 2 * 2] * 4  # before ReLU and BatchNorm
        assert (seen.grid(name).counts.sum(axis=1) > 0).all()


def folder_of_digits(root: Path, names: str = "0123456789", side: int = 28) -> Path:
    for half in ("training", "testing"):
        for name in names:
            place = root / half / name
            place.mkdir(parents=True)
            for number in range(3):
                pixels = np.full((side, side), 40 * number + int(name), np.uint8)
                Image.fromarray(pixels).save(place / f"{number}.png")
    return root


def test_mnist_is_taken_from_where_it_lies_and_the_digits_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = folder_of_digits(tmp_path / "digits")
    monkeypatch.setattr(materials, "digits_folder", lambda: digits)
    ours = material()
    assert (ours.name, ours.epochs_factor, ours.folder) == (DIGITS, 2000, digits)
    sample = threes_and_sevens(ours)
    assert (sample.dls.vocab, sample.dls.train.n, sample.epochs_factor) == (["3", "7"], 6, 2066)
    folder_of_digits(home() / "data" / "mnist_png")
    found = material()
    assert (found.name, found.dls.train.n, found.dls.valid.n) == (MNIST, 30, 30)
    assert threes_and_sevens(found).folder == found.folder  # the sample is not at hand


def test_a_folder_of_ones_own_is_no_mnist_by_its_name(tmp_path: Path) -> None:
    found = material(folder_of_digits(tmp_path / "mnist_png"))
    assert found.name == "mnist_png"
    assert found.epochs_factor == 2000


def test_other_pictures_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"not the digits of the chapter(.|\n)*classes *: 3"):
        material(folder_of_digits(tmp_path / "three", "012"))
    with pytest.raises(DataError, match="14 x 14"):
        material(folder_of_digits(tmp_path / "small", side=14))


def test_bands() -> None:
    five = Spread((0.1, 0.1, 0.9, 0.92, 0.95))
    after = Spread((0.97,) * 5)
    assert Band(below=0.5).held(Spread((0.1, 0.1, 0.9)), None) is True
    assert Band(below=0.5).held(five, None) is False
    assert Band(at_least=0.9).held(five, None) is True
    assert Band(at_least=0.91).held(five, None) is False
    some = Band(some_below=0.5)
    assert some.held(five, after) is True
    assert some.held(after, after) is False
    assert some.held(five, Spread((0.8,) * 5)) is False  # no better without the remedy
    assert some.held(Spread((0.1,)), after) is None
    assert some.held(five, None) is None
    assert [band.signs for band in (some, Band(below=0.5), Band(at_least=0.99))] == [
        "min < 0.5",
        "< 0.5",
        "≥ 0.99",
    ]


def outcome(accuracy: float, seed: int, trial: Trial = DRAFT) -> Outcome:
    nothing = Learner(Splits([]), nn.Flatten(), quiet=True)
    return Outcome(trial, seed, 2.3, 2.25 + seed / 100, accuracy, [], [], 1.5, nothing)


def rungs(made_up: Material, seeds: int, apart: float = 0.001) -> list[Rung]:
    """Every step, with made-up results: A and B silent with their first seed."""
    share = {"A": 0.1, "B": 0.1, "C": 0.9601, "D": 0.9712, "E": 0.9823, "S": 0.9934}
    return [
        rung_of(
            step,
            made_up,
            [outcome(share[step.trial.name] + seed * apart, seed) for seed in range(seeds)],
            [],
        )
        for step in STEPS
    ]


def test_a_net_that_says_the_same_to_all_is_counted(made_up: Material) -> None:
    first, *_, last = rungs(made_up, 3, apart=0.1)
    assert first.silent == 1  # 2 of 20 pictures are of each class; 0.2 is nobody's share
    assert last.silent == 0
    assert first.accuracy.median == pytest.approx(0.2)
    assert first.held is True
    assert rungs(replace(made_up, name="mine"), 1)[0].held is None  # nothing is expected of these


@pytest.mark.parametrize("lang", ["en", "pl"])
@pytest.mark.parametrize("seeds", [1, 5])
def test_the_table_can_be_read_in_eighty_columns(made_up: Material, lang: str, seeds: int) -> None:
    paper = StringIO()
    Console(file=paper, width=80).print(ladder_table(rungs(made_up, seeds), lang))
    text = paper.getvalue()
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80
    assert all(f" {number}" in text for number in ("0.9912", "2.300", "BatchNorm"))
    assert text.count("0.9823" if seeds == 1 else "0.9843") == 1
    assert {"en": "accuracy", "pl": "dokładność"}[lang] in text
    assert {"en": "yes", "pl": "tak"}[lang] in text


@pytest.fixture
def quick(made_up: Material, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Climb on made-up pictures; the fit number `stops` is interrupted."""

    def run(seeds: int, console: Console, stops: int, **more: Any) -> object:
        made: list[tuple[str, int]] = []

        def fit(trial: Trial, *rest: Any, **about: Any) -> Outcome:
            if len(made) == stops:
                raise KeyboardInterrupt
            made.append((trial.name, rest[1]))
            return fitted(replace(trial, batch_size=16, epochs=1), *rest, **about)

        monkeypatch.setattr(climbing, "fitted", fit)
        monkeypatch.setattr(climbing, "material", lambda folder: made_up)
        monkeypatch.setattr(climbing, "threes_and_sevens", lambda digits: digits)
        return climb(range(seeds), console, **more)

    return run


def test_the_first_seed_is_watched_and_all_are_summed_up(quick: Callable[..., Any]) -> None:
    ladder = quick(2, Console(file=StringIO()), 99, steps=STEPS[:2])
    assert [rung.step for rung in ladder.rungs] == ["A", "B"]
    assert all(rung.seeds == (0, 1) for rung in ladder.rungs)
    assert {name: seen.seed for name, seen in ladder.inside.items()} == {"A": 0, "B": 0}
    assert ladder.inside["A"].steps.epochs == [0, 0, 1, 1]
    plain = ladder.to_dict("en")
    assert (plain["data"], plain["epochs_factor"]) == ("the embedded digits", 2)
    assert plain["steps"][0]["schedule"] == "constant"
    assert len(plain["steps"][0]["accuracy"]["seeds"]) == 2


def test_ctrl_c_tells_what_is_done_so_far(quick: Callable[..., Any]) -> None:
    paper = StringIO()
    with pytest.raises(KeyboardInterrupt):
        quick(1, Console(file=paper, width=80), 2)
    told = paper.getvalue()
    assert "interrupted; what is done so far:" in told
    table = told.partition("so far:")[2]
    assert [line[0] for line in table.splitlines() if line[:1] in set("ABCDES")] == ["A", "B"]


def test_ctrl_c_before_anything_is_done(quick: Callable[..., Any]) -> None:
    paper = StringIO()
    with pytest.raises(KeyboardInterrupt):
        quick(1, Console(file=paper, width=80), 0)
    assert "interrupted before the first step was done" in paper.getvalue()


def test_a_terminal_sees_how_far_it_is(quick: Callable[..., Any]) -> None:
    paper = StringIO()
    terminal = Console(file=paper, width=80, force_terminal=True, force_interactive=True)
    quick(1, terminal, 99, steps=STEPS[:1])
    assert re.search(r"A, seed 0 \S+━", paper.getvalue())


def test_no_page_is_written_among_the_digits(tmp_path: Path) -> None:
    digits = folder_of_digits(tmp_path / "digits")
    refused = partial(climb, [0], Console(file=StringIO()), folder=digits)
    with pytest.raises(ConfigError, match="nothing is ever written among your pictures"):
        refused(out=digits / "training" / "chapter.html")
