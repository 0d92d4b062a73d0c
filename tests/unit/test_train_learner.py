"""The verbs of a Learner."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torchmetrics.classification import MulticlassAccuracy

from convscope.errors import ConfigError, RunError
from convscope.train import Learner, Splits, accuracy, probabilities

Build = Callable[..., Learner]


def test_it_learns(make_learner: Build) -> None:
    learn = make_learner(metrics=accuracy)
    learn.fit_one_cycle(20, 0.05)
    loss, share = learn.validate()
    assert loss < 0.5
    assert share > 0.9


def test_scores_are_weighted_by_samples() -> None:
    model = nn.Identity()
    logits = torch.tensor([[2.0, 0.0], [0.0, 1.0], [3.0, 0.0]])
    labels = torch.tensor([0, 0, 1])
    dls = Splits(train=[], valid=[(logits[:2], labels[:2]), (logits[2:], labels[2:])])
    metric = MulticlassAccuracy(num_classes=2, average="micro")
    learn = Learner(dls, model, metrics=[accuracy, metric], quiet=True)
    assert learn.score_names == ["valid_loss", "accuracy", "MulticlassAccuracy"]
    expected = [F.cross_entropy(logits, labels).item(), 1 / 3, 1 / 3]
    assert learn.validate() == pytest.approx(expected)


def test_the_record_is_kept(make_learner: Build) -> None:
    learn = make_learner(metrics=accuracy)
    learn.fit_one_cycle(2, 0.05)
    rows, losses = list(learn.recorder.values), list(learn.recorder.losses)
    learn.validate()
    learn.get_preds()
    learn.predict(torch.zeros(1, 8, 8))
    learn.lr_find(show_plot=False)
    assert learn.recorder.values == rows
    assert learn.recorder.losses == losses
    learn.fit(1, 0.01)
    assert learn.recorder.values[:2] == rows
    assert len(learn.recorder.values) == 3
    assert len(learn.recorder.losses) == len(learn.recorder.lrs) == len(learn.recorder.moms) == 15
    assert learn.recorder.epoch_ends == [5, 10, 15]


def test_the_shown_loss_is_a_debiased_average(make_learner: Build) -> None:
    learn = make_learner()
    learn.fit(2, 0.05)
    average = 0.0
    for count, loss in enumerate(learn.recorder.raw_losses, start=1):
        average = average * 0.98 + loss * 0.02
        assert learn.recorder.losses[count - 1] == pytest.approx(average / (1 - 0.98**count))
    assert learn.recorder.values[-1][0] == learn.recorder.losses[-1]


def test_a_plain_fit_after_a_cycle_has_the_optimisers_momentum(make_learner: Build) -> None:
    learn = make_learner()
    learn.fit_one_cycle(1, 0.05)
    learn.fit(1, 0.01)
    assert learn.recorder.moms[0] == 0.95
    assert learn.recorder.moms[5:] == [0.9] * 5
    assert learn.recorder.lrs[5:] == [0.01] * 5


def test_the_same_seed_gives_the_same_weights(make_learner: Build) -> None:
    one = make_learner()
    one.fit_one_cycle(2, 0.05)
    other = make_learner()
    other.fit_one_cycle(2, 0.05)
    for ours, theirs in zip(one.model.parameters(), other.model.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_predictions_are_probabilities_in_order(make_learner: Build) -> None:
    learn = make_learner()
    shares, labels = learn.get_preds()
    assert shares.shape == (16, 3)
    assert torch.allclose(shares.sum(dim=1), torch.ones(16))
    assert torch.equal(labels, torch.cat([batch[1] for batch in learn.dls.valid]))
    label, index, one = learn.predict(learn.dls.valid[0][0][0])  # pyright: ignore[reportIndexIssue]
    assert torch.allclose(one, shares[0], atol=1e-6)
    assert label == str(int(index))


def test_probabilities_follow_the_loss() -> None:
    logits = torch.tensor([[0.0, 1.0]])
    assert torch.equal(probabilities(logits, nn.CrossEntropyLoss()), logits.softmax(1))
    assert torch.equal(probabilities(logits, nn.NLLLoss()), logits.exp())
    assert torch.equal(probabilities(logits, nn.BCEWithLogitsLoss()), logits.sigmoid())
    with pytest.raises(ConfigError, match="how this model's outputs become probabilities"):
        probabilities(logits, F.mse_loss)


def test_save_and_load(make_learner: Build, tmp_path: Path) -> None:
    learn = make_learner(path=tmp_path)
    learn.fit(1, 0.05)
    assert learn.save("one") == tmp_path / "models" / "one.pth"
    other = make_learner(path=tmp_path).load("one")
    for learner in (learn, other):
        torch.manual_seed(5)
        learner.fit(1, 0.05)
    assert other.recorder.raw_losses == learn.recorder.raw_losses[5:]


@pytest.mark.parametrize("content", [b"", b"hello", None])
def test_loading_rubbish(make_learner: Build, tmp_path: Path, content: bytes | None) -> None:
    learn = make_learner(path=tmp_path)
    if content is not None:
        (tmp_path / "models").mkdir()
        (tmp_path / "models" / "one.pth").write_bytes(content)
    with pytest.raises(RunError, match="these weights cannot be loaded"):
        learn.load("one")


def test_frozen_groups_keep_still_but_for_their_norms(make_learner: Build) -> None:
    def split(model: nn.Module) -> list[list[nn.Parameter]]:
        children = list(model.children())
        return [[p for m in half for p in m.parameters()] for half in (children[:4], children[4:])]

    learn = make_learner(splitter=split)
    before = {name: p.detach().clone() for name, p in learn.model.named_parameters()}
    learn.freeze()
    learn.fit(1, 0.05)
    moved = {n for n, p in learn.model.named_parameters() if not torch.equal(p, before[n])}
    assert moved == {"1.weight", "1.bias", "5.weight", "5.bias"}
    learn.fine_tune(1, base_lr=0.01)
    assert not torch.equal(learn.model[0].weight, before["0.weight"])  # pyright: ignore[reportIndexIssue]
    assert max(learn.recorder.lrs[10:]) == pytest.approx(0.005, rel=0.2)


def test_nothing_to_fit(make_learner: Build) -> None:
    with pytest.raises(ConfigError, match="there is nothing to fit"):
        make_learner().fit(0, 0.1)
    with pytest.raises(ConfigError, match="the training batches have no length"):
        Learner(Splits(train=iter([]), valid=[]), nn.Linear(1, 1), quiet=True).fit(1, 0.1)
    with pytest.raises(ConfigError, match="this is not a metric"):
        make_learner(metrics=[3])


def test_what_a_fit_prints(make_learner: Build, capsys: pytest.CaptureFixture[str]) -> None:
    loud = make_learner()
    torch.manual_seed(0)
    Learner(loud.dls, loud.model, metrics=accuracy).fit(2, 0.05)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["epoch", "train_loss", "valid_loss", "accuracy", "time"]
    assert [line.split()[0] for line in lines[1:]] == ["0", "1"]
