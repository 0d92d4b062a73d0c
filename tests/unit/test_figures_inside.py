"""Figures of the inside show every number they were given, on axes that say what they are."""

from collections.abc import Callable
from dataclasses import replace
from math import inf, nan

import matplotlib.pyplot as plt  # noqa: TID253 (whose state is watched)
import numpy as np
import pytest

from convscope.figures import (
    Figure,
    all_layers,
    batch_norm,
    book_color_dim,
    channel_map,
    channels,
    color_dim,
    column_made,
    gradient_flow,
    kernel_history,
    layer_stats,
    picture_in_batches,
    pyplot_figure,
)
from convscope.figures.epochs import epoch_ends
from convscope.runs import (
    ChannelHistory,
    GradientHistory,
    KernelHistory,
    NormHistory,
    PictureInBatches,
    Steps,
)
from convscope.words.english import ENGLISH
from convscope.words.polish import POLISH
from tests.records import drawn, grid, has_red, history, lines, marks, training

NORM = NormHistory("1.1", np.arange(4), *(np.full((4, 8), value + 0.0) for value in range(6)))
FLOW = GradientHistory(("0", "2", "4"), np.arange(4), np.ones((3, 4)), np.full((3, 4), 1e-3))
KERNELS = KernelHistory("0", np.array([0, 7, 9]), np.arange(3 * 2 * 9.0).reshape(3, 2, 1, 3, 3))
FIRED = ChannelHistory(
    "0",
    is_activated=True,
    epochs=np.array([0, 1]),
    fired_shares=np.array([[0.5, 0.1, 0], [0, 0.005, 0.2]]),
    picture_shares=np.array([[1, 0.5, 0], [0, 0.1, 0.9]]),
)
IN_BATCHES = PictureInBatches("1", 3, np.arange(8.0).reshape(2, 2, 2), np.zeros((2, 2)))

EVERY: dict[str, Callable[[Figure | None], Figure]] = {
    "layer_stats": lambda figure: layer_stats(history(), figure=figure),
    "layer_stats with schedule": lambda figure: layer_stats(
        history(nan_counts=np.ones(6, np.int64)),
        steps=training(),
        with_schedule=True,
        figure=figure,
    ),
    "color_dim": lambda figure: color_dim(grid(), steps=training(), figure=figure),
    "book_color_dim": lambda figure: book_color_dim(np.ones((40, 9)), figure=figure),
    "all_layers": lambda figure: all_layers([grid()] * 3, steps=training(), figure=figure),
    "column": lambda figure: column_made(grid(), figure=figure),
    "batch_norm": lambda figure: batch_norm(NORM, steps=training(4), figure=figure),
    "in_batches": lambda figure: picture_in_batches(IN_BATCHES, figure=figure),
    "channels": lambda figure: channels([FIRED, FIRED], figure=figure),
    "channel_map": lambda figure: channel_map(FIRED, figure=figure),
    "gradient_flow": lambda figure: gradient_flow(FLOW, steps=training(4), figure=figure),
    "kernel_history": lambda figure: kernel_history(KERNELS, figure=figure),
}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONVSCOPE_LANG", raising=False)


def names(figure: Figure) -> list[str]:
    """Every word in the figure but the sentence."""
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes)]
    found = [text for axes in figure.axes for text in (axes.get_xlabel(), axes.get_ylabel())]
    found += [axes.get_title() for axes in figure.axes] + [figure.get_suptitle()]
    found += [entry.get_text() for legend in legends if legend for entry in legend.get_texts()]
    return [one for one in found if one]


def test_layer_stats_has_three_labelled_panels_with_the_numbers() -> None:
    seen = history(means=np.arange(6.0), stds=np.full(6, 2.0))
    panels = layer_stats(seen).axes
    titles = ["Mean", "Standard deviation", "Near zero, and stopped by a ReLU"]
    assert [axes.get_title() for axes in panels] == titles
    units = ["mean", "standard deviation", "share of outputs, 0 to 1"]
    assert [axes.get_ylabel() for axes in panels] == units
    assert [axes.get_xlabel() for axes in panels] == ["step"] * 3
    assert np.asarray(panels[0].lines[0].get_ydata()).tolist() == [0, 1, 2, 3, 4, 5]
    assert np.asarray(panels[1].lines[0].get_ydata()).tolist() == [2] * 6
    shares = lines(panels[2])
    np.testing.assert_array_equal(shares["near zero, |x| ≤ 0.05"], seen.near_zero_shares)
    np.testing.assert_array_equal(shares["stopped by a ReLU, x ≤ 0"], seen.blocked_shares)
    assert panels[2].get_ylim() == (-0.03, 1.03)
    assert layer_stats(seen).get_suptitle() == "6.0 (Conv2d)"


