"""The chapter's optimiser by hand, and who is decayed."""

import pytest
import torch
from torch import nn

from convscope.errors import ConfigError
from convscope.train import adam, build_optimizer, set_momentum, set_rates, trainable_params
from convscope.train.optimiser import rates_of


def test_two_steps_by_hand() -> None:
    weight = nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
    opt = adam([{"params": [weight]}], lr=0.1)
    value, average, square = 1.0, 0.0, 0.0
    for step, (gradient, beta) in enumerate([(0.5, 0.95), (-0.25, 0.90)], start=1):
        set_momentum(opt, beta)
        weight.grad = torch.tensor([gradient], dtype=torch.float64)
        opt.step()
        value *= 1 - 0.1 * 0.01
        average = beta * average + (1 - beta) * gradient
        square = 0.99 * square + 0.01 * gradient**2
        root = (square / (1 - 0.99**step)) ** 0.5
        value -= 0.1 / (1 - beta**step) * average / (root + 1e-5)
        assert weight.item() == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("norm", [nn.BatchNorm2d(4), nn.GroupNorm(2, 4), nn.LayerNorm([4, 6, 6])])
def test_biases_and_norms_are_not_decayed(norm: nn.Module) -> None:
    model = nn.Sequential(nn.Conv2d(1, 4, 3), norm, nn.Flatten(), nn.Linear(144, 2))
    opt = build_optimizer(torch.optim.SGD, model, trainable_params(model), lr=0.01, wd=1.0)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    for _ in range(5):
        for parameter in model.parameters():
            parameter.grad = torch.zeros_like(parameter)
        opt.step()
    shrunk = [not torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True)]
    assert shrunk == [True, False, False, False, True, False]


def test_rates_reach_their_layer_groups() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    opt = build_optimizer(adam, model, [list(layer.parameters()) for layer in model], 0.1, None)
    set_rates(opt, [0.1, 0.2])
    assert [group["lr"] for group in opt.param_groups] == [0.1, 0.1, 0.2, 0.2]


def test_rates_of_slices() -> None:
    assert rates_of(slice(1e-2), 3) == pytest.approx([1e-3, 1e-3, 1e-2])
    assert rates_of(slice(1e-4, 1e-2), 3) == pytest.approx([1e-4, 1e-3, 1e-2])
    assert rates_of([0.1, 0.2], 2) == [0.1, 0.2]
    assert rates_of(slice(1e-4, 1e-2), 1) == [1e-2]


@pytest.mark.parametrize("rate", [0, -0.1, float("nan"), float("inf"), [0.1, 0.0]])
def test_rates_that_cannot_train(rate: float | list[float]) -> None:
    with pytest.raises(ConfigError, match="this learning rate cannot train anything"):
        rates_of(rate, 2)


def test_a_list_of_the_wrong_length() -> None:
    with pytest.raises(ConfigError, match="do not match the parameter groups"):
        rates_of([0.1, 0.2, 0.3], 2)


def test_nothing_to_train() -> None:
    model = nn.ReLU()
    with pytest.raises(ConfigError, match="there is nothing to train"):
        build_optimizer(adam, model, trainable_params(model), 0.1, None)
