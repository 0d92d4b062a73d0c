"""ActivationStats in a Learner: models of which the answer is known, the chapter's numbers."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from convscope.errors import ConfigError
from convscope.instruments import ActivationStats, watch
from convscope.instruments.book import book_numbers
from convscope.runs import norms_of, quantities
from convscope.train import Callback, Learner, Splits, Training
from tests.conftest import small_batches, small_net

Build = Callable[..., Learner]


def learner(model: nn.Module, *cbs: Callback, batches: int = 10) -> Learner:
    torch.manual_seed(0)
    pairs = small_batches(batches)
    return Learner(Splits(pairs, pairs[:2]), model, cbs=list(cbs), quiet=True)


class Fixed(nn.Module):
    """Give back what was put in, or a constant."""

    def __init__(self, value: float | None = None) -> None:
        super().__init__()
        self.value = value
        self.weight = nn.Parameter(torch.zeros(()))
        self.calls = 0

    def forward(self, images: Tensor) -> Tensor:
        self.calls += self.training
        if self.value is not None:
            images = torch.full_like(images, self.value)
        return images


class NanAt(Fixed):
    def forward(self, images: Tensor) -> Tensor:
        given = super().forward(images)
        return given * math.nan if self.calls == 8 else given  # the first step is 0


def stats_of(learn: Learner) -> ActivationStats:
    found = learn.activation_stats
    assert isinstance(found, ActivationStats)
    return found


def head(layer: nn.Module) -> nn.Sequential:
    return nn.Sequential(layer, nn.Flatten(), nn.Linear(64, 3))


def test_an_identity_layer_gives_the_numbers_of_the_pictures() -> None:
    learn = learner(head(Fixed()), ActivationStats())
    learn.fit(1, 1e-12)
    seen = stats_of(learn).layer_stats(0)
    batches = [images for images, _ in small_batches(10)]
    assert seen.steps.tolist() == list(range(10))
    assert seen.means == pytest.approx([images.double().mean().item() for images in batches])
    assert seen.stds == pytest.approx([images.double().std().item() for images in batches])
    assert seen.minima.tolist() == [images.min().item() for images in batches]
    assert seen.maxima.tolist() == [images.max().item() for images in batches]
    near = [(images.abs() <= 0.05).double().mean().item() for images in batches]
    assert seen.near_zero_shares.tolist() == near
    assert (seen.name, seen.kind) == ("0", "Fixed")


def test_zero_weights_give_zeros() -> None:
    model = head(nn.Conv2d(1, 1, 3, padding=1, bias=False))
    nn.init.zeros_(model[0].weight)  # pyright: ignore[reportArgumentType]
    learn = learner(model, ActivationStats())
    learn.fit(1, 1e-12)
    seen = stats_of(learn).layer_stats("0")
    assert set(seen.near_zero_shares) == {1.0}
    first = (seen.zero_shares[0], seen.blocked_shares[0], seen.means[0], seen.stds[0])
    assert first == (1, 1, 0, 0)  # a step of the optimiser later they are nearly zero


@pytest.mark.parametrize(("value", "blocked"), [(0.3, 0.0), (-7.3, 1.0)])
def test_a_constant_has_no_deviation(value: float, blocked: float) -> None:
    learn = learner(head(Fixed(value)), ActivationStats())
    learn.fit(1, 1e-12)
    seen = stats_of(learn).layer_stats(0)
    assert set(seen.means) == set(seen.minima) == {torch.tensor(value).item()}
    assert set(seen.stds) == {0.0}
    assert set(seen.blocked_shares) == {blocked}
    grid = stats_of(learn).record.grid(0, window=(-10, 10))
    assert (grid.counts > 0).sum(axis=1).tolist() == [
        3 if value < 0 else 1
    ] * 10  # bins as wide as theirs


def test_nan_at_step_seven_is_seen_there() -> None:
    learn = learner(head(NanAt()), ActivationStats())
    learn.fit(1, 1e-12)
    seen = stats_of(learn).layer_stats(0)
    assert seen.nan_counts.tolist() == [0] * 7 + [512] + [0] * 2
    assert np.isnan(seen.means).tolist() == [False] * 7 + [True] + [False] * 2
    grid = stats_of(learn).record.grid(0)
    total = grid.counts.sum(axis=1) + grid.below + grid.above + grid.nan_counts + grid.inf_counts
    assert total == pytest.approx(seen.counts)
    assert grid.nan_counts.tolist() == seen.nan_counts.tolist()


def fastai_hook(outputs: Tensor) -> dict[str, Tensor]:
    """Give what fastai 2.7.18 computes, line for line."""
    o = outputs.float()
    return {
        "mean": o.mean(),
        "std": o.std(),
        "near_zero": (o <= 0.05).sum() / o.numel(),
        "hist": o.histc(40, 0, 10),
    }


def test_the_books_numbers_bit_for_bit() -> None:
    model = small_net()
    book: list[dict[str, Tensor]] = []
    hook = model[0].register_forward_hook(
        lambda module, _, output: book.append(fastai_hook(output)) if module.training else None
    )
    learn = learner(model, ActivationStats(book=True))
    learn.fit(2, 0.1)
    hook.remove()
    seen = stats_of(learn).layer_stats(0)
    assert seen.means.tolist() == [one["mean"].item() for one in book]
    assert seen.stds.tolist() == [one["std"].item() for one in book]
    assert seen.near_zero_shares.tolist() == [one["near_zero"].item() for one in book]
    hist = stats_of(learn).hist(0)
    assert isinstance(hist, Tensor)
    assert hist.shape == (40, 20)
    assert torch.equal(hist, torch.stack([one["hist"] for one in book]).t().float().log1p())
    assert len(stats_of(learn).color_dim(0)) == 1


def test_nothing_is_lost_between_fits(make_learner: Build) -> None:
    learn = make_learner(cbs=ActivationStats())
    learn.fit(1, 0.1)
    before = stats_of(learn).layer_stats(-1)
    learn.validate()
    learn.predict(torch.zeros(1, 8, 8))
    learn.get_preds()
    learn.lr_find(num_it=20, show_plot=False)
    after = stats_of(learn).layer_stats(-1)
    assert after.means.tolist() == before.means.tolist()
    learn.fit(1, 0.1)
    assert stats_of(learn).layer_stats(-1).steps.tolist() == list(range(10))


def test_the_chapters_layers_and_negative_indices(make_learner: Build) -> None:
    learn = make_learner(cbs=ActivationStats())
    learn.fit(1, 0.1)
    stats = stats_of(learn)
    assert stats.layers == ["0", "1", "5"]
    assert stats.layer_stats(-3).name == "0"
    assert [stats.layer_stats(index).kind for index in range(3)] == [
        "Conv2d",
        "BatchNorm2d",
        "Linear",
    ]


@pytest.mark.parametrize(
    ("modules", "names"),
    [
        ("2", ["2"]),
        (nn.Conv2d, ["0"]),
        ([nn.Conv2d, "5"], ["0", "5"]),
        (lambda name, module: name in {"2", "4"}, ["2", "4"]),
    ],
)
def test_layers_by_name_type_and_function(
    make_learner: Build, modules: Any, names: list[str]
) -> None:
    learn = make_learner(cbs=ActivationStats(modules=modules))
    learn.fit(1, 0.1)
    assert stats_of(learn).layers == names


def test_a_module_that_is_given(make_learner: Build) -> None:
    learn = make_learner()
    learn.cbs.append(ActivationStats(modules=learn.model[2]))  # pyright: ignore[reportIndexIssue]
    learn.fit(1, 0.1)
    assert stats_of(learn).layers == ["2"]


def test_paramless_layers_too(make_learner: Build) -> None:
    learn = make_learner(cbs=ActivationStats(include_paramless=True))
    learn.fit(1, 0.1)
    assert stats_of(learn).layers == [str(index) for index in range(6)]
    assert set(stats_of(learn).layer_stats("2").minima) == {0.0}


def test_an_unknown_layer_is_refused_before_anything_is_learnt(make_learner: Build) -> None:
    learn = make_learner(cbs=ActivationStats(modules=["conv1"]))
    with pytest.raises(ConfigError, match="there is no such layer to watch"):
        learn.fit(1, 0.1)


class Odd(nn.Module):
    """A layer used twice, one never, one that gives no tensor, one a tuple of a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.twice = nn.Linear(64, 64)
        self.never = nn.Linear(1, 1)
        self.nothing = Text()
        self.several = Several()
        self.last = nn.Linear(64, 3)

    def forward(self, images: Tensor) -> Tensor:
        flat = self.twice(self.twice(images.flatten(1)))
        self.nothing(flat)
        return self.last(self.several(flat)[1]["h"])


