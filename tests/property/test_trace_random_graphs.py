"""On random graphs of every operation with a rule, the shown terms give the network's numbers."""

import copy
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.probe import Trace, trace

Block = Callable[[st.DataObject, int, int], nn.Module]
ROUNDING = 2e-5  # of float32, on the sum of all magnitudes
MOST_STEPS = 100


class Does(nn.Module):
    """A block that is a function, with parts."""

    def __init__(self, doing: Callable[..., Tensor], *parts: nn.Module) -> None:
        super().__init__()
        self.doing, self.parts = doing, nn.ModuleList(parts)

    def forward(self, x: Tensor) -> Tensor:
        return self.doing(x, *self.parts)


def one(doing: Callable[..., Any], *parts: Callable[[int], nn.Module]) -> Block:
    """A block that needs nothing drawn."""
    return lambda draw, channels, side: Does(doing, *(part(channels) for part in parts))


def convolution(draw: st.DataObject, channels: int, side: int) -> nn.Module:
    transposed = draw.draw(st.booleans(), "transposed")
    kernel = draw.draw(st.integers(1, 3), "kernel"), draw.draw(st.integers(1, 3), "kernel")
    stride, dilation = draw.draw(st.integers(1, 2)), draw.draw(st.integers(1, 2))
    groups = draw.draw(st.sampled_from([1, 2, channels]), "groups")
    padding, bias = draw.draw(st.integers(0, 2), "padding"), draw.draw(st.booleans())
    if transposed:
        how = {"stride": stride, "dilation": dilation, "output_padding": stride - 1}
        more: dict[str, Any] = {"groups": groups, "bias": bias, **how}
        return nn.ConvTranspose2d(channels, channels, kernel, **more)
    mode = draw.draw(st.sampled_from(["zeros", "circular", "reflect", "replicate"]), "mode")
    padding = min(padding, side - 1)
    if side + 2 * padding < dilation * (max(kernel) - 1) + 1:
        kernel = (1, 1)
    return nn.Conv2d(
        *(channels, 2 * channels if channels < 8 else 4, kernel, stride, padding, dilation),
        groups=groups if groups <= 4 else 1,
        bias=bias,
        padding_mode=mode,  # pyright: ignore[reportArgumentType] - one of the four
    )


