"""Section 7: what ActivationStats keeps, and how it is drawn."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from convscope.all import ActivationStats, DataLoaders, Learner
from convscope.train import Callback, Splits, Training
from tests.chapter.parts import convolutions, learner, small_pictures, stats_of, ten_digits

STEPS = 12


class Outputs(Callback):
    """Keep, step by step, what a layer gave: the numbers that the statistics must equal."""

    def __init__(self, layer: nn.Module) -> None:
        self.seen: list[Tensor] = []
        layer.register_forward_hook(self.keep)

    def keep(self, layer: nn.Module, given: tuple[Tensor, ...], output: Tensor) -> None:
        if layer.training:
            self.seen.append(output.detach().clone())


@pytest.fixture(scope="module")
def watched() -> tuple[Learner, list[Tensor]]:
    """The plain net of ten digits after some steps on noise; the fourth convolution's outputs."""
    torch.manual_seed(0)
    net = ten_digits()
    outputs = Outputs(convolutions(net)[3])
    data = Splits(small_pictures(STEPS), small_pictures(2))
    stats = ActivationStats(with_hist=True, norms=True, kernels=True)
    learn = learner(data, net, [stats])
    learn.fit_one_cycle(1, 0.06)
    return learn, outputs.seen


def test_five_layers_and_ten_with_batch_normalisation(watched: tuple[Learner, object]) -> None:
    learn, _ = watched
    assert len(stats_of(learn).record.layers()) >= 5
    stats = ActivationStats(include_paramless=False)
    normed = learner(Splits(small_pictures(2), []), ten_digits(norm=True), [stats])
    normed.fit(1, 0.01)
    kinds = [stats.layer_stats(place).kind for place in range(10)]
    assert kinds == ["Conv2d", "BatchNorm2d"] * 5
    assert stats.layer_stats(-4).name == "3.0"  # still the fourth convolution
    with pytest.raises(Exception, match="layer"):
        stats.layer_stats(10)


def test_places_are_those_of_the_chapter(watched: tuple[Learner, object]) -> None:
    stats = stats_of(watched[0])
    assert stats.layer_stats(0).name == "0.0"
    assert stats.layer_stats(-2).name == "3.0"


def test_the_numbers_are_those_of_the_outputs(watched: tuple[Learner, list[Tensor]]) -> None:
    """Mean, deviation and shares of what the convolution gave, before the ReLU."""
    learn, outputs = watched
    history = stats_of(learn).layer_stats(-2)
    assert len(history) == len(outputs) == STEPS
    for step, output in enumerate(outputs):
        values = output.double()
        assert history.means[step] == pytest.approx(values.mean().item(), abs=1e-6)
        assert history.stds[step] == pytest.approx(values.std().item(), rel=1e-5)
        near = (values.abs() <= 0.05).double().mean().item()
        assert history.near_zero_shares[step] == pytest.approx(near)
        blocked = (values <= 0).double().mean().item()
        assert history.blocked_shares[step] == pytest.approx(blocked)
    assert history.counts.tolist() == [outputs[0].numel()] * STEPS


def test_a_histogram_loses_nothing(watched: tuple[Learner, list[Tensor]]) -> None:
    learn, outputs = watched
    grid = stats_of(learn).record.grid(-2)
    inside = grid.counts.sum(axis=1) + grid.below + grid.above + grid.nan_counts + grid.inf_counts
    assert inside.tolist() == pytest.approx([output.numel() for output in outputs])
    assert grid.edges[0] < 0 < grid.edges[-1]  # signed


def test_layer_stats_are_three_panels(watched: tuple[Learner, object]) -> None:
    panels = stats_of(watched[0]).plot_layer_stats(-2)
    titles = ["Mean", "Standard deviation", "Near zero, and stopped by a ReLU"]
    assert [axes.get_title() for axes in panels] == titles
    assert [axes.get_xlabel() for axes in panels] == ["step"] * 3
    names = {str(line.get_label()) for line in panels[2].lines}
    assert {"near zero, |x| ≤ 0.05", "stopped by a ReLU, x ≤ 0"} <= names  # both


