"""Weighted and smoothed losses, and what is measured beside them: numbers by hand."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torchmetrics.classification import MulticlassAccuracy

from convscope.train import BalancedAccuracy, Learner, accuracy, balanced_weights


def test_weights_by_hand() -> None:
    assert balanced_weights([50, 25, 25]).tolist() == pytest.approx([2 / 3, 4 / 3, 4 / 3])
    assert balanced_weights([7, 7]).tolist() == [1, 1]
    counts = [3, 40, 900]
    total = sum(n * w for n, w in zip(counts, balanced_weights(counts).tolist(), strict=True))
    assert total == pytest.approx(sum(counts)), "the mean over the pictures is 1"


def test_a_weighted_loss_by_hand() -> None:
    """Three pictures of the first class and one of the second, all answered 50:50."""
    loss = nn.CrossEntropyLoss(weight=balanced_weights([3, 1]))
    logits, labels = torch.zeros(4, 2, requires_grad=True), torch.tensor([0, 0, 0, 1])
    value = loss(logits, labels)
    value.backward()
    assert value.item() == pytest.approx(math.log(2))
    assert logits.grad is not None
    pull = logits.grad[:, 0]
    assert pull[:3].sum().item() == pytest.approx(-pull[3].item()), "both classes pull the same"


def test_a_smoothed_loss_by_hand() -> None:
    logits = torch.tensor([[math.log(3.0), 0.0]])  # shares 0.75 and 0.25
    smoothed = F.cross_entropy(logits, torch.tensor([0]), label_smoothing=0.1)
    assert smoothed.item() == pytest.approx(-0.95 * math.log(0.75) - 0.05 * math.log(0.25))


def test_validation_is_judged_plainly(make_learner: Callable[..., Learner]) -> None:
    weighted = nn.CrossEntropyLoss(weight=torch.tensor([5.0, 1.0, 0.2]), label_smoothing=0.3)
    learn = make_learner(loss_func=weighted, valid_loss=F.cross_entropy)
    shares, labels = learn.get_preds()
    assert learn.validate()[0] == pytest.approx(F.nll_loss(shares.log(), labels).item(), rel=1e-5)
    learn.fit(1, 1e-9)
    assert learn.recorder.values[0][1] == pytest.approx(learn.validate()[0], rel=0.2)
    other = make_learner(loss_func=weighted)
    assert other.validate()[0] != pytest.approx(learn.validate()[0], rel=0.05)


def test_balanced_accuracy_is_that_of_torchmetrics() -> None:
    generator = torch.Generator().manual_seed(0)
    score, theirs = BalancedAccuracy(), MulticlassAccuracy(5, average="macro")
    for size in (30, 7, 1):
        logits = torch.randn(size, 5, generator=generator)
        labels = (torch.rand(size, generator=generator) ** 3 * 5).long()
        score.add(logits, labels)
        theirs.update(logits, labels)
    assert score.value() == pytest.approx(theirs.compute().item())
    score.reset()
    assert math.isnan(score.value())


def test_a_lazy_answer_is_worth_one_in_so_many_classes(
    make_learner: Callable[..., Learner],
) -> None:
    score = BalancedAccuracy()
    score.add(torch.tensor([[1.0, 0.0, 0.0]]).repeat(100, 1), torch.tensor([0] * 98 + [1, 2]))
    assert score.value() == pytest.approx(1 / 3)
    learn = make_learner(metrics=[accuracy, BalancedAccuracy()])
    learn.fit(1, 0.01)
    assert learn.recorder.metric_names == ["accuracy", "balanced_accuracy"]
    assert len(learn.recorder.values[0]) == 4
