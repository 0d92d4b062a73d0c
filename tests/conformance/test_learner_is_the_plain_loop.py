"""A Learner is the loop you would have written by hand, bit for bit."""

import copy
import math

import torch
from torch import nn, optim
from torch.nn import functional as F

from convscope.train import Learner, Splits


def net() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 2)
    )


def batches() -> list[tuple[torch.Tensor, torch.Tensor]]:
    torch.manual_seed(1)
    return [(torch.randn(8, 1, 8, 8), torch.randint(0, 2, (8,))) for _ in range(5)]


def same(ours: nn.Module, theirs: nn.Module) -> bool:
    pairs = zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_plain_fit_with_sgd() -> None:
    model, data = net(), batches()
    twin = copy.deepcopy(model)

    Learner(Splits(train=data, valid=[]), model, opt_func=optim.SGD, quiet=True).fit(3, 0.1)

    step = optim.SGD(twin.parameters(), 0.1)
    for _ in range(3):
        for images, labels in data:
            F.cross_entropy(twin(images), labels).backward()
            step.step()
            step.zero_grad()
    assert same(model, twin)


def test_one_cycle_with_the_chapters_optimiser() -> None:
    model, data = net(), batches()
    twin = copy.deepcopy(model)
    epochs, top = 2, 0.06

    learn = Learner(Splits(train=data, valid=data[:1]), model, quiet=True)
    learn.fit_one_cycle(epochs, top)

    decayed = [p for p in twin.parameters() if p.dim() > 1]
    spared = [p for p in twin.parameters() if p.dim() == 1]
    groups = [{"params": decayed}, {"params": spared, "weight_decay": 0.0}]
    step = optim.AdamW(groups, lr=top, betas=(0.9, 0.99), eps=1e-5, weight_decay=0.01, fused=True)
    total = epochs * len(data)
    for index, (images, labels) in enumerate(data * epochs):
        position = index / total
        for group in step.param_groups:
            group["lr"] = cosine(position, top / 25, top, top / 1e5)
            group["betas"] = (cosine(position, 0.95, 0.85, 0.95), 0.99)
        F.cross_entropy(twin(images), labels).backward()
        step.step()
        step.zero_grad()
    assert same(model, twin)


def test_meta_another_rate_gives_other_weights() -> None:
    data = batches()
    models = [net(), net()]
    for model, rate in zip(models, (0.06, 0.0600001), strict=True):
        Learner(Splits(train=data, valid=[]), model, quiet=True).fit_one_cycle(1, rate)
    assert not same(*models)


def cosine(position: float, start: float, middle: float, end: float) -> float:
    """One cycle with its top at a quarter, written out by hand."""
    if position < 0.25:
        low, high, phase = start, middle, position / 0.25
    else:
        low, high, phase = middle, end, (position - 0.25) / 0.75
    return low + (1 + math.cos(math.pi * (1 - phase))) * (high - low) / 2
