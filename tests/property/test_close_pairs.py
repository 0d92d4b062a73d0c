"""The grid finds exactly what comparing every point with every other finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from convscope.pictures import neighbours
from convscope.pictures.neighbours import close_pairs


def compared_one_by_one(points: NDArray[np.float32], radius: float) -> list[list[int]]:
    limit = np.float32(radius) ** 2
    return [
        [first, second]
        for first in range(len(points))
        for second in range(first + 1, len(points))
        if ((points[first] - points[second]) ** 2).sum() <= limit
    ]


@given(
    count=st.integers(0, 40),
    axes=st.integers(1, 12),
    radius=st.sampled_from([0.01, 0.1, 0.5, 3.0]),
    seed=st.integers(0, 2**32 - 1),
    clumped=st.booleans(),
)
def test_the_grid_misses_nothing_and_invents_nothing(
    count: int, axes: int, radius: float, seed: int, *, clumped: bool
) -> None:
    dice = np.random.default_rng(seed)
    points = dice.normal(0, 0.3, (count, axes)).astype(np.float32)
    if clumped and count:  # copies and points exactly on the walls of cells
        points = np.round(points[dice.integers(0, count, count)], 1).astype(np.float32)
    pairs, complete = close_pairs(points, radius)
    assert complete
    assert pairs.tolist() == compared_one_by_one(points, radius)


def test_a_crowd_is_cut_short_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = np.zeros((100, 3), np.float32)
    assert len(close_pairs(crowd, 0.1)[0]) == 100 * 99 // 2
    monkeypatch.setattr(neighbours, "MOST_PAIRS", 1000)
    pairs, complete = close_pairs(crowd, 0.1)
    assert not complete
    assert len(pairs) <= 1000


def test_it_is_worked_off_in_bounded_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.random.default_rng(0).normal(0, 0.2, (60, 4)).astype(np.float32)
    whole = close_pairs(points, 0.3)[0].tolist()
    monkeypatch.setattr(neighbours, "_CANDIDATES", 7)
    assert close_pairs(points, 0.3)[0].tolist() == whole != []
