"""Every operation that has a rule: its terms give its number, and only its region matters."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.errors import ShapeError
from convscope.probe import Reached, Trace, reaches, trace
from convscope.probe.origins.trail import RULES
from tests.nets import NETS


class Does(nn.Module):
    """A net whose forward pass is a function."""

    def __init__(self, doing: Callable[..., Any]) -> None:
        super().__init__()
        self.doing = doing

    def forward(self, x: Tensor) -> Any:
        return self.doing(x)


def of_all(found: Trace) -> set[str]:
    met: set[str] = set()
    for (_, step), _ in zip(found.steps(), range(150), strict=False):
        if step.kind != "opaque":
            assert step.computed == pytest.approx(
                step.value, abs=2e-5 * (0.1 + step.size), rel=1e-4
            )
        met.add(f"{step.operation} opaque" if step.kind == "opaque" else step.operation)
    return met


@pytest.mark.parametrize("name", NETS)
def test_nets_of_every_wiring(name: str) -> None:
    known = NETS[name]
    torch.manual_seed(0)
    net = known.make()
    found = trace(net, known.given, -1, *_middle(net, known.given), depth=None)
    met = of_all(found)
    assert not {one for one in met if "opaque" in one}
    assert all(one.status == "exact" for one in found.regions.values())


def _middle(net: nn.Module, given: Any) -> tuple[tuple[int, ...]]:
    """A cell in the middle of the last layer with parameters, whatever its axes are."""
    shapes: list[tuple[int, ...]] = []
    for cell in ((), (0,), (0, 0)):
        try:
            shapes.append(
                trace(net, given, -1, cell).scene.shape(trace(net, given, -1, cell).spot.value)
            )
        except ShapeError:
            continue
    return (tuple(side // 2 for side in shapes[0][2:]),)


MASK = torch.arange(8) % 2 == 0
EVERY: list[Callable[[Tensor], Any]] = [
    lambda x: torch.cat([x.contiguous(), x.clone()], 1).detach(),
    lambda x: x.expand(2, 4, 8, 8).flip(3).roll(1, 2).permute(0, 1, 3, 2),
    lambda x: x.unsqueeze(0).squeeze(0).select(0, 0).unsqueeze(0) * 1,
    lambda x: x.split(2, 1)[0] + x.split([1, 2, 1], 1)[1] + torch.stack(x.unbind(1), 1)[:, :2],
    lambda x: x.flatten(1).t().t().reshape(1, 4, 8, 8).repeat(1, 2, 1, 1),
    lambda x: x.flatten(1).view(1, 4, 64).transpose(1, 2),
    lambda x: F.pixel_unshuffle(F.pixel_shuffle(F.channel_shuffle(x, 2), 2), 2),
    lambda x: x[:, [2, 0]] + x.index_select(1, torch.tensor([1, 3])),
    lambda x: x.gather(1, torch.ones(1, 2, 8, 8, dtype=torch.long)),
    lambda x: torch.where(MASK, x, 2.0).masked_fill(~MASK, 1.0).tril(1).triu(-1),
    lambda x: F.unfold(x, 3).narrow(1, 2, 20),
    lambda x: F.fold(F.unfold(x, 2), (8, 8), 2),
    lambda x: (
        F.interpolate(x, (5, 9), mode="nearest") + F.interpolate(x, (5, 9), mode="nearest-exact")
    ),
    lambda x: F.pad(x, (1, 2, 0, 1)) + F.pad(x, (1, 2, 0, 1), value=3.0),
    lambda x: F.pad(x, (1, 2, 0, 1), "reflect") + F.pad(x, (1, 2, 0, 1), "circular"),
    lambda x: F.pad(x, (1, 2, 0, 1), "replicate") + 0,
    lambda x: x.flatten(2).unfold(2, 3, 2),
    lambda x: x.double().diagonal(0, 2, 3).unsqueeze(3),
    lambda x: F.interpolate(F.pad(x.flatten(2), (1, 1), "reflect"), 7, mode="linear"),
    lambda x: F.pad(x.flatten(2), (1, 1), "replicate") + F.interpolate(x.flatten(2), 66),
    lambda x: F.interpolate(x[:, :, None], (3, 5, 5), mode="trilinear"),
    lambda x: F.interpolate(F.pad(x[:, :, None], (1,) * 4 + (0, 0), "replicate"), (2, 6, 6)),
    lambda x: F.pad(
        F.adaptive_avg_pool3d(x[:, :, None].repeat(1, 1, 3, 1, 1), 3), (1,) * 6, "reflect"
    ),
    lambda x: F.max_pool3d(F.avg_pool3d(x[:, :, None], (1, 2, 2)), (1, 2, 2), padding=(0, 1, 1)),
    lambda x: (
        F.adaptive_max_pool3d(x[:, :, None], (1, 3, 3)) + F.adaptive_max_pool2d(x, 3)[:, :, None]
    ),
    lambda x: F.avg_pool1d(x.flatten(2), 3) + F.adaptive_avg_pool1d(x.flatten(2), 21),
    lambda x: F.interpolate(x, (5, 9), mode="bilinear") + F.interpolate(x, (5, 9), mode="bicubic"),
    lambda x: F.interpolate(x, (5, 4), mode="bilinear", antialias=True),
    lambda x: F.interpolate(x, (5, 4), mode="bicubic", antialias=True),
    lambda x: (
        x.mean(1, keepdim=True) + x.sum((2, 3), keepdim=True) + x.cumsum(2) - x.var(1, keepdim=True)
    ),
    lambda x: x.std(1, keepdim=True) + x.norm(dim=1, keepdim=True) * x.logsumexp(1, keepdim=True),
    lambda x: (
        F.linear(x, torch.ones(3, 8), torch.ones(3)) @ torch.ones(3, 8) + torch.ones(8, 8) @ x
    ),
    lambda x: (
        torch.bmm(x[0], x[0])[None]
        + torch.mm(x[0, 0], x[0, 1])
        + torch.matmul(x, x[0, 0, 0])[..., None]
    ),
    lambda x: torch.addmm(torch.ones(8), x[0, 0], x[0, 1])[None, None],
    lambda x: torch.baddbmm(torch.ones(4, 8, 8), x[0], x[0])[None],
    lambda x: F.scaled_dot_product_attention(x, x, x, is_causal=True),
    lambda x: F.instance_norm(x) + F.group_norm(x, 2) + F.layer_norm(x, (8,)),
    lambda x: x.softmax(1) + x.log_softmax(1) + F.glu(torch.cat([x, x], 1), 1),
    lambda x: (x - 1) / (2 - x) * -x + (x + 1).log() + (1 + x).reciprocal().rsqrt(),
    lambda x: (
        torch.maximum(x, x.flip(3)) + torch.minimum(x, x.flip(2)) + x.pow(2) + x.square() + 2**x
    ),
    lambda x: (
        x.abs().sqrt() + x.exp() + x.expm1() + x.log1p() + x.sin() + x.cos() + x.atan() + x.erf()
    ),
    lambda x: (
        x.clamp(0.2, 0.8)
        + x.clamp(min=0.3)
        + x.clamp(max=0.7)
        + x.clamp_min(0.1)
        + x.clamp_max(0.9)
    ),
    lambda x: (
        F.relu(x) + F.elu(x) + F.gelu(x) + F.silu(x) + F.mish(x) + x.sigmoid() + x.tanh() + x.sign()
    ),
    lambda x: F.celu(x) + F.hardshrink(x) + F.hardsigmoid(x) + F.hardswish(x) + F.hardtanh(x),
    lambda x: (
        F.leaky_relu(x) + F.logsigmoid(x) + F.softplus(x) + F.softshrink(x) + F.threshold(x, 0.5, 2)
    ),
    lambda x: F.prelu(x, torch.ones(4) / 2),
    lambda x: x.amax(1) + x.amin(1) + x.max(1)[0] + x.min(1)[0] + x.max() + x.min(),
    lambda x: F.max_pool2d(
        F.avg_pool2d(x, 3, 2, 1, ceil_mode=True, count_include_pad=False), 3, 2, 1, ceil_mode=True
    ),
    lambda x: F.max_pool2d(x, 2, dilation=2) + F.adaptive_avg_pool2d(x, 3),
    lambda x: (
        F.conv2d(x, torch.ones(2, 2, 3, 3), groups=2)
        + F.conv_transpose2d(x, torch.ones(4, 2, 3, 3), padding=2)
    ),
    lambda x: F.batch_norm(x, torch.zeros(4), torch.ones(4)),
    lambda x: torch.ops.aten.slice_scatter(x * 2, x[:, :1], 1, 0, 1),
]
# fmt: off
NOT_CALLED = {
    "_adaptive_avg_pool2d", "_adaptive_avg_pool3d", "_reshape_alias",
    "_scaled_dot_product_efficient_attention", "_scaled_dot_product_flash_attention",
    "_scaled_dot_product_flash_attention_for_cpu", "_to_copy", "_unsafe_view",
    "_upsample_nearest_exact1d", "_upsample_nearest_exact3d", "alias", "avg_pool1d",
    "clone", "contiguous", "copy", "cudnn_batch_norm", "detach", "embedding", "index_put",
    "lift_fresh", "miopen_batch_norm", "narrow", "native_channel_shuffle", "norm",
    "overwritten", "reshape", "square", "t",
}
# fmt: on
"""Names that torch gives the same operations elsewhere, on GPUs or from other callers."""


@pytest.fixture
def _in_float64() -> Iterator[None]:
    """Let small changes be seen."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.usefixtures("_in_float64")
