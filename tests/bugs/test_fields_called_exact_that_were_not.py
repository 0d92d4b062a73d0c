"""Receptive fields that were told as exact and were those of other cells, or not told at all.

`glu` was taken to read all of the axis that it halves, a running sum to read what comes after, too.
Methods that turn a tensor in place (`transpose_`) have variants of other names than those that do
not, and so had no field. Products of queries and keys move along two axes, which was called an
upper bound: attention written by hand sees the whole input, exactly. Columns taken one by one and
laid side by side again (`torch.stack`, a recurrent layer) were taken for channels of one place,
which sees all that they see: 22 of 20 pixels, where each sees 3. Channels that see different
pixels were united where they are laid out as places (`pixel_shuffle`).
"""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.probe import anatomy, record, trace
from convscope.probe.fields import fields_of
from tests.property.test_fields_of_view import Do, assert_boxes, reached

WAYS: dict[str, Callable[[Tensor], Tensor]] = {
    "glu over channels": lambda x: F.glu(torch.cat([x, F.pad(x, (2, 0))[..., :-2]], 1), 1),
    "glu over columns": lambda x: F.glu(x, 3),
    "running sum": lambda x: x.cumsum(3),
    "running sum of channels": lambda x: torch.cat([x, x.roll(1, 2)], 1).cumsum(1),
    "turned in place": lambda x: (x * 1).transpose_(2, 3),
    "products of two ways": lambda x: x @ x.mT,
}


@pytest.mark.parametrize("name", WAYS)
def test_boxes_are_those_that_nan_reaches(name: str) -> None:
    net = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), Do(WAYS[name], name)).double().eval()
    found = record(net, torch.rand(1, 1, 8, 8, dtype=torch.float64))
    fields = fields_of(found)
    assert fields.blamed == {}
    for axis in (0, 1):
        span = fields.spans[axis].get(found.outputs[0])
        assert span is not None
        assert span.status == "exact"
        assert_boxes(span, reached(net, (1, 1, 8, 8), 2 + axis))


def test_channels_of_different_fields_laid_out_as_places() -> None:
    """Their cells are told exactly, each by its own channel."""
    net = Do(lambda x: F.pixel_shuffle(torch.cat([x, x, x.roll(1, 3), x.roll(2, 2)], 1), 2), "")
    found = record(net, torch.rand(1, 1, 8, 8))
    for axis in (0, 1):
        span = fields_of(found).spans[axis].get(found.outputs[0])
        assert span is not None
        assert span.status == "exact"
        assert_boxes(span, reached(net.double(), (1, 1, 8, 8), 2 + axis))


def test_what_channels_laid_out_as_places_see_far_from_borders() -> None:
    """Two channels of a pair see both columns of their row: so do the places that they become."""
    pairs = nn.Conv2d(4, 4, 1, groups=2)
    net = nn.Sequential(nn.PixelUnshuffle(2), pairs, nn.PixelShuffle(2))
    found = record(net, torch.rand(1, 1, 8, 8))
    down, across = (fields_of(found).spans[axis][found.outputs[0]] for axis in (0, 1))
    assert down is not None
    assert down.law is not None
    assert across is not None
    assert across.law is not None
    cells = torch.arange(8)
    one_by_one = down.law.at(cells).over([0, 1, 3])
    in_pairs = across.law.at(cells).over([0, 1, 2])
    assert one_by_one.first.flatten().tolist() == one_by_one.last.flatten().tolist()
    assert one_by_one.first.flatten().tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert in_pairs.first.flatten().tolist() == [0, 0, 2, 2, 4, 4, 6, 6]
    assert in_pairs.last.flatten().tolist() == [1, 1, 3, 3, 5, 5, 7, 7]


def test_a_gate_over_columns_far_from_borders() -> None:
    net = nn.Sequential(nn.Conv2d(1, 4, 3), Do(lambda x: F.glu(x, 3), "glu"))
    row = anatomy(net, (1, 22, 22)).rows[-1]
    assert (row.field.size, row.field.jump) == ((3, 13), (1, 1))


def test_attention_by_hand_sees_the_whole_input() -> None:
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3),
        Do(lambda x: x.flatten(2).mT, "tokens"),
        Do(lambda x: (x @ x.mT).softmax(-1) @ x, "attention"),
    )
    assert anatomy(net, (1, 8, 8)).rows[-1].field.status == "whole input"


def test_columns_through_a_recurrent_layer_have_a_field() -> None:
    class Columns(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 2, 3, padding=1)
            self.reads = nn.GRU(16, 3, batch_first=True)

        def forward(self, x: Tensor) -> Tensor:
            return self.reads(self.conv(x).permute(0, 3, 1, 2).flatten(2))[0]

    found = anatomy(Columns(), (1, 8, 10))
    assert found.rows[-1].field.status in {"exact", "whole input"}
    assert found.uncounted == ()


SIDE = 20
BY_COLUMNS: dict[str, tuple[Callable[[Tensor], Tensor], tuple[object, object]]] = {
    "stacked": (lambda x: torch.stack(x.unbind(3), 3), (3, 1)),
    "every other one": (lambda x: torch.stack(x.unbind(3)[::2], 3), (3, 2)),
    "cut and joined": (lambda x: torch.cat([x[..., at : at + 1] for at in range(SIDE)], 3), (3, 1)),
    "tokens": (lambda x: torch.stack([x[..., at].sum(1) for at in range(SIDE)], 1), (3, 1)),
    "some": (lambda x: torch.stack([x[..., at] for at in (4, 9, 11)], 1), (3, None)),
    "each with all before": (
        lambda x: torch.stack([x[..., : at + 1].sum(3) for at in range(SIDE)], 3),
        (SIDE, None),
    ),
}


@pytest.mark.parametrize("name", BY_COLUMNS)
def test_columns_side_by_side_are_no_single_place(name: str) -> None:
    do, told = BY_COLUMNS[name]
    net = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), Do(do, name))
    field = anatomy(net, (1, SIDE, SIDE)).rows[-1].field
    assert (field.size[1], field.jump[1]) == told


def test_branches_of_one_place_stay_one_place() -> None:
    class Branches(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.near, self.far = nn.Conv2d(1, 2, 3, 8, 1), nn.Conv2d(1, 2, 7, 8, 3)

        def forward(self, x: Tensor) -> Tensor:
            return torch.cat([self.near(x), self.far(x)], 1)

    field = anatomy(Branches(), (1, 8, 8)).rows[-1].field
    assert (set(field.size), set(field.jump), field.status) == ({7}, {8}, "exact")


def test_tensors_turned_in_place_are_traced() -> None:
    def turn(x: Tensor) -> Tensor:
        return (x * 2).pow_(x + 2).transpose_(2, 3)

    net = nn.Sequential(nn.Conv2d(1, 2, 3), Do(turn, "turned"), nn.Conv2d(2, 1, 1))
    found = trace(net, torch.rand(1, 1, 6, 6), -1, (0, 1), depth=2)
    assert "opaque" not in {step.kind for _, step in found.steps()}
