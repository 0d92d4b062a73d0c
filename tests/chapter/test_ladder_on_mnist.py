"""Section 6 on all of MNIST, with one seed: the steps that the contract has bands for."""

import os
from pathlib import Path

import pytest

from convscope.data import URLs, untar_data
from convscope.recipes.chapter.ladder import STEPS
from convscope.recipes.chapter.material import MNIST, material
from convscope.recipes.chapter.trial import fitted

pytestmark = [
    pytest.mark.slow,
    pytest.mark.data,
    pytest.mark.skipif("CONVSCOPE_DATA" not in os.environ, reason="needs the archives"),
]


def test_bands_of_the_contract_with_one_seed(house: Path) -> None:
    untar_data(URLs.MNIST)  # placed in the house, not fetched
    whole = material()
    assert (whole.name, whole.epochs_factor) == (MNIST, 1)
    assert (whole.dls.train.n, whole.dls.valid.n) == (60_000, 10_000)
    made = {
        step.trial.name: fitted(step.trial, whole, seed=0)
        for step in STEPS
        if step.trial.name in "ACDE"
    }
    assert {name: len(one.losses) for name, one in made.items()} == {
        "A": 937,
        "C": 117,
        "D": 117,
        "E": 585,
    }
    assert made["A"].accuracy < 0.5
    assert made["C"].accuracy >= 0.968
    assert made["D"].accuracy >= 0.984
    assert made["E"].accuracy >= 0.990