class Text(nn.Linear):
    def __init__(self) -> None:
        super().__init__(1, 1)

    def forward(self, images: Tensor) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        return "text"


class Several(Text):
    def forward(self, images: Tensor) -> tuple[Tensor, dict[str, Tensor]]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return images.abs(), {"h": images * self.weight}


def test_odd_outputs() -> None:
    learn = learner(Odd(), ActivationStats())
    learn.fit(1, 0.01)
    stats = stats_of(learn)
    assert stats.layers == ["twice", "twice#2", "several[0]", "several[1].h", "last"]
    assert stats.layer_stats("several[0]").minima.min() >= 0
    for name in ("never", "nothing"):
        with pytest.raises(ConfigError, match="no recorded pass called it and got a tensor"):
            stats.layer_stats(name)


@pytest.mark.parametrize(("index", "nearest"), [(5, "5"), (-4, "0")])
def test_an_index_out_of_range(make_learner: Build, index: int, nearest: str) -> None:
    learn = make_learner(cbs=ActivationStats())
    learn.fit(1, 0.1)
    with pytest.raises(ConfigError) as error:
        stats_of(learn).color_dim(index)
    assert "0 to 2, or -3 to -1" in str(error.value)
    assert f"'{nearest}' is the nearest" in str(error.value)