def test_color_dim_is_a_column_a_batch(watched: tuple[Learner, object]) -> None:
    stats = stats_of(watched[0])
    axes, bar = stats.color_dim(-2)
    image = axes.images[0]
    assert image.get_cmap().name == "viridis"
    grid = stats.record.grid(-2)
    shown = np.asarray(image.get_array())
    np.testing.assert_allclose(shown, np.log1p(grid.counts.T))
    assert shown.shape[1] == STEPS
    assert axes.get_ylim()[0] < axes.get_ylim()[1]  # value upwards
    assert axes.get_xlabel() == "step"
    assert "log(1 + n)" in bar.get_ylabel()


def test_the_books_numbers_on_request() -> None:
    """Near zero is x <= 0.05 there, and the histogram covers 0 to 10 in 40 bins."""
    torch.manual_seed(0)
    net = ten_digits()
    outputs = Outputs(convolutions(net)[3])
    stats = ActivationStats(with_hist=True, book=True)
    learner(Splits(small_pictures(4), []), net, [stats]).fit(1, 0.06)
    seen = outputs.seen
    history = stats.layer_stats(-2)
    shares = [(one <= 0.05).double().mean().item() for one in seen]
    assert history.near_zero_shares.tolist() == pytest.approx(shares)
    counts = stats.hist(-2)
    assert isinstance(counts, Tensor)
    assert counts.shape == (40, 4)
    theirs = torch.stack([one.cpu().float().histc(40, 0, 10) for one in seen]).t().log1p()
    torch.testing.assert_close(counts, theirs)
    (axes,) = stats.color_dim(-2)
    assert not axes.axison


def test_nan_is_counted() -> None:
    net = ten_digits()
    stats = ActivationStats(with_hist=True)
    learn = learner(Splits(small_pictures(3), []), net, [stats])
    with torch.no_grad():
        convolutions(net)[0].weight[0] = float("nan")
    learn.fit(1, 1e-6)
    history = stats.layer_stats(0)
    assert (history.nan_counts >= 8 * 14 * 14).all()
    assert stats.hist(0).nan_counts.sum() == history.nan_counts.sum()  # pyright: ignore[reportAttributeAccessIssue]


def test_batch_normalisation_shows_both_statistics() -> None:
    stats = ActivationStats(norms=True)
    net = ten_digits(norm=True)
    learner(Splits(small_pictures(4), []), net, [stats]).fit(1, 0.01)
    history = stats.record.norm(0)
    running = next(one for one in net.modules() if isinstance(one, nn.BatchNorm2d)).running_mean
    assert running is not None
    np.testing.assert_allclose(history.running_means[-1], running.numpy(), atol=1e-6)
    assert not np.allclose(history.batch_means, history.running_means)
    names = [axes.get_ylabel() for axes in stats.plot_norm(0)]
    assert {"gamma (factor)", "beta (summand)"} <= set(names)


def test_the_learnt_kernels(watched: tuple[Learner, object]) -> None:
    learn, _ = watched
    kernels = stats_of(learn).record.kernels()
    assert kernels.kernels.shape[1:] == (8, 1, 5, 5)
    weight = convolutions(learn.model)[0].weight.detach().numpy()
    np.testing.assert_allclose(kernels.kernels[-1], weight, atol=1e-6)
    assert stats_of(learn).plot_kernels()


def test_hooks_are_gone_afterwards_even_when_a_fit_fails() -> None:
    class Trip(Callback):
        def before_step(self, training: Training) -> None:
            raise ValueError("on purpose")

    net = ten_digits()
    learn = learner(Splits(small_pictures(2), []), net, [ActivationStats()])
    with pytest.raises(ValueError, match="on purpose"):
        learn.fit(1, 0.01, cbs=Trip())
    assert not any(layer._forward_hooks for layer in net.modules())


def test_the_dead_net_is_not_near_zero_by_magnitude(ten: DataLoaders) -> None:
    """Step A in small: a layer that is driven below zero is dead, and nowhere near zero."""
    net = ten_digits()
    with torch.no_grad():
        nn.init.constant_(convolutions(net)[3].bias, -2.0)  # pyright: ignore[reportArgumentType] - it has one
    stats = ActivationStats()
    batches = [next(iter(ten.train))]
    learner(Splits(batches, []), net, [stats]).fit(1, 1e-6)
    history = stats.layer_stats(-2)
    assert history.near_zero_shares[0] <= 0.02
    assert history.blocked_shares[0] > 0.99
