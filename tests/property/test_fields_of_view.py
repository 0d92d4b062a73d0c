"""Receptive fields against the truth: what becomes NaN where one row or column of pixels is NaN.

Two things are compared for random graphs: the box of every cell of every channel, borders included,
with NaN sent through the network; and the law for interior cells with the boxes of a large picture.
"""

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.probe import Recording, record
from convscope.probe.fields import Fields, fields_of
from convscope.probe.spans import Span
from tests.nets import NETS

CHANNELS = 4  # of every map, so that any two can be added and grouped by two
SIDE, LARGE, MARGIN = 20, 90, 25

Piece = Callable[[], nn.Module]


class Both(nn.Module):
    """Two ways side by side, added, multiplied or concatenated."""

    def __init__(self, left: nn.Module, right: nn.Module, how: str) -> None:
        super().__init__()
        self.left, self.right, self.how = left, right, how

    def forward(self, x: Tensor) -> Tensor:
        one, other = self.left(x), self.right(x)
        high, wide = (min(pair) for pair in zip(one.shape[2:], other.shape[2:], strict=True))
        one, other = one[:, :, :high, :wide], other[:, :, :high, :wide]
        if self.how == "cat":
            return torch.cat([one[:, 1:3], other[:, :2]], 1)
        return one + other if self.how == "add" else one * other


class Do(nn.Module):
    """A function, with the arguments that made it."""

    def __init__(self, do: Callable[[Tensor], Tensor], said: str) -> None:
        super().__init__()
        self.do, self.said = do, said

    def forward(self, x: Tensor) -> Tensor:
        return self.do(x)

    def extra_repr(self) -> str:
        return self.said


def convolution(draw: st.DrawFn) -> nn.Module:
    size = draw(st.integers(1, 4))
    groups, stride = draw(st.sampled_from([1, 2, 4])), draw(st.integers(1, 3))
    dilation, padding = draw(st.integers(1, 2)), draw(st.integers(0, 2))
    return nn.Conv2d(CHANNELS, CHANNELS, size, stride, padding, dilation, groups)


def transposed(draw: st.DrawFn) -> nn.Module:
    stride, size = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    padding, groups = draw(st.integers(0, size - 1)), draw(st.sampled_from([1, 2]))
    extra, dilation = draw(st.integers(0, stride - 1)), draw(st.integers(1, 2))
    return nn.ConvTranspose2d(
        *(CHANNELS, CHANNELS, size, stride, min(padding, 1), extra, groups, True, dilation)
    )


