"""Every network we ship: shapes, counts, learning, storage, and the chapter's own nets by hand."""

import inspect
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_model, save_model
from torch import nn
from torch.nn import functional as F

from convscope.models import BUILDERS, NORMS, build, simple_cnn, simple_net

WITH_NORM = [
    name for name, one in BUILDERS.items() if "norm" in inspect.signature(one.make).parameters
]
every_builder = pytest.mark.parametrize("name", BUILDERS)


@every_builder
@pytest.mark.parametrize("size", [28, 32, 64, (96, 128)])
@pytest.mark.parametrize("channels", [1, 3])
def test_scores_for_every_class(name: str, size: int | tuple[int, int], channels: int) -> None:
    model = build(name, size=size, channels=channels, classes=7).eval()
    height, width = (size, size) if isinstance(size, int) else size
    assert model(torch.zeros(2, channels, height, width)).shape == (2, 7)


@every_builder
def test_parameters_as_stated(name: str) -> None:
    one = BUILDERS[name]
    model = build(name, size=one.size, channels=one.channels, classes=one.classes)
    assert sum(weights.numel() for weights in model.parameters()) == one.parameters


@every_builder
@pytest.mark.parametrize("channels", [1, 3])
def test_maps_keep_the_channels_of_a_place_together(name: str, channels: int) -> None:
    model = build(name, size=64, channels=channels, classes=2)
    first = next(one for one in model.modules() if isinstance(one, nn.Conv2d))
    maps = first(torch.zeros(2, channels, 64, 64))  # from pictures in PyTorch's usual order
    assert maps.is_contiguous(memory_format=torch.channels_last)


@every_builder
def test_learns_eight_random_pictures(name: str) -> None:
    torch.manual_seed(0)
    model = build(name, size=16, channels=1, classes=4)
    images, labels = torch.randn(8, 1, 16, 16), torch.arange(8) % 4
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.01)
    losses: list[float] = []
    for _ in range(12):
        loss = F.cross_entropy(model(images), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2


@every_builder
def test_state_survives_a_file(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    kept, other = (build(name, size=28, channels=1, classes=3).eval() for _ in range(2))
    images = torch.randn(2, 1, 28, 28)
    assert not torch.equal(kept(images), other(images))
    save_model(kept, str(tmp_path / "model.safetensors"))
    load_model(other, tmp_path / "model.safetensors")
    assert torch.equal(kept(images), other(images))


@pytest.mark.parametrize("name", WITH_NORM)
@pytest.mark.parametrize("norm", [*NORMS, *NORMS.values(), None])
@pytest.mark.parametrize("order", ["before", "after"])
def test_every_normalisation_trains_and_answers(
    name: str, norm: str | type[nn.Module] | None, order: str
) -> None:
    torch.manual_seed(0)
    model = build(name, size=28, channels=1, classes=2, norm=norm, order=order)
    wanted = NORMS.get(norm) if isinstance(norm, str) else norm
    found = {type(one) for one in model.modules()} & set(NORMS.values())
    assert found == ({wanted} if wanted else set())
    images = torch.randn(4, 1, 28, 28)
    model(images).sum().backward()
    assert all(weights.grad is not None for weights in model.parameters())
    assert model.eval()(images).isfinite().all()


# The chapter as a reader types it, in print and in later editions.


def conv(ni: int, nf: int, ks: int = 3, *, act: bool = True) -> nn.Module:
    res = nn.Conv2d(ni, nf, stride=2, kernel_size=ks, padding=ks // 2)
    return nn.Sequential(res, nn.ReLU()) if act else res


def conv_printed(ni: int, nf: int, ks: int = 3, *, act: bool = True) -> nn.Module:
    layers = [nn.Conv2d(ni, nf, stride=2, kernel_size=ks, padding=ks // 2), nn.BatchNorm2d(nf)]
    return nn.Sequential(*layers, *([nn.ReLU()] if act else []))


def conv_later(ni: int, nf: int, ks: int = 3, *, act: bool = True) -> nn.Module:
    layers: list[nn.Module] = [nn.Conv2d(ni, nf, stride=2, kernel_size=ks, padding=ks // 2)]
    return nn.Sequential(*layers, *([nn.ReLU()] if act else []), nn.BatchNorm2d(nf))


def test_three_or_seven_net_is_the_chapters() -> None:
    torch.manual_seed(0)
    layers = [conv(1, 4), conv(4, 8), conv(8, 16), conv(16, 32), conv(32, 2, act=False)]
    by_hand = nn.Sequential(*layers, nn.Flatten())
    torch.manual_seed(0)
    assert_same(simple_net(), by_hand)


@pytest.mark.parametrize(
    ("made", "norm", "order"),
    [(conv, None, "before"), (conv_printed, "batch", "before"), (conv_later, "batch", "after")],
)
def test_ten_digit_net_is_the_chapters(
    made: Callable[..., nn.Module], norm: str | None, order: str
) -> None:
    torch.manual_seed(0)
    layers = [made(1, 8, ks=5), made(8, 16), made(16, 32), made(32, 64), made(64, 10, act=False)]
    by_hand = nn.Sequential(*layers, nn.Flatten())
    torch.manual_seed(0)
    assert_same(simple_cnn(norm=norm, order=order), by_hand)


def assert_same(ours: nn.Sequential, by_hand: nn.Sequential) -> None:
    assert repr(ours) == repr(by_hand)
    assert list(ours.state_dict()) == list(by_hand.state_dict())
    assert all(map(torch.equal, ours.state_dict().values(), by_hand.state_dict().values()))
    images = torch.randn(4, 1, 28, 28, dtype=torch.float64)
    # the memory order is another and so is the rounding; in float64 that is far below any tolerance
    torch.testing.assert_close(ours.double()(images), by_hand.double()(images))
