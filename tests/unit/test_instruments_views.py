"""What is asked of a record is what is drawn: this layer, this window, these axes, this course."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from convscope.figures import Axes, Figure
from convscope.instruments import ActivationStats, Watch, watch
from convscope.runs import TallyStore, quantities, read_activations
from convscope.runs.tallies import Tally
from convscope.train import Callback, Learner, Splits, Training
from convscope.train.callbacks import Callbacks
from convscope.train.loop import fit
from tests.conftest import small_batches, small_net

Build = Callable[..., Learner]


@pytest.fixture
def record() -> Watch:
    torch.manual_seed(0)
    norms = nn.BatchNorm2d(4), nn.BatchNorm2d(2)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), norms[0], nn.ReLU(), nn.Conv2d(4, 2, 1), norms[1])
    with watch(model, norms=True) as found:
        for _ in range(5):
            model(torch.randn(6, 1, 8, 8) * 10)
    return found


def names(axes: Axes) -> list[str]:
    return [one.get_text() for one in axes.get_yticklabels()]


def test_a_window_and_a_logarithmic_axis_are_drawn_as_they_are_asked_for(record: Watch) -> None:
    window, symlog = (record.color_dim(0, **asked)[0] for asked in _WAYS)
    assert names(window) == ["-2", "-1", "0", "1", "2", "< -2", "> 2", "NaN, ∞"]
    assert {"-10", "-1", "-0.1", "0", "0.1", "1", "10"} < {*names(symlog)}
    assert "< -2" in names(record.color_dim(window=(-2.0, 2.0))[1])


_WAYS: list[dict[str, Any]] = [{"window": (-2.0, 2.0)}, {"symlog": True}]


def test_columns_and_bins_are_as_many_as_asked_for(record: Watch) -> None:
    grid: Any = record.hist(0, bins=7, columns=3)
    assert grid.counts.shape == (3, 7)
    assert grid.steps.tolist() == [0, 2, 4, 5]


def test_axes_that_are_given_are_drawn_into(record: Watch) -> None:
    page = Figure()
    left, right = page.subplots(1, 2)
    assert record.color_dim(0, ax=right)[:2] == [left, right]
    assert right.images
    assert not left.images


def test_the_layer_that_is_asked_for_is_drawn(record: Watch) -> None:
    assert record.plot_norm(1)[0].figure.get_suptitle().startswith("4:")
    assert record.plot_channels("1")[0].get_title().startswith("1:")
    assert record.plot_channels(-1)[0].get_title().startswith("4:")
    assert record.plot_layer_stats("3")[0].figure.get_suptitle() == "3 (Conv2d)"


def test_without_a_course_there_is_no_schedule_to_draw(record: Watch) -> None:
    panels = record.plot_layer_stats(0, with_schedule=True)
    page: Any = panels[0].figure
    assert len(panels) == 3
    assert page.get_size_inches().tolist() == [12, 4]


def test_the_course_of_a_learner_is_drawn_with_its_layers(make_learner: Build) -> None:
    stats = ActivationStats(norms=True)
    learn = make_learner(cbs=stats)
    learn.fit_one_cycle(2, 0.1)
    *_, schedule = stats.plot_layer_stats(0, with_schedule=True)
    (line,) = (one for one in schedule.lines if len(np.asarray(one.get_xdata())) == 10)
    assert np.asarray(line.get_ydata()) == pytest.approx(learn.recorder.lrs)
    for panels in (stats.color_dim(0), stats.color_dim(), stats.plot_norm(0)):
        lines: list[list[float]] = [np.asarray(one.get_xdata()).tolist() for one in panels[0].lines]
        assert [xs[0] for xs in lines if len(set(xs)) == 1] == [5, 10]  # ends of epochs


class Asking(Callback):
    """Pass pictures through the model beside the training, which is nobody's step and no set."""

    def after_loss(self, training: Training) -> None:
        training.model(training.images)

    def after_epoch(self, training: Training) -> None:
        training.model.eval()(torch.ones(50, 1, 8, 8))
        training.model.train()


def test_passes_that_others_make_are_not_counted(make_learner: Build) -> None:
    quiet, asked = ActivationStats(with_valid=True), ActivationStats(with_valid=True)
    make_learner(cbs=quiet).fit(2, 0.1)
    make_learner(cbs=[asked, Asking()]).fit(2, 0.1)
    for quantity in (quantities.OUTPUT, quantities.VALID_OUTPUT):
        ours, theirs = (one.record.history(0, quantity) for one in (quiet, asked))
        assert ours.steps.tolist() == theirs.steps.tolist()
        assert ours.counts.tolist() == theirs.counts.tolist()


def test_what_a_killed_process_left_of_the_first_step_is_forgotten(
    make_learner: Build, tmp_path: Path
) -> None:
    path = tmp_path / "activations.sqlite"
    with TallyStore(path) as store:
        place = store.series("gone", "Conv2d", quantities.OUTPUT, 1 << 30)
        store.add(place, 0, Tally(1, 0, 0, 0, 0, 0, 1.0, 0.0, 1.0, 1.0, 0, None))
    stats = ActivationStats(path=path)
    make_learner(cbs=stats).fit(1, 0.1)
    assert len(stats.record.history("gone")) == 0
    assert len(stats.record.history(0)) == 5


def test_steps_are_counted_where_nobody_records_losses() -> None:
    stats, training = ActivationStats(), Training()
    training.model = small_net()
    training.opt = torch.optim.SGD(training.model.parameters(), 0.1)
    training.loss_func = nn.functional.cross_entropy
    training.dls = Splits(small_batches(3))
    training.device = torch.device("cpu")
    training.n_epoch, training.batches_per_epoch = 2, 3
    fit(training, Callbacks([stats]), [])
    assert stats.layer_stats(0).steps.tolist() == list(range(6))


def test_arrays_of_several_processes_are_those_of_the_first(tmp_path: Path) -> None:
    for rank, name in enumerate(["activations.sqlite", "activations.rank1.sqlite"]):
        with TallyStore(tmp_path / name) as store:
            place = store.series("1", "BatchNorm2d", quantities.NORM, 0)
            store.add_vector(place, 0, np.full((6, 2), rank, np.float32))
    steps, arrays = read_activations(tmp_path / "activations.sqlite").vectors("1", quantities.NORM)
    assert steps.tolist() == [0]
    assert arrays.tolist() == [[[0, 0]] * 6]