def test_layer_stats_shows_the_schedule_on_request_and_the_ends_of_epochs() -> None:
    figure = layer_stats(history(), steps=training(), with_schedule=True)
    assert len(figure.axes) == 6
    for axes in figure.axes[3:]:
        assert axes.get_ylabel() == "learning rate"
        assert np.asarray(axes.lines[-1].get_ydata()).tolist() == training().lrs
    assert [marks(axes) for axes in figure.axes] == [[3, 6]] * 6
    assert len(layer_stats(history(), steps=training()).axes) == 3


def test_layer_stats_ticks_the_steps_with_nan() -> None:
    broken = history(means=np.array([0, 1, nan, nan, inf, 2.0]))
    broken = replace(broken, nan_counts=np.array([0, 0, 1, 1, 0, 0]))
    figure = layer_stats(replace(broken, inf_counts=np.array([0, 0, 0, 0, 9, 0])))
    for axes in figure.axes:
        (ticked,) = [one for one in axes.lines if one.get_label() == "NaN or infinite"]
        assert np.asarray(ticked.get_xdata()).tolist() == [2, 3, 4]
    assert has_red(figure)


def test_layer_stats_of_100_000_steps_keeps_its_spike_and_shows_the_course() -> None:
    noise = np.random.default_rng(0).normal(size=100_000)
    noise[54_321] = 50.0
    every, course = layer_stats(history(100_000, means=noise)).axes[0].lines[:2]
    assert len(np.asarray(every.get_xdata())) <= 4_000
    assert np.asarray(every.get_ydata()).max() == 50
    assert len(np.asarray(course.get_xdata())) == 300
    np.testing.assert_allclose(np.asarray(course.get_ydata())[0], noise[:333].mean())


def test_a_spike_does_not_flatten_the_rest() -> None:
    figure = layer_stats(history(stds=np.array([1.0, 1, 1e6, 1, 1, 1])))
    assert [axes.get_yscale() for axes in figure.axes] == ["linear", "symlog", "linear"]


def test_dead_and_sparse_channels_are_two_different_numbers() -> None:
    figure = channels([FIRED])  # the last epoch: 0, 0.005, 0.2
    widths = {
        str(bars.get_label()): float(bars[0].get_width()) for bars in figure.axes[0].containers
    }
    third = pytest.approx(1 / 3)
    expected = {
        "dead: never fires": third,
        "sparse: fires in less than 0.01": third,
        "fires": third,
    }
    assert widths == expected
    shown = np.ma.asarray(channel_map(FIRED).axes[0].images[0].get_array())
    assert np.ma.getmaskarray(shown).tolist() == [[False, True], [False, False], [True, False]]


def test_batch_norm_sets_batch_statistics_beside_running_ones() -> None:
    apart = NORM.batch_means.copy()
    apart[:, 5] = 99  # of eight channels, five are in colour: the worst is among them
    panels = batch_norm(replace(NORM, batch_means=apart)).axes
    units = ["mean", "standard deviation", "gamma (factor)", "beta (summand)", "gap (own spreads)"]
    assert [axes.get_ylabel() for axes in panels] == units
    assert len(panels[0].lines) == 2 * 5
    assert 99 in {float(np.asarray(line.get_ydata())[0]) for line in panels[0].lines}
    assert {float(np.asarray(line.get_ydata())[0]) for line in panels[1].lines} == {1, 3}
    assert [len(axes.lines) for axes in panels[2:]] == [8, 8, 6]
    gap = np.asarray(panels[4].lines[-1].get_ydata())  # (0 - 2) / 3 and 1 / 3 - 1; one is 99
    usual, odd = np.hypot(2 / 3, 2 / 3), np.hypot(97 / 3, 2 / 3)
    assert gap == pytest.approx((7 * usual + odd) / 8)


def test_one_picture_in_different_batches_stands_beside_its_map_in_validation() -> None:
    first, *others, bars, bar = picture_in_batches(IN_BATCHES).axes
    assert first.get_title() == "in validation"
    assert [axes.get_title() for axes in others] == ["in batch 0", "in batch 1"]
    assert {axes.images[0].get_clim() for axes in (first, *others)} == {(-7, 7)}
    heights = [float(one.get_height()) for one in bars.patches]  # pyright: ignore[reportAttributeAccessIssue]
    # roots of the means of 0 1 4 9 and 16 25 36 49
    assert heights == pytest.approx([3.5**0.5, 31.5**0.5])
    assert bar.get_ylabel() == "output value (signed, no unit)"


