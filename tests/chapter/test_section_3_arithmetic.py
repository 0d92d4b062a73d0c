"""Section 3: what every layer costs and sees, and where a cell comes from."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from torch import nn

from convscope.conv import Window, kernel_map, trace_back
from convscope.probe import anatomy
from convscope.runs import LayerRow
from convscope.train import Splits
from tests.chapter.parts import convolutions, learner, small_pictures, ten_digits, three_or_seven

THREE_OR_SEVEN = [
    # side, parameters, multiply-adds, the book's own count, field, jump
    (14, 40, 7_056, 28_224, 3, 2),
    (7, 296, 14_112, 56_448, 7, 4),
    (4, 1_168, 18_432, 56_448, 15, 8),
    (2, 4_640, 18_432, 73_728, 31, 16),
    (1, 578, 576, 2_304, 63, 32),
]
TEN_DIGITS = [
    (14, 208, 39_200, None, 5, 2),
    (7, 1_168, 56_448, None, 9, 4),
    (4, 4_640, 73_728, None, 17, 8),
    (2, 18_496, 73_728, None, 33, 16),
    (1, 5_770, 5_760, None, 65, 32),
]
SIDES = [28, 14, 7, 4, 2]


def rows_of(net: nn.Module) -> list[LayerRow]:
    rows = anatomy(net, (1, 28, 28)).rows
    return [row for row in rows if row.kind == "Conv2d"]


@pytest.mark.parametrize(
    ("net", "expected"), [(three_or_seven(), THREE_OR_SEVEN), (ten_digits(), TEN_DIGITS)]
)
def test_every_line_of_the_table(net: nn.Module, expected: list[tuple[int, ...]]) -> None:
    for row, (side, parameters, count, _, field, jump) in zip(rows_of(net), expected, strict=True):
        assert row.outputs[0][2:] == (side, side)
        assert row.trainable == parameters
        assert row.multiply_adds == count
        assert (row.field.size, row.field.jump) == ((field, field), (Fraction(jump),) * 2)
        assert row.field.status == "exact"


def test_the_totals() -> None:
    found = anatomy(three_or_seven(), (1, 28, 28))
    assert (found.parameters, found.multiply_adds) == (6_722, 58_608)
    found = anatomy(ten_digits(), (1, 28, 28))
    assert (found.parameters, found.multiply_adds) == (30_282, 248_864)
    assert anatomy(ten_digits(norm=True), (1, 28, 28)).parameters == 30_542


def test_the_books_count_is_shown_beside_ours_and_is_the_input_grids() -> None:
    found = anatomy(three_or_seven(), (1, 28, 28))
    assert found.reconciled["the book"] == sum(line[3] or 0 for line in THREE_OR_SEVEN) == 217_152
    weights = [layer.weight.numel() for layer in convolutions(three_or_seven())]
    by_hand = [side * side * count for side, count in zip(SIDES, weights, strict=True)]
    assert by_hand == [line[3] for line in THREE_OR_SEVEN]
    assert weights[1] * 14 * 14 == 56_448  # "14*14*288", as it is printed


def test_the_spreadsheets_precedents() -> None:
    """Two convolutions of stride 2 without padding, and cell (0, 3) of the second map."""
    windows = [Window(3, stride=2)] * 2
    pixels, first, second = trace_back((0, 3), (22, 22), windows)
    assert second.box == (0, 0, 3, 3)
    assert first.box == (0, 2, 6, 8)
    assert pixels.box == (0, 6, 12, 18)
    assert (len(pixels), pixels.has_holes) == (49, False)


def test_the_spreadsheets_kernels_change_nothing_outside_the_boxes() -> None:
    """The boxes against the arithmetic itself: noise outside of them leaves the cell as it is."""
    one = np.array([[0.20, 0.06, 0.19], [0.14, 0.01, 0.11], [0.12, 0.07, 0.17]])
    two = np.array([[0.00, 0.19, 0.08], [0.06, 0.17, 0.10], [0.20, 0.10, 0.02]])

    def cell(picture: np.ndarray) -> float:
        maps = kernel_map(picture, one, stride=2)
        assert maps.shape == (10, 10)
        after = kernel_map(maps, two, stride=2)
        assert after.shape == (4, 4)
        return float(after[0, 3])

    dice = np.random.default_rng(0)
    picture = dice.random((22, 22))
    noisy = dice.random((22, 22))
    noisy[0:7, 12:19] = picture[0:7, 12:19]
    assert cell(noisy) == cell(picture)
    noisy[6, 18] += 1
    assert cell(noisy) != cell(picture)


def test_the_summary_of_the_chapter() -> None:
    batches = [(images, labels % 2) for images, labels in small_pictures(1, 64)]
    learn = learner(Splits(batches, batches), three_or_seven())
    lines = str(learn.summary()).splitlines()
    rows = [line.split("  ") for line in lines]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    first = next(at for at, row in enumerate(cells) if row[:1] == ["Conv2d"])
    assert cells[first] == ["Conv2d", "64 x 4 x 14 x 14", "40", "True"]
    last = next(row for row in cells if row[:1] == ["Flatten"])
    assert last == ["Flatten", "64 x 2", "0", "False"]
    told = {row[0]: row[1] for row in cells if len(row) == 2}
    assert told["parameters"] == told["trainable"] == "6,722"
    assert told["optimiser"] == "adam"
    assert told["loss function"] == "cross_entropy"
    assert "callbacks" in told
    assert not torch.is_grad_enabled() or learn.model.training  # as it was
