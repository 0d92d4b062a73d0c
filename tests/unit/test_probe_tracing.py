"""A number of a network is followed back to the pixels; what has no rule is said to be opaque."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from convscope.conv import Window, trace_back
from convscope.errors import ConfigError, ShapeError
from convscope.models import simple_cnn
from convscope.pictures import digits_folder
from convscope.probe import reaches, told, trace
from convscope.probe.origins.trail import RULES

FIRST = [[0.20, 0.06, 0.19], [0.14, 0.01, 0.11], [0.12, 0.07, 0.17]]
SECOND = [[0.00, 0.19, 0.08], [0.06, 0.17, 0.10], [0.20, 0.10, 0.02]]


class Does(nn.Module):
    """A net whose forward pass is a function."""

    def __init__(self, doing: Callable[..., Any], *parts: nn.Module) -> None:
        super().__init__()
        self.doing, self.parts = doing, nn.ModuleList(parts)

    def forward(self, x: Tensor) -> Any:
        return self.doing(x, *self.parts)


def spreadsheet() -> tuple[nn.Sequential, Tensor]:
    """The chapter's sheet: a 22 x 22 crop of a digit, two convolutions of stride 2, no padding."""
    net = nn.Sequential(*(nn.Conv2d(1, 1, 3, 2, bias=False) for _ in range(2)))
    for layer, kernel in zip(net.children(), (FIRST, SECOND), strict=True):
        next(layer.parameters()).data[0, 0] = torch.tensor(kernel)
    file = sorted((digits_folder() / "train" / "7").glob("*.png"))[0]
    digit = torch.from_numpy(np.asarray(Image.open(file), np.float32))[3:25, 3:25]
    return net, digit[None, None]


def test_the_boxes_of_the_spreadsheet() -> None:
    net, digit = spreadsheet()
    found = trace(net, digit, -1, (0, 3), depth=None)
    boxes = [one.box for one in found.regions.values()]
    assert boxes == [((0, 6), (12, 18)), ((0, 2), (6, 8)), ((0, 0), (3, 3))]
    chain = trace_back((0, 3), (22, 22), [Window(3, stride=2)] * 2)
    assert [one.box for one in chain] == [(*rows, *columns) for rows, columns in boxes]


def test_the_numbers_of_the_spreadsheet_by_hand() -> None:
    net, digit = spreadsheet()
    found = trace(net, digit, -1, (0, 3), depth=None)
    pixels = digit[0, 0].double().numpy()
    first = np.array(
        [
            [
                (pixels[2 * r : 2 * r + 3, 2 * c : 2 * c + 3] * np.array(FIRST)).sum()
                for c in (6, 7, 8)
            ]
            for r in (0, 1, 2)
        ]
    )
    assert pixels[0:7, 12:19].any()  # the box is not empty paper
    assert found.value == pytest.approx((first * np.array(SECOND)).sum(), rel=1e-5)
    (part,) = found.step.parts
    assert part.numbers.reshape(3, 3) == pytest.approx(first, rel=1e-5)
    assert part.weights.reshape(3, 3) == pytest.approx(np.array(SECOND), rel=1e-6)
    assert [len(step.parts[0].cells) for _, step in found.steps()] == [9] * 10


def test_depth_counts_the_sums_that_are_opened() -> None:
    net, images = simple_cnn(norm="batch"), torch.rand(1, 1, 28, 28)
    opened = []
    for depth in (1, 2, 3):
        steps = list(trace(net, images, 4, (3, 3), depth=depth).steps())
        opened.append(max(level for level, step in steps if step.opens))
        assert {step.kind for _, step in steps} <= {"sum", "scaled", "function"}
    assert opened == [0, 1, 2]


def test_layers_are_numbered_as_in_the_chapter_and_the_channel_is_the_largest() -> None:
    net, images = simple_cnn(norm="batch"), torch.rand(1, 1, 28, 28)
    found = trace(net, images, -4, (0, 1))
    assert (found.call.path, found.is_strongest) == ("3.0", True)
    with torch.no_grad():
        maps = copy.deepcopy(net).eval()[:3](images)
        maps = net[3][0](maps)  # pyright: ignore[reportIndexIssue]
    assert found.value == maps[0, :, 0, 1].max().item()
    assert found.channel == maps[0, :, 0, 1].argmax().item()
    assert trace(net, images, "3.0", (0, 1), 5).channel == 5


@pytest.mark.parametrize(
    ("layer", "cell", "channel", "said"),
    [
        (10, (0, 0), None, r"no layer 10(.|\n)*0 0\.0, (.|\n)*try +: 0 to 9"),
        (-11, (0, 0), None, "no layer -11"),
        ("3.O", (0, 0), None, r"no layer '3\.O'(.|\n)*try +: .*'3\.0'"),
        ("3.0#2", (0, 0), None, r"no call '3\.0#2'(.|\n)*calls +: 1"),
        (
            0,
            (14, 0),
            None,
            r"outside the map(.|\n)*8 channels of 14 x 14(.|\n)*\(0 to 13, 0 to 13\)",
        ),
        (0, (0, -1), None, "outside the map"),
        (0, (0,), None, "outside the map"),
        (0, (0, 0), 8, r"channel is not there(.|\n)*channel 0 to 7"),
    ],
)
def test_what_does_not_exist_is_told_with_what_does(
    layer: int | str, cell: tuple[int, ...], channel: int | None, said: str
) -> None:
    net = simple_cnn(norm="batch")
    with pytest.raises((ConfigError, ShapeError), match=said):
        trace(net, torch.rand(1, 1, 28, 28), layer, cell, channel)
    assert net.training
    assert not any(one._forward_hooks or one._forward_pre_hooks for one in net.modules())