def test_gradients_are_drawn_layer_by_layer_and_nothing_that_was_not_measured() -> None:
    panels = gradient_flow(FLOW).axes
    assert [axes.get_ylabel() for axes in panels] == [
        "norm of the gradient (logarithmic)",
        "change over weight (logarithmic)",
    ]
    assert [name for name in lines(panels[0]) if name[0] != "_"] == ["0", "2", "4"]
    bare = replace(FLOW, norms=np.zeros((3, 4)), update_ratios=np.full((3, 4), nan))
    figure = gradient_flow(bare)
    assert len(figure.axes) == 1
    figure.draw_without_rendering()


def test_kernels_stand_in_rows_of_steps_with_gaps_between() -> None:
    axes, bar = kernel_history(KERNELS).axes
    shown = drawn(axes, 0)
    assert shown.shape == (11, 7)
    assert (shown[3] == -1).all()
    assert (shown[:, 3] == -1).all()
    np.testing.assert_array_equal(shown[4:7, 4:], KERNELS.kernels[1, 1, 0])
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["0", "7", "9"]
    assert axes.images[0].get_clim() == (-53, 53)
    assert bar.get_ylabel() == "weight (signed, no unit)"
    colour = KernelHistory("0", np.arange(100), np.ones((100, 64, 3, 7, 7)))
    assert drawn(kernel_history(colour).axes[0], 0).shape == (79, 8 * 25 - 2)


EMPTY = grid(2, counts=np.zeros((2, 4)), nan_counts=np.full(2, 9.0))
LOST = PictureInBatches("1", 0, np.full((2, 2, 2), nan), np.full((2, 2), nan))
NOTHING: list[Callable[[], Figure]] = [
    lambda: color_dim(EMPTY),
    lambda: all_layers([EMPTY]),
    lambda: column_made(EMPTY),
    lambda: layer_stats(history(means=np.full(6, nan))),
    lambda: layer_stats(history(0)),
    lambda: picture_in_batches(LOST),
    lambda: kernel_history(replace(KERNELS, kernels=np.full((3, 2, 1, 3, 3), nan))),
    lambda: channel_map(replace(FIRED, fired_shares=np.zeros((2, 3)))),
    lambda: batch_norm(replace(NORM, batch_means=np.full((4, 8), nan))),
]


@pytest.mark.parametrize("draw", NOTHING)
def test_nothing_and_nothing_finite_can_be_drawn(draw: Callable[[], Figure]) -> None:
    draw().draw_without_rendering()


def test_epochs_end_behind_their_last_step() -> None:
    assert epoch_ends(Steps([0, 1, 2, 3, 4], [0, 0, 1, 1, 2])) == [2, 4, 5]
    assert epoch_ends(None) == epoch_ends(Steps()) == []


@pytest.mark.parametrize("name", EVERY)
def test_every_figure_says_how_to_read_it_what_is_healthy_and_what_is_sick(name: str) -> None:
    before = plt.get_fignums()
    figure = EVERY[name](None)
    assert plt.get_fignums() == before
    sentence = " ".join(figure.get_supxlabel().split())
    assert sentence in {" ".join(text.split()) for text in ENGLISH.values()}
    assert "Healthy" in sentence
    assert "Sick" in sentence


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_left_in_english(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    in_english = EVERY[name](None)
    monkeypatch.setenv("CONVSCOPE_LANG", "pl")
    figure = EVERY[name](None)
    english_words = {text for key, text in ENGLISH.items() if key in POLISH and len(text) > 3}
    assert not set(names(figure)) & english_words
    same = set(names(figure)) & set(names(in_english))
    assert same <= {"6.0 (Conv2d)", "6.0", "0", "2", "4"}
    sentence = " ".join(figure.get_supxlabel().split())
    assert sentence in {" ".join(text.split()) for text in POLISH.values()}
    assert "zdrow" in sentence.lower()
    assert "chor" in sentence.lower()


@pytest.mark.parametrize("name", EVERY)
def test_a_figure_of_pyplots_is_drawn_into_and_stays_open(name: str) -> None:
    mine = pyplot_figure((9, 5))
    try:
        assert EVERY[name](mine) is mine
        assert mine.axes
        assert mine.number in plt.get_fignums()  # a notebook shows what is open, also after `;`
    finally:
        plt.close(mine)
