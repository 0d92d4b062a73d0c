"""Histograms of many steps in one column: added up first, they are the same."""

import numpy as np

from convscope.runs import packed, unpacked
from convscope.runs.gridding import Binning
from convscope.runs.histograms import shares_of_bins


def test_columns_are_the_sums_of_their_steps() -> None:
    dice = np.random.default_rng(0)
    rows: list[tuple[int, bytes]] = []
    for filled in (5, 5, 900, 5, 2000, 5, 5, 900):  # the full ones are coarser
        counts = np.zeros(4096, np.int64)
        counts[8 + dice.choice(4080, filled, replace=False)] = dice.integers(1, 2**20, filled)
        rows.append(packed(counts))
    assert len({shift for shift, _ in rows}) > 1
    places = np.array([0, 0, 1, 1, 2, 0, 0, 1])  # two processes, one after the other
    edges = np.linspace(-3, 3, 11)
    binning = Binning(edges, 3)
    binning.add(places, rows)
    wanted = np.zeros((3, 12))
    for place, (shift, content) in zip(places, rows, strict=True):
        wanted[place] += unpacked([content], shift)[0] @ shares_of_bins(shift, edges)
    assert np.allclose(binning.counts, wanted, rtol=1e-12)
