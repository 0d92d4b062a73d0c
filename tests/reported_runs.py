"""Runs with predictions that nobody made: for pages of any number of classes, with any name."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convscope.report import RunMaterial
from convscope.runs import EpochRow, Manifest, PredictionTable, Steps
from tests.records import training

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><b>&amp;{{ 7 * 7 }}',
    "ł ‮ {name} %s 日本",
)


def told(
    classes: Sequence[str] = ("a", "b", "c"), each: int = 4, *, wrong: int = 1, name: str = "made"
) -> RunMaterial:
    """A run of some classes with some pictures each, the first of which are taken for the next."""
    size = len(classes)
    truths = np.repeat(np.arange(size), each)
    is_wrong = np.arange(each * size) % each < (wrong if size > 1 else 0)
    predicted = np.where(is_wrong, (truths + 1) % size, truths)
    dice = np.random.default_rng(0)
    shares = 0.5 + dice.random(each * size) / 2
    own = np.where(is_wrong, 1 - shares, shares)
    files = tuple(f"{classes[truth]}/{row}.png" for row, truth in enumerate(truths.tolist()))
    made = PredictionTable(tuple(classes), files, truths, predicted, shares, own, -np.log(own))
    return replace(bare(classes, name), predictions=made)


def bare(classes: Sequence[str] = ("a", "b", "c"), name: str = "made") -> RunMaterial:
    """A run that kept nothing but its steps."""
    about = Manifest(
        convscope="7",
        versions={"7": "7"},
        settings={"7": "7", "height": 8, "width": 8},
        seed=7,
        classes=[*classes],
        data="7",
        found=["7"],
        device="7",
        threads=7,
        command=["convscope"],
        started="7",
        status="done",
        reason="7",
        test={"accuracy": 0.5, "pictures": 7.0},
    )
    rows = [EpochRow(0, 0.5, 0.4, {"accuracy": 0.75}, 1.0)]
    steps: Steps = training()
    return RunMaterial(name=name, folder="7", status="stopped", about=about, rows=rows, steps=steps)