def pooling(draw: st.DataObject, channels: int, side: int) -> nn.Module:
    size = draw.draw(st.integers(2, 3), "window")
    stride, ceil = draw.draw(st.integers(1, 2)), draw.draw(st.booleans(), "ceil")
    padding = draw.draw(st.integers(0, size // 2), "padding")
    include, divisor = draw.draw(st.booleans()), draw.draw(st.sampled_from([None, 5]))
    to = draw.draw(st.integers(1, side), "to"), draw.draw(st.integers(1, side))
    kinds = [
        nn.MaxPool2d(size, stride, padding, ceil_mode=ceil),
        nn.AvgPool2d(size, stride, padding, ceil, include, divisor),
        nn.AdaptiveAvgPool2d(to),
        nn.AdaptiveMaxPool2d(to),
    ]
    return draw.draw(st.sampled_from(kinds), "pooling") if side > 2 else kinds[2]


def resizing(draw: st.DataObject, channels: int, side: int) -> nn.Module:
    mode = draw.draw(st.sampled_from(["nearest", "nearest-exact", "bilinear", "bicubic"]), "mode")
    align = draw.draw(st.booleans(), "align") if mode.startswith("bi") else None
    to = draw.draw(st.integers(1, 9), "to"), draw.draw(st.integers(1, 9))
    smooth = bool(align is False and draw.draw(st.booleans(), "antialias"))
    return Does(lambda x: F.interpolate(x, to, mode=mode, align_corners=align, antialias=smooth))


def activation(draw: st.DataObject, channels: int, side: int) -> nn.Module:
    kinds = [nn.ReLU(), nn.ReLU(inplace=True), nn.LeakyReLU(0.1), nn.PReLU(channels), nn.ELU()]
    kinds += [nn.GELU(), nn.SiLU(), nn.Sigmoid(), nn.Tanh(), nn.Hardswish(), nn.Hardsigmoid()]
    kinds += [nn.ReLU6(), nn.SELU(), nn.CELU(), nn.Softplus(), nn.Mish(), nn.Softshrink(0.1)]
    kinds += [nn.Hardshrink(0.1), nn.LogSigmoid(), nn.Threshold(0.1, 0.2)]
    return draw.draw(st.sampled_from(kinds), "activation")


def normalisation(draw: st.DataObject, channels: int, side: int) -> nn.Module:
    kinds = [nn.BatchNorm2d(channels), nn.BatchNorm2d(channels, track_running_stats=False)]
    kinds += [nn.GroupNorm(2, channels), nn.LocalResponseNorm(3), nn.RMSNorm(channels)]
    if side > 1:
        kinds += [nn.InstanceNorm2d(channels, affine=True)]
    kind = draw.draw(st.sampled_from([*kinds, nn.LayerNorm(channels)]), "norm")
    for weights in [*kind.parameters(), *kind.buffers()]:
        if weights.is_floating_point():
            weights.data.uniform_(0.5, 1.5)
    if isinstance(kind, nn.LayerNorm | nn.RMSNorm):  # channels last
        return Does(lambda x, norm: norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2), kind)
    return kind


def padding(draw: st.DataObject, channels: int, side: int) -> nn.Module:
    widths = draw.draw(st.lists(st.integers(0, side - 1), min_size=4, max_size=4), "widths")
    mode = draw.draw(st.sampled_from(["constant", "reflect", "replicate", "circular"]), "mode")
    value = 0.7 if mode == "constant" else None
    return Does(lambda x: F.pad(x, widths, mode, value))


def squeeze_and_excite(x: Tensor, layer: nn.Module) -> Tensor:
    return x * torch.sigmoid(layer(x.mean((2, 3), keepdim=True)))


def tokens(x: Tensor, layer: nn.Module) -> Tensor:
    flat = x.flatten(2).transpose(1, 2)
    return layer(flat).transpose(1, 2).reshape(x.shape)


def attention(x: Tensor) -> Tensor:
    flat = x.flatten(2).transpose(1, 2)
    return F.scaled_dot_product_attention(flat, flat * 2, flat).transpose(1, 2).reshape(x.shape)


def shuffled(x: Tensor) -> Tensor:
    a, b = x.chunk(2, 1)
    return torch.stack([b, a], 2).flatten(1, 2)


def written_over(x: Tensor) -> Tensor:
    y = x * 2
    y[:, :, 0] = x[:, :, -1] + 1
    y[:, 0] += 0.5
    return y


def same(channels: int) -> nn.Module:
    return nn.Conv2d(channels, channels, 3, padding=1)


def point(channels: int) -> nn.Module:
    return nn.Conv2d(channels, channels, 1)


BLOCKS: dict[str, Block] = {
    "convolution": convolution,
    "pooling": pooling,
    "resizing": resizing,
    "activation": activation,
    "normalisation": normalisation,
    "padding": padding,
    "residual": one(lambda x, layer: x + layer(x), same),
    "difference": one(lambda x, layer: 1 - torch.sub(x, layer(x), alpha=2) / 3, point),
    "both": one(lambda x, layer: torch.cat([x, layer(x)], 1)[:, 1:-1:2], same),
    "squeeze_and_excite": one(squeeze_and_excite, point),
    "ratio": one(lambda x: x / (1 + x.abs())),
    "powers": one(lambda x: (x * x + 0.1).sqrt() + x.pow(2) - x.square().neg().exp()),
    "limits": one(lambda x: torch.maximum(x, x.flip(3)).clamp(-0.5, 2)),
    "shuffle": one(shuffled),
    "moved": one(lambda x: x.transpose(2, 3).roll(1, 2).flip(2)),
    "expanded": one(
        lambda x: x - x.mean(1, keepdim=True).expand_as(x) + x.sum((2, 3))[..., None, None]
    ),
    "largest": one(lambda x: x - x.amax((2, 3), keepdim=True) + x.max(1, keepdim=True)[0]),
    "unit": one(lambda x: F.normalize(x) + x.var((2, 3), keepdim=True)),
    "softmax": one(lambda x: x.softmax(1)),
    "log_softmax": one(lambda x: x.log_softmax(1)),
    "attention": one(attention),
    "tokens": one(tokens, lambda channels: nn.Linear(channels, channels)),
    "gated": one(lambda x, layer: F.glu(torch.cat([x, layer(x)], 1), 1), point),
    "products": one(
        lambda x: x @ x.transpose(2, 3) @ x + torch.einsum("nchw,nchw->nch", x, x)[..., None]
    ),
    "written": one(written_over),
    "chosen": one(lambda x: torch.where(torch.arange(x.shape[3]) % 2 == 0, x, -x).tril(1)),
    "dropout": one(lambda x, layer: layer(x), lambda _: nn.Dropout(0.4)),
    "pixels": one(lambda x: F.pixel_unshuffle(F.pixel_shuffle(x.repeat(1, 4, 1, 1), 2), 2)[:, ::4]),
}


def network(draw: st.DataObject, blocks: list[str]) -> tuple[nn.Sequential, Tensor]:
    """Make a net of blocks, and a batch for it."""
    torch.manual_seed(draw.draw(st.integers(0, 99), "seed"))
    side = draw.draw(st.integers(3, 6), "side")
    images = torch.randn(2, 4, side, side)
    layers, x = nn.Sequential(point(4)), images
    for name in blocks:
        with torch.no_grad():
            x = layers.eval()(images)
        block = BLOCKS[name](draw, x.shape[1], min(x.shape[2:]))
        with torch.no_grad():
            y = block.eval()(x.clone())
        if y.shape[1] % 4 == 0 and y.numel() and max(y.shape[2:]) < 20:
            layers.append(block)
    if draw.draw(st.booleans(), "flattened"):
        with torch.no_grad():
            x = layers.eval()(images)
        layers.append(nn.Sequential(nn.Flatten(), nn.Linear(x[0].numel(), 3)))
    return layers, images


def traced(draw: st.DataObject, net: nn.Sequential, images: Tensor) -> Trace:
    with torch.no_grad():
        shape = copy.deepcopy(net).eval()(images).shape
    cell = [draw.draw(st.integers(0, side - 1), "cell") for side in shape[2:]]
    channel = draw.draw(st.integers(0, shape[1] - 1), "channel")
    return trace(net, images, f"{len(net) - 1}", cell, channel, depth=None)


def check(found: Trace) -> list[str]:
    """Hold every step against the network; give the operations that were met."""
    met: list[str] = []
    for _, step in islice(found.steps(), MOST_STEPS):
        assert step.kind != "opaque", step.operation
        assert step.computed == pytest.approx(
            step.value, abs=ROUNDING * (0.1 + step.size), rel=1e-4
        )
        for source in step.inputs():
            assert (
                found.at(source).value
                == found.scene.flat(source.value).reshape(found.scene.shape(source.value))[
                    source.cell
                ]
            )
        met.append(step.operation)
    return met


@pytest.mark.parametrize("name", BLOCKS)
@settings(max_examples=5, deadline=None)
@given(draw=st.data())
def test_the_terms_of_every_operation_give_its_number(name: str, draw: st.DataObject) -> None:
    net, images = network(draw, [name])
    check(traced(draw, net, images))


@settings(max_examples=25, deadline=None)
@given(draw=st.data(), blocks=st.lists(st.sampled_from(list(BLOCKS)), min_size=2, max_size=5))
def test_the_terms_of_random_graphs_give_their_numbers(
    draw: st.DataObject, blocks: list[str]
) -> None:
    net, images = network(draw, blocks)
    check(traced(draw, net, images))


@settings(max_examples=25, deadline=None)
@given(draw=st.data(), blocks=st.lists(st.sampled_from(list(BLOCKS)), min_size=1, max_size=4))
def test_no_pixel_outside_the_region_matters(draw: st.DataObject, blocks: list[str]) -> None:
    net, images = network(draw, blocks)
    found = traced(draw, net, images)
    region = found.regions[found.recording.inputs[0]]
    assert region.status == "exact"
    others = torch.where(torch.from_numpy(region.cells), images, torch.randn(images.shape))
    with torch.no_grad():
        number = net.eval()(others)[found.spot.cell].item()
    assert number == pytest.approx(found.value, rel=1e-4, abs=1e-4)


SMOOTH = sorted({*BLOCKS} - {"limits", "largest", "products", "pooling", "activation", "unit"})


@settings(max_examples=25, deadline=None)
@given(draw=st.data(), blocks=st.lists(st.sampled_from(SMOOTH), min_size=1, max_size=3))
def test_every_pixel_of_the_region_matters(draw: st.DataObject, blocks: list[str]) -> None:
    """Where nothing is cut off at zero, the derivative is nowhere 0 inside the region."""
    net, images = network(draw, blocks)
    found = traced(draw, net, images)
    region = found.regions[found.recording.inputs[0]]
    asking = images.double().requires_grad_()
    net.double().eval()(asking)[found.spot.cell].backward()
    assert asking.grad is not None
    sizes = asking.grad.abs()
    assert not (sizes > 0)[~torch.from_numpy(region.cells)].any()
    lost = (sizes == 0)[torch.from_numpy(region.cells)].sum()
    assert lost <= 0.02 * region.cells.sum()
