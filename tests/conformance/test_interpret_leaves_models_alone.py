"""Whoever looks inside a model gives it back: no hook, no gradient, its modes, its weights."""

from collections.abc import Callable
from copy import deepcopy

import pytest
import torch
from torch import nn

from convscope.errors import ConvscopeError
from convscope.interpret import (
    all_maps,
    feature_maps,
    filters,
    grad_cam,
    map_layer,
    occlusion,
    strongest_patches,
)

Look = Callable[[nn.Module, torch.Tensor], object]
LOOKS: dict[str, Look] = {
    "grad_cam": grad_cam,
    "occlusion": occlusion,
    "map_layer": map_layer,
    "all_maps": lambda net, images: all_maps(net, images[:1]),
    "feature_maps": lambda net, images: feature_maps(net, images[:1], 0),
    "filters": lambda net, _: filters(net),
    "strongest_patches": lambda net, images: strongest_patches(net, images, 0, 0),
}


class Failing(nn.Module):
    """Fail at the so-manieth pass."""

    def __init__(self, at: int, error: type[BaseException]) -> None:
        super().__init__()
        self.at, self.error, self.passes = at, error, 0

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        self.passes += 1
        if self.passes >= self.at:
            raise self.error
        return maps


def net(last: nn.Module) -> nn.Sequential:
    made = nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(inplace=True),
        nn.Dropout(0.5),
        last,
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(4, 2),
    )
    made.train()
    made[1].eval()  # a frozen BatchNorm in a net that trains
    return made


def hooks(model: nn.Module) -> int:
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(module, kind)) for module in model.modules() for kind in kinds)


@pytest.mark.parametrize("failing", [0, 1, 2, 3])
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("look", LOOKS)
def test_the_model_comes_back_as_it_was(
    look: str, error: type[BaseException], failing: int
) -> None:
    torch.manual_seed(0)
    model = net(Failing(failing, error) if failing else nn.Identity())
    images = torch.rand(2, 1, 8, 8)
    before, picture = deepcopy(model.state_dict()), images.clone()
    modes = [one.training for one in model.modules()]
    dice = torch.get_rng_state()
    try:
        LOOKS[look](model, images)
    except (ConvscopeError, error):
        assert failing
    assert hooks(model) == 0
    assert [one.training for one in model.modules()] == modes
    assert all(weights.grad is None for weights in model.parameters())
    assert all(weights.requires_grad for weights in model.parameters())
    assert not images.requires_grad
    assert torch.equal(images, picture)
    assert torch.equal(torch.get_rng_state(), dice)
    after = model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_frozen_weights_and_no_grad_around_it_do_not_matter() -> None:
    torch.manual_seed(0)
    model, images = net(nn.Identity()), torch.rand(2, 1, 8, 8)
    plain = grad_cam(model, images)
    model.requires_grad_(requires_grad=False)
    with torch.no_grad():
        frozen = grad_cam(model, images)
    assert torch.equal(plain.maps, frozen.maps)
    assert not any(weights.requires_grad for weights in model.parameters())