@pytest.mark.parametrize("at", range(len(EVERY)))
def test_every_operation_that_has_a_rule(at: int) -> None:
    images = torch.rand(1, 4, 8, 8, generator=torch.Generator().manual_seed(1)).double()
    net = Does(EVERY[at])
    with torch.no_grad():
        cell = tuple(side // 2 for side in net(images).shape[2:])
    found = trace(nn.Sequential(net), images, "0", cell, depth=None)
    met = of_all(found)
    assert not {one for one in met if "opaque" in one}
    MET.update(met)
    assert found.regions[found.recording.inputs[0]].status == "exact"
    _only_the_region_matters(net, images, found)
    after = reaches(nn.Sequential(net), images, (4, 4))[-1]
    assert after.region.status == "exact"
    _only_what_is_reached_changes(net, images, after)


MET: set[str] = set()


def _only_the_region_matters(net: nn.Module, images: Tensor, found: Trace) -> None:
    cells = torch.from_numpy(found.regions[found.recording.inputs[0]].cells)
    others = torch.where(cells, images, torch.rand(images.shape) + 1)
    with torch.no_grad():
        assert net(others)[found.spot.cell].item() == pytest.approx(found.value, rel=1e-4, abs=1e-5)


def _only_what_is_reached_changes(net: nn.Module, images: Tensor, after: Reached) -> None:
    """Change the pixel much: nothing else may move; a little: the gains say by how much."""
    with torch.no_grad():
        before, much, little = net(images), images.clone(), images.clone()
        much[0, :, 4, 4] += 0.5
        little[0, :, 4, 4] += 1e-6
        moved = (net(much) - before).abs() > 1e-5
        grown = (net(little) - before) / 1e-6
    assert not moved[~torch.from_numpy(after.region.cells)].any()
    assert after.gains is not None
    assert grown.numpy() == pytest.approx(after.gains, rel=1e-3, abs=1e-3)


def test_no_rule_was_left_out() -> None:
    if len(MET) > 50:  # the tests above ran in this process
        assert {*RULES} - MET <= NOT_CALLED


def test_what_is_computed_out_of_sight_is_never_called_exact() -> None:
    net = nn.Sequential(nn.Conv2d(1, 1, 1), Does(lambda x: torch.tensor(x.tolist()) + 0 * x))
    found = trace(net, torch.rand(1, 1, 4, 4), "1", (1, 1), depth=None)
    assert found.regions[found.recording.inputs[0]].status == "at least"
    assert any(step.kind == "opaque" for _, step in found.steps())
    assert reaches(net, torch.rand(1, 1, 4, 4), (1, 1))[-1].region.status == "at least"