def test_a_name_that_is_nearly_right(make_learner: Build) -> None:
    learn = make_learner(cbs=ActivationStats())
    with pytest.raises(ConfigError, match="nothing was recorded"):
        stats_of(learn).layer_stats(0)
    learn.fit(1, 0.1)
    with pytest.raises(ConfigError, match="no recorded layer has this name"):
        stats_of(learn).layer_stats("6")


def test_histograms_that_were_off(make_learner: Build) -> None:
    learn = make_learner(cbs=ActivationStats(with_hist=False))
    learn.fit(1, 0.1)
    assert len(stats_of(learn).layer_stats(0)) == 5
    with pytest.raises(ConfigError, match="histograms were switched off"):
        stats_of(learn).hist(0)


def test_a_model_that_is_replaced(make_learner: Build) -> None:
    learn = make_learner(cbs=ActivationStats())
    learn.fit(1, 0.1)
    learn.model = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    learn.fit(1, 1e-9, reset_opt=True)
    stats = stats_of(learn)
    assert stats.layer_stats("0").steps.tolist() == [0, 1, 2, 3, 4]
    assert stats.layer_stats("1").steps.tolist() == list(range(10))
    assert stats.layer_stats("1").counts.tolist() == [8 * 4 * 9] * 5 + [24] * 5


@pytest.mark.parametrize("every", [1, 2, 3, 7])
def test_every(make_learner: Build, every: int) -> None:
    learn = make_learner(cbs=ActivationStats(every=every))
    learn.fit(3, 0.1)
    assert stats_of(learn).layer_stats(0).steps.tolist() == list(range(0, 15, every))


def test_a_number_of_records(make_learner: Build) -> None:
    learn = make_learner(cbs=ActivationStats(records=4, norms=True))
    learn.fit(3, 0.1)
    stats = stats_of(learn)
    assert stats.layer_stats(0).steps.tolist() == [0, 4, 8, 12]
    assert stats.record.norm(0).steps.tolist() == [0, 4, 8, 12]
    assert len(stats.record.channels(0).epochs) == 3


