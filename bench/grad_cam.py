"""What Grad-CAM of 64 pictures costs, against a forward and backward pass of the same."""

import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from bench.claims import Band, Row, compared
from convscope.interpret import grad_cam
from convscope.models import pooled_cnn, small_resnet

PICTURES, TURNS = 64, 9
MOST = 3.0


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Let both take turns on a net for digits and on one for photographs.

    Choosing the layer, which records a pass of one picture, is part of ours.

    Yields:
        The ratio for each net.
    """
    dice = torch.Generator().manual_seed(0)
    nets: list[tuple[str, nn.Module, tuple[int, int, int], int]] = [
        ("digits of 28 px, pooled_cnn", pooled_cnn(), (1, 28, 28), TURNS),
        ("photographs of 64 px, small_resnet", small_resnet(size=64), (3, 64, 64), TURNS),
    ]
    for name, net, shape, turns in nets:
        say(name)
        images = torch.rand((PICTURES, *shape), generator=dice)
        model = net.eval()
        ours, plain = _in_turns(model, images, turns)
        yield compared(
            f"Grad-CAM of {PICTURES} {name} / a forward and backward pass",
            ours,
            plain,
            Band(high=MOST),
        )


def _in_turns(model: nn.Module, images: Tensor, turns: int) -> tuple[list[float], list[float]]:
    _seconds(lambda: grad_cam(model, images))  # wakes captum
    ours: list[float] = []
    plain: list[float] = []
    for _ in range(turns):
        ours.append(_seconds(lambda: grad_cam(model, images)))
        plain.append(_seconds(lambda: _both_passes(model, images)))
    return ours, plain


def _both_passes(model: nn.Module, images: Tensor) -> None:
    logits = model(images)
    logits.amax(dim=1).sum().backward()
    model.zero_grad()


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
