"""A model with auxiliary outputs trained, but metrics, get_preds and predict could not read it.

They were handed the tuple or dictionary itself; now the first tensor in it is the logits.
"""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.errors import ShapeError
from convscope.train import Learner, accuracy, logits_of

Build = Callable[..., Learner]


class Several(nn.Module):
    """A net whose output has parts."""

    def __init__(self, body: nn.Module, form: Callable[[Tensor, Tensor], Any]) -> None:
        super().__init__()
        self.body, self.form = body, form

    def forward(self, images: Tensor) -> object:
        logits = self.body(images)
        return self.form(logits, logits.square())


FORMS: list[Callable[[Tensor, Tensor], Any]] = [
    lambda logits, other: (logits, other),
    lambda logits, other: {"logits": logits, "other": other},
    lambda logits, other: [(logits,), other],
]


@pytest.mark.parametrize("form", FORMS)
def test_trained_judged_and_asked(make_learner: Build, form: Callable[..., Any]) -> None:
    plain = make_learner(metrics=accuracy)
    seen: list[type] = []

    def objective(output: object, labels: Tensor) -> Tensor:
        seen.append(type(output))
        return F.cross_entropy(logits_of(output), labels)

    model = Several(plain.model, form)
    learn = Learner(plain.dls, model, objective, metrics=accuracy, quiet=True)
    learn.fit(2, 0.02)
    assert Tensor not in seen, "the objective sees the whole output, in validation too"
    assert len(seen) == 2 * (5 + 2)
    loss, right = learn.validate()
    shares, labels = learn.get_preds(act=lambda logits: logits.softmax(dim=1))
    assert (shares.argmax(dim=1) == labels).float().mean().item() == pytest.approx(right)
    assert F.nll_loss(shares.log(), labels).item() == pytest.approx(loss, rel=1e-4)


def test_predict(make_learner: Build) -> None:
    plain = make_learner()
    learn = Learner(plain.dls, Several(plain.model, FORMS[0]), quiet=True)
    image = torch.rand(1, 8, 8)
    assert learn.predict(image).label == plain.predict(image).label


def test_nothing_that_could_be_logits() -> None:
    with pytest.raises(ShapeError, match="this model's output holds no logits"):
        logits_of({"label": "rose"})