@pytest.mark.parametrize("wrong", [{"every": 0}, {"records": 1}, {"every": 2, "records": 9}])
def test_no_schedule(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="this says nothing about when to look"):
        ActivationStats(**wrong)  # pyright: ignore[reportArgumentType]


def test_validation_is_one_record_an_epoch(make_learner: Build) -> None:
    learn = make_learner(cbs=ActivationStats(with_valid=True))
    learn.fit(2, 0.1)
    valid = stats_of(learn).record.history(0, quantities.VALID_OUTPUT)
    assert valid.steps.tolist() == [4, 9]
    assert valid.counts.tolist() == [16 * 4 * 9] * 2
    outputs = [learn.model[0](images) for images, _ in small_batches(2)]  # pyright: ignore[reportIndexIssue]
    assert valid.means[-1] == pytest.approx(torch.cat(outputs).double().mean().item())


def test_dead_and_sparse_channels_before_and_after_the_activation() -> None:
    conv = nn.Conv2d(1, 3, 1)
    with torch.no_grad():
        conv.weight[:] = torch.tensor([0.0, 1.0, 1.0]).view(3, 1, 1, 1)
        conv.bias[:] = torch.tensor([-1.0, 1.0, -2.5])  # pyright: ignore[reportOptionalSubscript]
    model = nn.Sequential(conv, nn.LeakyReLU(-1.0), nn.Flatten(), nn.Linear(192, 3))
    learn = learner(model, ActivationStats())
    learn.fit(1, 1e-12)
    record = stats_of(learn).record
    own = record.channels("0").fired_shares[0]
    images = torch.cat([images for images, _ in small_batches(2)])
    assert own.tolist() == pytest.approx([0, 1, (images > 2.5).float().mean().item()])
    assert 0 < own[2] < 0.2
    after = record.channels("0", activated=True)
    assert after.is_activated
    assert after.fired_shares[0].tolist() == [1, 1, 1]  # this one turns negatives round


def test_gradients_updates_and_weights() -> None:
    kept: dict[str, list[Tensor]] = {"gradient": [], "before": [], "after": []}

    class Keep(Callback):
        def before_step(self, training: Training) -> None:
            weight = training.model[2].weight  # pyright: ignore[reportIndexIssue]
            kept["gradient"].append(weight.grad.clone())
            kept["before"].append(weight.detach().clone())

        def after_step(self, training: Training) -> None:
            kept["after"].append(training.model[2].weight.detach().clone())  # pyright: ignore[reportIndexIssue]

    stats = ActivationStats(gradients=True, updates=True)
    learn = learner(head(Fixed()), stats, Keep(), batches=3)
    learn.fit(1, 0.1)
    gradients = stats.record.gradients()
    place = gradients.names.index("2")
    norms = [one.norm().item() for one in kept["gradient"]]
    assert gradients.norms[place] == pytest.approx(norms, rel=1e-5)
    pairs = zip(kept["before"], kept["after"], strict=True)
    ratios = [((after - before).norm() / before.norm()).item() for before, after in pairs]
    assert gradients.update_ratios[place] == pytest.approx(ratios, rel=1e-5)
    outputs = stats.record.history("2", quantities.OUTPUT_GRADIENT)
    assert outputs.counts.tolist() == [24] * 3
    assert norms_of(outputs)[0] > 0