def test_the_model_is_left_as_it_was() -> None:
    net = simple_cnn(norm="batch")
    before = copy.deepcopy(net.state_dict())
    found = trace(net, torch.rand(2, 1, 28, 28), 0, (0, 0), depth=None)
    assert found.regions
    reaches(net, torch.rand(2, 1, 28, 28), (3, 3))
    assert net.training
    assert all(one.training for one in net.modules())
    assert all(torch.equal(before[name], now) for name, now in net.state_dict().items())
    assert all(weights.grad is None for weights in net.parameters())


def test_the_chain_ends_where_there_is_no_rule() -> None:
    def sorting(x: Tensor, first: nn.Module, last: nn.Module) -> Tensor:
        return last(first(x).sort(3)[0])

    net = Does(sorting, nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 1))
    found = trace(net, torch.rand(1, 1, 8, 8), -1, (0, 0), depth=None)
    sums, opaque = (step for _, step in found.steps())
    assert (sums.operation, opaque.kind, opaque.operation) == ("convolution", "opaque", "sort")
    assert opaque.note == "there is no rule for sort; it reads 1 tensors"
    region = found.regions[found.recording.inputs[0]]
    assert (region.status, region.box) == ("at least", ())
    assert region.because == "there is no rule for sort"
    after = reaches(net, torch.rand(1, 1, 8, 8), (4, 4))
    assert [one.region.status for one in after] == ["exact", "at least", "at least"]


@pytest.mark.parametrize("gone", ["relu", "native_batch_norm", "convolution"])
def test_without_its_rule_an_operation_is_opaque(
    gone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(RULES, gone)
    net, images = simple_cnn(norm="batch"), torch.rand(1, 1, 28, 28)
    steps = [step for _, step in trace(net, images, 2, (1, 1), depth=None).steps()]
    assert {step.kind for step in steps if step.operation == gone} == {"opaque"}
    assert not any(step.parts for step in steps if step.operation == gone)


def test_padding_is_shown_and_adds_nothing() -> None:
    net = nn.Conv2d(1, 1, 3, padding=1)
    step = trace(nn.Sequential(net), torch.ones(1, 1, 4, 4), 0, (0, 0)).step
    terms = list(step.terms())
    assert [one.source is None for one in terms] == [True] * 4 + [False, False, True, False, False]
    assert sum(one.product for one in terms) + step.bias == pytest.approx(step.value, abs=1e-6)


def test_a_window_shows_whom_its_winner_beat() -> None:
    images = torch.tensor([[[[1.0, 5.0], [2.0, 3.0]]]])
    step = trace(nn.Sequential(nn.MaxPool2d(2)), images, "0", (0, 0)).step
    assert [(one.number, one.weight) for one in step.terms()] == [(1, 0), (5, 1), (2, 0), (3, 0)]
    assert [one.cell for one in step.inputs()] == [(0, 0, 0, 1)]


def test_batch_norm_shows_its_numbers() -> None:
    norm = nn.BatchNorm2d(1, eps=0)
    norm.running_mean, norm.running_var = torch.tensor([3.0]), torch.tensor([4.0])
    norm.weight.data[0], norm.bias.data[0] = 6.0, 1.0
    step = trace(nn.Sequential(norm), torch.full((1, 1, 1, 1), 5.0), 0, (0, 0)).step
    assert step.facts == {"mean": 3, "deviation": 2, "gamma": 6, "beta": 1}
    assert (step.parts[0].weights[0], step.bias, step.value) == (3, -8, 7)


def test_what_a_pixel_reaches_and_how_strongly() -> None:
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Conv2d(2, 1, 3, stride=2), nn.ReLU())
    images = torch.rand(1, 1, 9, 9)
    first, second, last = reaches(net, images, (4, 4))
    assert [one.region.box for one in (first, second)] == [((2, 4), (2, 4)), ((0, 2), (0, 2))]
    assert (first.is_linear, second.is_linear, last.is_linear) == (True, True, False)
    changed = images.clone()
    changed[0, 0, 4, 4] += 1
    with torch.no_grad():
        grown = net[:2](changed) - net[:2](images)
    assert second.gains == pytest.approx(grown.numpy(), abs=1e-6)
    only = reaches(net, images, (2, 2), layer=0, channel=1)
    assert [one.layer for one in only] == ["1", ""]


def test_a_pixel_that_is_stepped_over_reaches_nothing() -> None:
    net = nn.Sequential(nn.Conv2d(1, 1, 1, stride=2))
    assert [one.region.box for one in reaches(net, torch.rand(1, 1, 4, 4), (1, 1))] == [(), ()]


def test_a_trace_as_plain_numbers_knows_the_pictures_own_values() -> None:
    net, images = simple_cnn(), torch.rand(1, 1, 28, 28)
    pixels = (255 * images).round().double().numpy()
    record = told(net, trace(net, images, 1, (0, 3), depth=2), pixels)
    assert (record.maps[0].name, record.maps[0].box) == ("input", (0, 4, 8, 16))
    assert [one.kind for one in record.steps] == ["sum", "function", "sum"]
    patch = record.steps[-1].patches[0]
    assert patch.pixels is not None
    assert patch.pixels == pytest.approx(255 * patch.numbers, abs=0.51, nan_ok=True)
