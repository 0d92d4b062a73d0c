"""The chapter's own proof: what steps A, C and D of its ladder show inside, on real MNIST."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convscope.runs import LayerHistory
from scripts.three_pictures import A, C, D, Step, draw, mnist, trained, watched

pytestmark = [
    pytest.mark.data,
    pytest.mark.slow,
    pytest.mark.skipif("CONVSCOPE_DATA" not in os.environ, reason="needs the archives"),
]

FEW = 45  # steps: by then each of the three has shown what it is


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house")


@pytest.fixture
def digits(house: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """MNIST, unpacked and decoded once for this file."""
    monkeypatch.setenv("CONVSCOPE_HOME", str(house))
    return mnist()


def seen(step: Step, digits: Path) -> LayerHistory:
    return trained(replace(step, batches=FEW), digits).layer_stats(watched(step))


def test_a_spikes_once_and_dies(digits: Path) -> None:
    history = seen(A, digits)
    stds = history.stds
    assert 1.3 <= stds[:12].max() <= 4.7
    assert (stds > 1).sum() == 1
    assert 0.05 <= np.median(stds[20:]) <= 0.12
    assert stds[20:].max() < 0.2
    # by magnitude nothing looks wrong, and nothing passes the ReLU
    assert history.near_zero_shares[-1] <= 0.02
    assert history.blocked_shares[-1] > 0.995


def test_c_grows_and_collapses_before_it_spreads(digits: Path) -> None:
    stds = seen(C, digits).stds
    assert stds[:5].max() < 0.2
    peaks, valleys = turns(stds)
    first, second = (stds[peaks[place]] for place in (0, 1))
    assert 1.3 <= first <= 2.8
    assert stds[valleys[0]] < 0.6 * first
    assert second > 1.3 * first
    assert stds[valleys[1]] < 0.6 * second
    assert stds[-1] > 2


def test_d_is_smooth(digits: Path) -> None:
    stds = seen(D, digits).stds
    assert 0.2 < stds[0] < 0.5
    assert (stds / np.maximum.accumulate(stds)).min() > 0.95
    assert stds.max() < 2.6


def turns(stds: np.ndarray) -> tuple[list[int], list[int]]:
    """Find peaks, and the valleys behind them that lie at least a tenth lower."""
    peaks, valleys, place = [0], list[int](), 0
    rising = True
    for step, std in enumerate(stds):
        if (rising and std > stds[place]) or (not rising and std < stds[place]):
            place = step
        elif rising and std < 0.9 * stds[place]:
            peaks[-1], rising, place = place, False, step
            valleys.append(step)
        elif not rising and std > 1.1 * stds[place]:
            valleys[-1], rising, place = place, True, step
            peaks.append(step)
    if not rising:
        valleys[-1] = place
    return peaks, valleys


def test_meta_turns_by_hand() -> None:
    assert turns(np.array([0.1, 1.9, 0.6, 3.5, 3.4, 1.5, 3.8])) == ([1, 3, 6], [2, 5])
    assert turns(np.array([0.3, 0.5, 0.49, 0.6]))[1] == []


def test_the_picture_of_a_step_is_small(digits: Path, tmp_path: Path) -> None:
    draw(trained(replace(A, batches=5), digits), A, tmp_path / "step_a.png")
    assert (tmp_path / "step_a.png").stat().st_size < 100_000
