"""Features before deep learning: a linear model on pixels, edges and gradient histograms."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.conv import KERNELS
from convscope.models import sequential
from convscope.recipes.chapter.comparing.histograms import CELL, oriented_gradients
from convscope.recipes.chapter.comparing.judging import against_the_first
from convscope.recipes.chapter.comparing.lab import Lab, tried
from convscope.recipes.chapter.trial import Outcome, Trial
from convscope.runs import Comparison, Phrase, Tried, said
from convscope.tensors import Images

EDGES = ("left_edge", "top_edge", "diag1_edge", "diag2_edge")  # the chapter's four
RATE = 0.01  # of the linear models


def pixels(images: Images) -> Tensor:
    """Take the pixels as they are.

    Returns:
        (batch, features): 784 for 28 grey pixels a side.
    """
    return images.flatten(1)


def edges(images: Images) -> Tensor:
    """Apply the chapter's four kernels, and tell how much each answers in every 4 x 4 places.

    Answers above 0 and below 0 are counted apart. Of several channels, the mean is taken.

    Args:
        images: any scale.

    Returns:
        (batch, features), 0 or more: 8 maps; 392 for 28 pixels a side.

    Example:
        >>> edges(torch.zeros(2, 1, 28, 28)).shape
        torch.Size([2, 392])
    """
    shade = images.mean(dim=1, keepdim=True)
    kernels = torch.tensor([KERNELS[name].matrix for name in EDGES], device=images.device)
    padded = F.pad(shade, (1, 1, 1, 1), mode="replicate")  # the frame is no edge
    answers = F.conv2d(padded, kernels[:, None])
    return F.avg_pool2d(torch.cat([answers.relu(), (-answers).relu()], dim=1), CELL).flatten(1)


FEATURES: dict[str, Callable[[Images], Tensor]] = {
    "pixels": pixels,
    "edges": edges,
    "gradients": oriented_gradients,
}


def compare_features(lab: Lab) -> Comparison:
    """Train a linear model (logistic regression of all classes) on each, and the CNN beside them.

    Args:
        lab: where.

    Returns:
        A row a kind of features, with the parameters that were learnt; the reference is the CNN.
    """
    ways: list[tuple[Tried, list[Outcome]]] = []
    for kind in ("cnn", *FEATURES):
        name = Phrase(f"compare_features_{kind}")
        outcomes = lab.outcomes(_trial(lab, said(name), kind))
        weights = [
            float(sum(one.numel() for one in outcome.learn.model.parameters()))
            for outcome in outcomes
        ]
        ways.append((tried(name, outcomes, parameters=weights), outcomes))
    note = Phrase("compare_note_features", {"rate": f"{RATE:g}"})
    trial = _trial(lab, "", "cnn")
    return against_the_first(lab, "features", ways, trial, note, beyond=("parameters",))


def _trial(lab: Lab, name: str, kind: str) -> Trial:
    if kind == "cnn":
        return Trial(name=name, build=lab.net(), batch_size=lab.batch_size)
    ready = lab.material.dls.prepare
    blank = torch.zeros(1, ready.reading.channels, *ready.size)
    count, classes = FEATURES[kind](blank).shape[1], len(ready.classes)

    def linear() -> nn.Module:
        return sequential(FEATURES[kind], nn.Linear(count, classes))

    return Trial(name=name, build=linear, batch_size=lab.batch_size, lr=RATE)