def pooling(draw: st.DrawFn) -> nn.Module:
    size, stride = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    padding, ceil = draw(st.integers(0, size // 2)), draw(st.booleans())
    if draw(st.booleans()):
        return nn.AvgPool2d(size, stride, padding, ceil)
    return nn.MaxPool2d(size, stride, padding, ceil_mode=ceil)


def padding(draw: st.DrawFn) -> nn.Module:
    sides = [draw(st.integers(0, 2)) for _ in range(4)]
    mode = draw(st.sampled_from(["constant", "circular", "reflect", "replicate"]))
    return Do(lambda x: F.pad(x, sides, mode=mode), f"pad {sides} {mode}")


def moved(draw: st.DrawFn) -> nn.Module:
    first, step, dim = draw(st.integers(0, 2)), draw(st.integers(1, 2)), draw(st.integers(2, 3))
    moves: dict[str, Callable[[Tensor], Tensor]] = {
        "slice": lambda x: x[:, :, first::step, : x.shape[3] - first],
        "flip": lambda x: x.flip(dim),
        "roll": lambda x: x.roll(first, dim),
        "turned": lambda x: x.mT,
        "channels": lambda x: x.flip(1),
        "halves": lambda x: torch.cat(x.chunk(2, 1)[::-1], 1),
        "tokens": lambda x: x.flatten(2).mT.unflatten(1, x.shape[2:]).permute(0, 3, 1, 2),
        "written": lambda x: written(x, first),
        "nearest": lambda x: F.interpolate(x, scale_factor=2, mode="nearest"),
        "finer": lambda x: F.pixel_shuffle(torch.cat([x] * 4, 1), 2),
        "coarser": lambda x: F.pixel_unshuffle(even(x[:, :1]), 2),
        "softer": lambda x: F.adaptive_avg_pool2d(x, (x.shape[2] // 2 + 1, x.shape[3])),
        "linear": lambda x: (x.movedim(1, 3) @ torch.ones(4, 4, dtype=x.dtype)).movedim(3, 1),
    }
    name = draw(st.sampled_from(sorted(moves)))
    return Do(moves[name], f"{name} {first} {step} {dim}")


def even(x: Tensor) -> Tensor:
    return x[:, :, : x.shape[2] // 2 * 2, : x.shape[3] // 2 * 2]


def written(x: Tensor, first: int) -> Tensor:
    y = x * 1
    y[:, :, first : first + 2] = x.mean(2, keepdim=True)
    y[:, 0].mul_(2)
    return y


def both(draw: st.DrawFn) -> nn.Module:
    how = draw(st.sampled_from(["add", "mul", "cat"]))
    return Both(chain(draw, 2, deep=False), chain(draw, 2, deep=False), how)


def chain(draw: st.DrawFn, most: int, *, deep: bool) -> nn.Sequential:
    kinds = [convolution, transposed, pooling, padding, moved, *([both] if deep else [])]
    parts = [draw(st.sampled_from(kinds))(draw) for _ in range(draw(st.integers(1, most)))]
    return nn.Sequential(*parts)


@st.composite
def graphs(draw: st.DrawFn) -> nn.Module:
    return nn.Sequential(nn.Conv2d(1, CHANNELS, 1), chain(draw, 4, deep=True)).double().eval()


def reached(net: nn.Module, shape: tuple[int, ...], dim: int) -> Tensor:
    """Which rows (columns) each cell of the output depends on: (rows, channels, high, wide)."""
    images = torch.rand(shape[dim], *shape[1:], dtype=torch.float64)
    for at in range(shape[dim]):
        images[at].select(dim - 1, at).fill_(torch.nan)
    with torch.no_grad():
        return net(images).isnan()


def assert_boxes(span: Span | None, found: Tensor) -> None:
    """First and last pixel of every cell are those that NaN reached."""
    none = ~found.any(0)
    first = found.long().argmax(0).double().masked_fill(none, torch.inf)
    last = (len(found) - 1 - found.flip(0).long().argmax(0)).double().masked_fill(none, -torch.inf)
    if span is None:
        assert none.all()
        return
    assert span.box is not None, span.status
    torch.testing.assert_close(span.box.first[0].expand_as(first), first, rtol=0, atol=0)
    torch.testing.assert_close(span.box.last[0].expand_as(last), last, rtol=0, atol=0)


def looked_at(net: nn.Module, side: int) -> tuple[Recording, Fields]:
    found = record(net, torch.rand(1, 1, side, side, dtype=torch.float64))
    return found, fields_of(found)


@pytest.mark.parametrize("name", [name for name in NETS if name not in {"pairs", "u-net"}])
def test_boxes_of_the_fixtures_are_those_that_nan_reaches(name: str) -> None:
    torch.manual_seed(0)
    net = NETS[name].make().double().eval()
    given = torch.rand(1, *NETS[name].given, dtype=torch.float64)
    found = record(net, given)
    fields = fields_of(found)
    for axis in (0, 1):
        reach = reached(net, tuple(given.shape), 2 + axis)
        assert_boxes(fields.spans[axis].get(found.outputs[0]), reach)


def runs_on(net: nn.Module, side: int) -> bool:
    try:
        made = net(torch.rand(1, 1, side, side, dtype=torch.float64))
    except (RuntimeError, ValueError):
        return False
    return made.numel() > 0


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(graphs())
def test_boxes_of_random_graphs_are_those_that_nan_reaches(net: nn.Module) -> None:
    if not runs_on(net, SIDE):
        return
    found, fields = looked_at(net, SIDE)
    assert fields.blamed == {}
    for axis in (0, 1):
        span = fields.spans[axis].get(found.outputs[0])
        assert_boxes(span, reached(net, (1, 1, SIDE, SIDE), 2 + axis))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(graphs())
def test_the_law_is_what_the_middle_of_a_large_picture_sees(net: nn.Module) -> None:
    if not runs_on(net, LARGE):
        return
    found, fields = looked_at(net, LARGE)
    for axis in (0, 1):
        span = fields.spans[axis].get(found.outputs[0])
        if span is None or span.law is None or span.law.dim is None or span.box is None:
            continue
        dim = span.law.dim
        length = found.values[found.outputs[0]].shape[dim]
        others = [at for at in range(4) if at != dim]
        law = span.law.at(torch.arange(length)).over(others)
        real = span.box.over(others)
        within = (law.first >= MARGIN) & (law.last <= LARGE - MARGIN) & (law.first <= law.last)
        for one, other in ((law.first, real.first), (law.last, real.last)):
            assert torch.equal(one[within], other.expand_as(within)[within])
