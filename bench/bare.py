"""The loop that a careful person writes by hand for the chapter's training: nothing that can go."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn, optim
from torch.nn import functional as F

from convscope.data import DataLoaders, epoch_order


@dataclass(frozen=True)
class Digits:
    """What both loops learn from: bytes and labels in memory."""

    train: tuple[Tensor, Tensor]
    valid: tuple[Tensor, Tensor]


def bare_fit(
    net: nn.Module, digits: Digits, dls: DataLoaders, top: float, epochs: int, every: int
) -> Iterator[None]:
    """Fit with one cycle; pause after every few steps and after each epoch's validation.

    Args:
        net: trained in place.
        digits: pixels and labels.
        dls: tells the batch size and the normalisation; not iterated over.
        top: rate at the top of the cycle.
        epochs: passes over the training digits.
        every: steps between two pauses.

    Yields:
        At each pause.
    """
    pixels, labels = digits.train[0].numpy(), digits.train[1].numpy()
    shift, scale = (
        torch.tensor([255 * v for v in values]).view(1, -1, 1, 1)
        for values in (dls.prepare.scaling.mean, dls.prepare.scaling.deviation)
    )
    size, seed = dls.bs, torch.initial_seed()
    opt = _adam(net, top)
    steps = len(pixels) // size
    for epoch in range(epochs):
        net.train()
        order = epoch_order(len(pixels), seed, epoch).numpy()
        for step in range(steps):
            position = (epoch * steps + step) / (epochs * steps)
            for group in opt.param_groups:
                group["lr"] = _cycle(position, top / 25, top, top / 1e5)
                group["betas"] = (_cycle(position, 0.95, 0.85, 0.95), 0.99)
            rows = order[step * size : (step + 1) * size]
            images = torch.from_numpy(np.take(pixels, rows, axis=0)).float()
            images = images.sub_(shift).div_(scale)
            F.cross_entropy(net(images), torch.from_numpy(np.take(labels, rows))).backward()
            opt.step()
            opt.zero_grad()
            if (step + 1) % every == 0 or step + 1 == steps:
                yield
        _validate(net, digits.valid, size, shift, scale)
        yield


def _adam(net: nn.Module, rate: float) -> optim.AdamW:
    decayed = [p for p in net.parameters() if p.dim() > 1]
    spared = [p for p in net.parameters() if p.dim() == 1]
    groups = [{"params": decayed}, {"params": spared, "weight_decay": 0.0}]
    return optim.AdamW(groups, lr=rate, betas=(0.9, 0.99), eps=1e-5, weight_decay=0.01, fused=True)


def _cycle(position: float, start: float, middle: float, end: float) -> float:
    """One cycle with its top at a quarter."""
    if position < 0.25:
        low, high, phase = start, middle, position / 0.25
    else:
        low, high, phase = middle, end, (position - 0.25) / 0.75
    return low + (1 + math.cos(math.pi * (1 - phase))) * (high - low) / 2


@torch.no_grad()
def _validate(
    net: nn.Module, digits: tuple[Tensor, Tensor], size: int, shift: Tensor, scale: Tensor
) -> tuple[float, float]:
    net.eval()
    pixels, labels = digits
    loss = right = 0.0
    for start in range(0, len(labels), size):
        images = pixels[start : start + size].float().sub_(shift).div_(scale)
        targets = labels[start : start + size]
        logits = net(images)
        loss += F.cross_entropy(logits, targets).item() * len(targets)
        right += (logits.argmax(dim=1) == targets).sum().item()
    return loss / len(labels), right / len(labels)
