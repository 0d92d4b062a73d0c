"""Section 5: the Learner, its optimiser, its cycle and its record."""

import math

import pytest
import torch
from torch import nn

from convscope.all import ActivationStats, F, Learner, accuracy, combined_cos
from convscope.train import Splits
from tests.chapter.parts import convolutions, learner, small_pictures, stats_of, ten_digits


def tiny() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def after_a_cycle(steps: int, epochs: int, top: float) -> Learner:
    batches = small_pictures(steps, size=1)
    learn = learner(Splits(batches, []), tiny())
    learn.fit_one_cycle(epochs, top)
    return learn


def test_the_cycle_of_117_steps_as_it_is_recorded() -> None:
    record = after_a_cycle(117, 1, 0.06).recorder
    assert len(record.lrs) == 117
    assert record.lrs[0] == pytest.approx(0.0024)
    assert record.lrs[1] == pytest.approx(0.002565956, abs=1e-9)
    assert max(record.lrs) == record.lrs[29] == pytest.approx(0.0599896184, abs=1e-10)
    assert record.lrs[116] == pytest.approx(1.98241e-05, rel=1e-5)
    assert record.moms[0] == pytest.approx(0.95)
    assert min(record.moms) == record.moms[29] == pytest.approx(0.8500180, abs=1e-6)
    assert record.moms[116] == pytest.approx(0.9499680, abs=1e-6)


def test_the_cycle_of_585_steps_in_five_epochs() -> None:
    lrs = after_a_cycle(117, 5, 0.1).recorder.lrs
    assert len(lrs) == 585
    assert lrs[0] == pytest.approx(0.004)
    assert max(lrs) == lrs[146] == pytest.approx(0.09999930785, abs=1e-10)
    assert lrs[584] == pytest.approx(2.281738e-06, rel=1e-5)


def test_combined_cosines() -> None:
    cycle = combined_cos(0.25, 0.5, 1, 0)
    found = [cycle(place) for place in (0, 0.1, 0.25, 0.5, 1)]
    assert found == pytest.approx([0.5, 0.67275, 1, 0.75, 0], abs=1e-5)


def thirds(model: nn.Module) -> list[list[nn.Parameter]]:
    return [list(part.parameters()) for part in (model[1], model[2], model[3])]  # pyright: ignore[reportIndexIssue, reportUnknownVariableType]


@pytest.mark.parametrize(
    ("asked", "tops"),
    [
        (0.01, [0.01, 0.01, 0.01]),
        ([0.1, 0.2, 0.4], [0.1, 0.2, 0.4]),
        (slice(1e-4, 1e-2), [1e-4, 1e-3, 1e-2]),
        (slice(1e-2), [1e-3, 1e-3, 1e-2]),
    ],
)
def test_a_rate_for_every_group(asked: float | list[float] | slice, tops: list[float]) -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.Linear(8, 8), nn.Linear(8, 10))
    data = small_pictures(4, size=2)
    learn = Learner(Splits(data, []), net, splitter=thirds, quiet=True)
    seen: list[list[float]] = []

    class Watch(ActivationStats):
        def before_step(self, training: object) -> None:
            seen.append([group["lr"] for group in learn.opt.param_groups])

    learn.fit_one_cycle(1, asked, cbs=Watch())  # pyright: ignore[reportArgumentType]
    groups = sorted({round(rate, 12) for rate in seen[1]})  # step 1 of 4 is the top
    assert groups == pytest.approx(sorted(set(tops)))


def test_the_optimiser() -> None:
    learn = learner(Splits(small_pictures(1), []), ten_digits(norm=True))
    learn.fit(1, 0.01)
    for group in learn.opt.param_groups:
        assert (group["betas"], group["eps"]) == ((0.9, 0.99), 1e-5)  # `fit` keeps momentum 0.9
    decays = {
        len(parameter.shape) > 1: group["weight_decay"]
        for group in learn.opt.param_groups
        for parameter in group["params"]
    }
    assert decays == {True: 0.01, False: 0.0}  # none on biases and normalisation layers


def test_the_loss_that_is_shown_is_a_debiased_average_over_the_whole_fit() -> None:
    learn = learner(Splits(small_pictures(5), small_pictures(2)), tiny())
    learn.fit(3, 0.1)
    average = 0.0
    for count, loss in enumerate(learn.recorder.raw_losses, start=1):
        average = 0.98 * average + 0.02 * loss
        assert learn.recorder.losses[count - 1] == pytest.approx(average / (1 - 0.98**count))
    assert [row[0] for row in learn.recorder.values] == learn.recorder.losses[4::5]


def test_validation_is_weighted_by_samples() -> None:
    valid = [*small_pictures(1, size=8), *small_pictures(1, size=2)]
    learn = learner(Splits(small_pictures(1), valid), tiny())
    loss, share = learn.validate()
    images = torch.cat([images for images, _ in valid])
    labels = torch.cat([labels for _, labels in valid])
    with torch.no_grad():
        logits = learn.model(images)
    assert loss == pytest.approx(nn.functional.cross_entropy(logits, labels).item(), rel=1e-5)
    assert share == pytest.approx((logits.argmax(1) == labels).float().mean().item())


def test_a_row_an_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    learn = Learner(
        Splits(small_pictures(2), small_pictures(1)), tiny(), F.cross_entropy, metrics=accuracy
    )
    learn.fit(2, 0.1)
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split() == ["epoch", "train_loss", "valid_loss", "accuracy", "time"]
    assert [row.split()[0] for row in rows] == ["0", "1"]


def test_nothing_recorded_is_lost_by_what_comes_after() -> None:
    data = Splits(small_pictures(8), small_pictures(2))
    learn = learner(data, ten_digits(), [ActivationStats()])
    learn.fit_one_cycle(1, 0.01)
    record, seen = learn.recorder, stats_of(learn)
    before = (list(record.losses), list(record.values), list(record.lrs), list(record.moms))
    means = seen.layer_stats(-2).means.tolist()
    learn.validate()
    learn.get_preds()
    learn.predict(small_pictures(1, size=1)[0][0])
    learn.summary()
    learn.lr_find(show_plot=False)
    assert (record.losses, record.values, record.lrs, record.moms) == before
    assert learn.activation_stats is seen
    assert seen.layer_stats(-2).means.tolist() == means


def test_the_nets_keep_pytorchs_own_initialisation() -> None:
    torch.manual_seed(3)
    bare = ten_digits()
    torch.manual_seed(3)
    learn = learner(Splits(small_pictures(1), []), ten_digits())
    for ours, theirs in zip(learn.model.parameters(), bare.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    first = convolutions(bare)[0]
    assert first.weight.abs().max() <= 1 / math.sqrt(25)  # kaiming_uniform with a = sqrt 5
    assert first.weight.abs().max() > 0.9 / math.sqrt(25)


def test_lr_find_and_fine_tune_are_there() -> None:
    learn = learner(Splits(small_pictures(8), small_pictures(1)), tiny())
    assert 1e-7 < learn.lr_find(show_plot=False).valley < 10
    learn.fine_tune(1, 1e-3)
    assert len(learn.recorder.values) == 2