def test_batchnorms_two_kinds_of_statistics(make_learner: Build) -> None:
    learn = make_learner(cbs=ActivationStats(norms=True))
    images = small_batches(1)[0][0]
    inputs = learn.model[0](images)  # pyright: ignore[reportIndexIssue]
    learn.fit(1, 1e-12)
    seen = stats_of(learn).record.norm(0)
    mean, std = inputs.mean((0, 2, 3)), inputs.std((0, 2, 3), correction=0)
    assert seen.batch_means[0] == pytest.approx(mean.tolist(), rel=1e-4)
    assert seen.batch_stds[0] == pytest.approx(std.tolist(), rel=1e-3)
    assert seen.running_means[0] == pytest.approx((0.1 * mean).tolist(), rel=1e-4)
    layer = learn.model[1]  # pyright: ignore[reportIndexIssue]
    trained, norm = nn.BatchNorm2d(4), nn.BatchNorm2d(4).eval()
    with torch.no_grad():
        norm.running_mean[:] = torch.tensor(seen.running_means[0])  # pyright: ignore[reportOptionalSubscript]
        norm.running_var[:] = torch.tensor(seen.running_stds[0] ** 2 - layer.eps)  # pyright: ignore[reportOptionalSubscript, reportAttributeAccessIssue, reportOperatorIssue]
        apart = (norm(inputs) - trained(inputs)).square().mean((0, 2, 3)).sqrt()
    assert seen.gaps()[0] == pytest.approx(apart.tolist(), rel=1e-3)
    assert seen.gammas[0].tolist() == [1] * 4
    assert seen.betas[0].tolist() == [0] * 4


def test_batchnorms_own_epsilon_is_in_its_deviations() -> None:
    model = nn.Sequential(nn.BatchNorm2d(2, eps=3.0), nn.Flatten(), nn.Linear(2, 2))
    with watch(model, norms=True) as record:
        model(torch.tensor([1.0, -1.0, 1.0, -1.0]).view(2, 2, 1, 1))  # one value a channel
        model(torch.tensor([1.0, -1.0, -1.0, 1.0]).view(2, 2, 1, 1))  # variance 1, unbiased 2
    seen = record.record.norm(0)
    assert seen.batch_stds == pytest.approx(np.array([[3**0.5] * 2, [2.0] * 2]))
    running = [0.9 * 1 + 0.1 * 0, 0.9 * 0.9 + 0.1 * 2]
    assert seen.running_stds[:, 0] == pytest.approx([(one + 3) ** 0.5 for one in running])


def test_the_books_near_zero_goes_up_to_a_twentieth() -> None:
    numbers = book_numbers(torch.tensor([-1.0, 0.0, 0.05, 0.050001]))
    assert numbers[2] == 0.75


def test_updates_have_the_sign_of_the_step() -> None:
    model = nn.Linear(2, 1, bias=False)
    opt = torch.optim.SGD(model.parameters(), 0.5)
    with watch(model, updates=True, optimizer=opt) as record:
        model(torch.ones(1, 2)).sum().backward()  # a gradient of 1 for each weight
        opt.step()
    assert record.record.history(0, quantities.UPDATE).means.tolist() == pytest.approx([-0.5])


def test_kernels_at_the_start_and_after_each_epoch(make_learner: Build) -> None:
    learn = make_learner(cbs=ActivationStats(kernels=True))
    first = learn.model[0].weight.detach().clone()  # pyright: ignore[reportIndexIssue]
    learn.fit(2, 0.1)
    seen = stats_of(learn).record.kernels()
    assert seen.kernels.shape == (3, 4, 1, 3, 3)
    assert seen.steps.tolist() == [0, 4, 9]
    assert np.array_equal(seen.kernels[0], first.numpy())
    assert np.array_equal(seen.kernels[-1], learn.model[0].weight.detach().numpy())  # pyright: ignore[reportIndexIssue]


def test_the_figures_come_as_axes(make_learner: Build) -> None:
    stats = ActivationStats(gradients=True, updates=True, norms=True, kernels=True)
    make_learner(cbs=stats).fit(2, 0.1)
    assert len(stats.plot_layer_stats(-2, with_schedule=True)) == 6
    assert len(stats.plot_layer_stats(-2)) == 3
    assert stats.color_dim(-2)
    assert stats.color_dim()
    assert stats.color_dim(0, symlog=True)
    assert stats.plot_channels()
    assert stats.plot_channels(0)
    assert stats.plot_norm(0)
    assert stats.plot_gradients()
    assert stats.plot_kernels()
