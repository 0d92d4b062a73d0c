"""Networks taken apart: numbers that are known, statuses that are honest, messages that help."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.errors import ConfigError, ShapeError
from convscope.models import simple_cnn, simple_net
from convscope.probe import Anatomy, anatomy
from convscope.probe.rules import RULES
from tests.nets import NETS, RESNETS, Reuse, UNet, alexnet_features, resnet, vgg16_features

PICTURE = (3, 16, 16)


class Does(nn.Module):
    def __init__(self, forward: Callable[..., Any]) -> None:
        super().__init__()
        self.doing = forward
        self.conv = nn.Conv2d(3, 4, 3, padding=1)

    def forward(self, x: Tensor) -> Any:
        return self.doing(self, x)


def last(found: Anatomy) -> tuple[Any, ...]:
    row = found.rows[-1]
    return (*set(row.field.size), *set(row.field.jump), row.field.status)


# The chapter's nets, row by row.

THREE_OR_SEVEN = [
    ((14, 40, 7_056), 3, 2),
    ((7, 296, 14_112), 7, 4),
    ((4, 1_168, 18_432), 15, 8),
    ((2, 4_640, 18_432), 31, 16),
    ((1, 578, 576), 63, 32),
]


def test_the_chapters_three_or_seven_net() -> None:
    found = anatomy(simple_net(), (1, 28, 28))
    rows = [row for row in found.rows if row.kind == "Conv2d"]
    for row, ((side, parameters, counted), size, jump) in zip(rows, THREE_OR_SEVEN, strict=True):
        assert row.outputs[0][2:] == (side, side)
        assert (row.trainable, row.multiply_adds) == (parameters, counted)
        assert row.field.size == (size, size)
        assert row.field.jump == (jump, jump)
    assert (found.parameters, found.multiply_adds) == (6_722, 58_608)
    assert found.reconciled["the book"] == 28_224 + 56_448 + 56_448 + 73_728 + 2_304
    assert last(found) == (63, 32, "exact")  # the Flatten of a single place sees what it saw


def test_the_chapters_ten_digit_net() -> None:
    found = anatomy(simple_cnn(norm="batch"), (1, 28, 28))
    rows = [row for row in found.rows if row.kind == "Conv2d"]
    assert [row.trainable for row in rows] == [208, 1_168, 4_640, 18_496, 5_770]
    assert [row.multiply_adds for row in rows] == [39_200, 56_448, 73_728, 73_728, 5_760]
    assert [row.field.size[0] for row in rows] == [5, 9, 17, 33, 65]
    assert (found.parameters, found.multiply_adds) == (30_542, 248_864)


# The classics, at a size at which a test is quick: fields do not depend on it.


@pytest.mark.parametrize(("make", "size"), [(alexnet_features, 195), (vgg16_features, 212)])
def test_alexnet_and_vgg(make: Callable[[], nn.Module], size: int) -> None:
    assert last(anatomy(make(), (3, 64, 64))) == (size, 32, "exact")


@pytest.mark.slow
@pytest.mark.parametrize("name", RESNETS)
def test_resnets(name: str) -> None:
    found = anatomy(resnet(name), (3, 64, 64))
    row = [one for one in found.rows if one.path.startswith("layer4")][-1]
    assert (row.field.size, row.field.jump) == ((RESNETS[name][3],) * 2, (32, 32))
    assert row.field.status == "exact"


@pytest.mark.slow
def test_resnet_50_at_224() -> None:
    found = anatomy(resnet(), (3, 224, 224))
    assert (found.parameters, found.multiply_adds) == (25_557_032, 4_089_184_256)
    assert found.layer("layer4.2.conv3").field.size == (427, 427)
    assert found.rows[-1].field.status == "whole input"
    assert (found.unused, found.uncounted) == (0, ())
    # measured once with torchinfo 1.8.0, fvcore 0.1.5 and thop 0.1.1 on this very net
    assert found.reconciled["torchinfo"] == 4_089_238_376
    assert found.reconciled["fvcore"] == 4_111_512_576
    assert found.reconciled["thop"] == 4_133_742_592


@pytest.mark.parametrize(
    ("net", "given", "measured"),  # torchinfo, fvcore, thop: measured once, as above
    [
        (simple_net(), (1, 28, 28), (60_170, 58_608, 58_608)),
        (simple_cnn(norm="batch"), (1, 28, 28), (252_254, 255_124, 261_384)),
        (UNet(), (3, 32, 32), (547_880, 570_880, 587_776)),
        (Reuse(), PICTURE, (155_648, 150_528, 150_528)),
    ],
)
def test_what_others_count(net: nn.Module, given: Any, measured: tuple[int, ...]) -> None:
    others = anatomy(net, given).reconciled
    assert (others["torchinfo"], others["fvcore"], others["thop"]) == measured


# Every way of wiring.


@pytest.mark.parametrize("name", NETS)
def test_fixtures(name: str) -> None:
    known = NETS[name]
    found = anatomy(known.make(), known.given)
    assert last(found) == (known.size, known.jump, known.status)
    assert found.uncounted == ()


@pytest.mark.parametrize("name", NETS)
def test_totals_are_sums(name: str) -> None:
    net = NETS[name].make()
    found = anatomy(net, NETS[name].given)
    rows = found.rows
    assert sum(
        row.trainable for row in rows
    ) + found.unused == found.trainable + found.frozen - sum(row.frozen for row in rows)
    assert found.parameters == sum(one.numel() for one in net.parameters())
    assert found.multiply_adds == sum(row.multiply_adds or 0 for row in rows)
    assert found.multiply_adds == sum(row.multiply_adds or 0 for row in found.operations)
    assert found.activation_bytes == sum(row.activation_bytes for row in found.operations)


def test_reuse_and_ties_are_counted_once() -> None:
    found = anatomy(Reuse(), PICTURE)
    same = [row for row in found.rows if row.path == "same"]
    assert [(row.turn, row.trainable, row.tied) for row in same] == [
        *((0, 148, 0), (1, 0, 148), (2, 0, 148))
    ]
    (twin,) = (row for row in found.rows if row.path == "twin")
    assert (twin.trainable, twin.tied) == (4, 144)
    assert found.parameters == 16 + 148 + 4


def test_frozen_and_unused_parameters() -> None:
    net = Does(lambda net, x: F.relu(x))
    found = anatomy(net, PICTURE)
    assert (found.unused, found.parameters) == (112, 112)
    net = Does(lambda net, x: net.conv(x))
    net.conv.weight.requires_grad = False
    row = anatomy(net, PICTURE).rows[0]
    assert (row.trainable, row.frozen) == (4, 108)


def test_windows_centres_and_memory() -> None:
    row = anatomy(nn.Conv2d(4, 8, (3, 5), 2, (0, 1), (1, 2), 2), (4, 20, 20)).rows[0]
    window = row.window
    assert window is not None
    assert (window.size, window.stride, window.padding) == ((3, 5), (2, 2), (0, 1))
    assert (window.dilation, window.groups, window.transposed) == ((1, 2), 2, False)
    assert row.field.size == (3, 9)
    assert row.field.centre == (1, 3)
    assert row.activation_bytes == 4 * 8 * 9 * 7
    assert row.multiply_adds == (8 * 9 * 7) * 2 * 15


def test_a_batch_is_counted_whole() -> None:
    assert anatomy(simple_net(), (64, 1, 28, 28)).multiply_adds == 64 * 58_608


@pytest.mark.parametrize(
    ("do", "size", "jump"),
    [
        (lambda x: F.interpolate(x, scale_factor=2, mode="nearest"), 3, Fraction(1, 2)),
        (lambda x: F.interpolate(x, scale_factor=2, mode="bilinear"), 4, Fraction(1, 2)),
        (lambda x: F.interpolate(x, scale_factor=0.5, mode="bilinear"), 4, 2),
        (lambda x: F.interpolate(x, size=24, mode="bicubic"), 6, Fraction(2, 3)),
        (lambda x: F.avg_pool2d(x, 2), 4, 2),
        (lambda x: F.max_pool2d(x, 3, 2, ceil_mode=True), 5, 2),
        (lambda x: x[:, :, ::2, ::2], 3, 2),
        (lambda x: x.flip(2, 3), 3, -1),
        (lambda x: F.conv_transpose2d(x, torch.ones(4, 4, 4, 4), stride=2), 4, Fraction(1, 2)),
        (lambda x: F.adaptive_avg_pool2d(x, 4), 6, 4),
    ],
)
def test_sizes_and_jumps(do: Callable[[Tensor], Tensor], size: int, jump: Any) -> None:
    assert last(anatomy(Does(lambda net, x: do(net.conv(x)) * 1), PICTURE)) == (size, jump, "exact")


@pytest.mark.parametrize(
    "do",
    [
        lambda x: x.mean((2, 3)),
        lambda x: F.adaptive_avg_pool2d(x, 1),
        lambda x: F.avg_pool2d(x, x.shape[2:]),
        lambda x: x.flatten(1) @ torch.ones(4 * 256, 3),
        lambda x: x * x.amax((2, 3), keepdim=True).sigmoid(),
        lambda x: F.layer_norm(x, x.shape[1:]),
        lambda x: F.instance_norm(x),
        lambda x: torch.softmax(x.flatten(2), -1),
    ],
)
def test_the_whole_input(do: Callable[[Tensor], Tensor]) -> None:
    assert last(anatomy(Does(lambda net, x: do(net.conv(x))), PICTURE)) == (16, None, "whole input")


def test_places_that_are_computed_depend_on_the_data() -> None:
    def turned(net: Any, x: Tensor) -> Tensor:
        grid = F.affine_grid(torch.eye(2, 3)[None], list(x.shape), align_corners=False)
        return F.grid_sample(net.conv(x), grid + x.mean(), align_corners=False)

    found = anatomy(Does(turned), PICTURE)
    assert last(found)[-1] == "data-dependent"
    found = anatomy(Does(lambda net, x: x * net.conv(x).max().item()), PICTURE)
    assert last(found) == (None, None, "data-dependent")
    assert "Python" in found.notes[0]
    assert "Python" in found.rows[-1].field.reason


def test_memory_nobody_wrote_is_unknown() -> None:
    found = anatomy(Does(lambda net, x: net.conv(x) + torch.empty(16)), PICTURE)
    assert last(found) == (None, None, "unknown")


def test_an_operation_without_a_rule_is_never_guessed_at() -> None:
    found = anatomy(Does(lambda net, x: F.relu(torch.cummax(net.conv(x), 2)[0])), PICTURE)
    assert found.rows[0].field.status == "exact"
    assert [row.field.status for row in found.rows[1:]] == ["unknown", "unknown"]
    assert found.uncounted == ("cummax",)
    assert [row.multiply_adds for row in found.rows[1:]] == [None, 0]
    assert "no rule for 'cummax'" in found.rows[-1].field.reason
    assert "at least" in str(found)


WITHOUT = [name for name in NETS if name not in {"pairs", "transformer", "branches"}]


@pytest.mark.parametrize(
    "name", ["branches", *(pytest.param(name, marks=pytest.mark.slow) for name in WITHOUT)]
)
def test_without_a_rule_all_that_follows_is_unknown(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Take away each rule in turn: what depends on the operation is unknown, nothing else is."""
    net, given = NETS[name].make(), NETS[name].given
    whole = anatomy(net, given)
    for gone in dict.fromkeys(row.kind for row in whole.operations):
        monkeypatch.delitem(RULES, gone)
        found = anatomy(net, given)
        monkeypatch.undo()
        unknown: set[int] = set()
        builder = found.builder
        assert builder is not None
        recording = builder.recording
        for operation, row, before in zip(
            recording.operations, found.operations, whole.operations, strict=True
        ):
            if before.field.status == "unknown":
                continue
            blind = operation.name == gone or unknown & set(operation.inputs)
            touches = any(before.field.size)  # what depends on no pixel is known to
            if blind and touches:
                unknown.update(operation.outputs)
                assert (row.field.status, set(row.field.size)) == ("unknown", {None})
            else:
                assert row.field == before.field
        assert found.uncounted == (gone,)
        assert found.multiply_adds <= whole.multiply_adds


# Finding layers, and bad input.


def test_layers_are_named_or_numbered() -> None:
    found = anatomy(simple_cnn(norm="batch"), (1, 28, 28))
    assert found.layer(0) is found.layer("0.0")
    assert (found.layer(-1).kind, found.layer(-2).path) == ("BatchNorm2d", "4.0")
    with pytest.raises(ConfigError, match="10 layers with parameters were run, from 0 to 9"):
        found.layer(10)
    with pytest.raises(ConfigError, match=r"try +: '3.0'"):
        found.layer("3.00")


@pytest.mark.parametrize(
    ("net", "given", "error", "says"),
    [
        (simple_net(), (3, 28, 28), ShapeError, "0.0: Conv2d"),
        (nn.LazyLinear(3), (1, 3), ConfigError, "lazy"),
        (nn.Linear(3, 3, device="meta"), (1, 3), ConfigError, "meta"),
        (simple_net(), None, ConfigError, "no input"),
    ],
)
def test_bad_input(net: nn.Module, given: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        anatomy(net, given)


def test_no_picture_no_field() -> None:
    found = anatomy(nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 2)), torch.arange(6)[None])
    assert [row.field.size for row in found.rows] == [(), ()]
    assert found.multiply_adds == 6 * 8
