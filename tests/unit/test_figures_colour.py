"""The colourful dimension shows every value it was given, inside its window and outside."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.text import Text  # noqa: TID253

from convscope.figures import (
    Axes,
    Figure,
    all_layers,
    book_color_dim,
    color_dim,
    column_made,
)
from convscope.figures.valueaxis import narrowed, place_of, ticks
from tests.records import drawn, grid, has_red, marks, training


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONVSCOPE_LANG", raising=False)


def test_color_dim_has_a_signed_axis_of_values_and_one_of_steps() -> None:
    axes, bar = color_dim(grid(below=np.ones(6)), steps=training()).axes
    assert axes.get_ylabel() == "output value (signed, no unit)"
    assert axes.get_xlabel() == "step"
    assert axes.get_xlim() == (0, 6)
    places = {tick.get_text(): float(place) for place, tick in ticks_of(axes)}
    # a bin is 1 high; strips of 0.2 stand outside, with a gap
    assert {name: places[name] for name in ("-2", "-1", "0", "1", "2")} == pytest.approx(
        {"-2": 0, "-1": 1, "0": 2, "1": 3, "2": 4}
    )
    assert places["< -2"] < 0
    assert 4 < places["> 2"] < places["NaN, ∞"]
    assert marks(axes) == [3, 6]
    assert bar.get_ylabel() == "outputs (logarithmic: log(1 + n))"


def ticks_of(axes: Axes) -> list[tuple[float, Text]]:
    return list(zip(axes.get_yticks(), axes.get_yticklabels(), strict=True))


def test_colours_are_log_counts_in_viridis_with_counts_at_the_bar() -> None:
    axes, bar = color_dim(grid()).axes
    assert axes.images[0].get_cmap().name == "viridis"
    np.testing.assert_allclose(drawn(axes, 0)[:, 0], np.log1p([1, 10, 100, 0]))
    shown = {tick.get_text(): place for place, tick in ticks_of(bar)}
    assert shown == pytest.approx({"0": 0, "1": np.log(2), "10": np.log(11), "100": np.log(101)})


def test_what_lies_outside_the_window_and_nan_is_drawn() -> None:
    one = np.array([0, 0, 7.0, 0, 0, 0])
    seen = grid(below=one, above=one[::-1], nan_counts=np.roll(one, 2), inf_counts=np.roll(one, 3))
    figure = color_dim(seen)
    _, below, above, lost = [drawn(figure.axes[0], part) for part in range(4)]
    seven = np.log(8)
    np.testing.assert_allclose(below, [[-1, -1, seven, -1, -1, -1]])
    np.testing.assert_allclose(above, [[-1, -1, -1, seven, -1, -1]])
    np.testing.assert_allclose(lost, [[-1, -1, -1, -1, seven, seven]])
    assert has_red(figure)
    assert not has_red(color_dim(grid(below=one, above=one)))


def test_the_fullest_strip_is_within_the_colours() -> None:
    axes = color_dim(grid(above=np.full(6, 5e6))).axes[0]
    assert axes.images[2].get_clim() == axes.images[0].get_clim() == (0, np.log1p(5e6))


def test_steps_of_which_nothing_was_recorded_are_left_empty() -> None:
    counts = np.tile([1.0, 10, 100, 0], (6, 1))
    counts[2] = 0
    assert (drawn(color_dim(grid(counts=counts)).axes[0], 0)[:, 2] == -1).all()


@pytest.mark.parametrize("count", [100, 100_000])
def test_one_nan_and_one_outlier_can_be_seen_at_any_length(count: int) -> None:
    one = np.zeros(count)
    one[count // 3] = 1
    seen = grid(count, nan_counts=one)
    figure = color_dim(seen, steps=training(count, 60))
    assert has_red(figure)
    assert drawn(figure.axes[0], 0).shape[1] <= 600
    assert len(marks(figure.axes[0])) <= 40
    assert figure.axes[0].get_xlim() == (0, count)


def test_one_nan_can_be_seen_on_the_page_of_all_layers() -> None:
    one = np.zeros(10_000)
    one[4_321] = 1
    assert has_red(all_layers([grid(), grid(10_000, nan_counts=one)]))


def test_narrowing_loses_nothing() -> None:
    dice = np.random.default_rng(1)
    seen = grid(1501, counts=dice.random((1501, 4)), below=dice.random(1501))
    less = narrowed(seen)
    assert less.steps.tolist() == [*range(0, 1501, 3), 1501]
    np.testing.assert_allclose(less.counts[0], seen.counts[:3].sum(axis=0))
    np.testing.assert_allclose(less.counts.sum(), seen.counts.sum())
    np.testing.assert_allclose(less.below.sum(), seen.below.sum())
    assert narrowed(less) is less


def test_a_logarithmic_axis_names_powers_of_ten_that_do_not_touch() -> None:
    edges = np.sinh(np.linspace(-12, 9, 101)) * 0.05
    seen = grid(1, edges=edges, counts=np.ones((1, 100)), is_symlog=True)
    named = ticks(seen)
    assert (
        {-1000, 0, 100} <= set(named) <= {0, *(s * 10.0**p for p in range(-3, 5) for s in (1, -1))}
    )
    places = [place_of(seen, value) for value in named]
    assert min(np.diff(places)) >= 7


def test_color_dim_draws_into_axes_of_the_callers() -> None:
    mine = Figure(layout="constrained")
    left, right = mine.subplots(1, 2)
    assert color_dim(grid(), ax=right) is mine
    assert (len(left.images), len(right.images)) == (0, 4)
    assert mine.get_supxlabel() == ""
    assert book_color_dim(np.ones((40, 5)), ax=left) is mine


def test_the_books_form_has_no_axes_and_its_own_numbers() -> None:
    hist = np.arange(80.0).reshape(40, 2)
    (axes,) = book_color_dim(hist).axes
    assert not axes.axison
    assert axes.images[0].origin == "lower"
    np.testing.assert_array_equal(drawn(axes, 0), hist)
    assert axes.get_aspect() == 1
    assert book_color_dim(np.ones((40, 1000))).axes[0].get_aspect() == "auto"


def test_all_layers_stand_over_loss_and_rate_on_one_axis() -> None:
    layers = [replace(grid(), name=name) for name in ("0", "1.0", "2.0")]
    figure = all_layers(layers, steps=training())
    *panels, bar = figure.axes
    expected = ["0", "1.0", "2.0", "loss", "learning rate"]
    assert [axes.get_ylabel() for axes in panels] == expected
    assert {axes.get_xlim() for axes in panels} == {(0, 6)}
    assert [marks(axes) for axes in panels] == [[3, 6]] * 5
    assert np.asarray(panels[3].lines[0].get_ydata()).tolist() == [1.0] * 6
    assert np.asarray(panels[4].lines[0].get_ydata()).tolist() == training().lrs
    assert panels[-1].get_xlabel() == "step"
    assert "output value (signed, no unit)" in figure.get_suptitle()
    assert bar.get_ylabel() == "outputs (logarithmic: log(1 + n))"
    figure.draw_without_rendering()
    places = np.array([axes.get_position().intervalx for axes in panels])
    np.testing.assert_allclose(places - places[0], 0, atol=1e-6)
    assert len(all_layers(layers).axes) == 4


def test_layers_share_one_scale_of_colours() -> None:
    figure = all_layers([grid(), grid(counts=np.full((6, 4), 5e4))])
    assert {axes.images[0].get_clim()[1] for axes in figure.axes[:2]} == {np.log1p(5e4)}


def test_a_column_is_made_in_four_steps() -> None:
    counts = np.array([[9.0, 9, 9, 9], [1, 10, 100, 0]])
    parts = column_made(grid(2, counts=counts)).axes
    assert [axes.get_title()[:2] for axes in parts] == ["1.", "2.", "4.", "3."]
    plain, logs, side, flat = parts
    assert [float(bar.get_height()) for bar in plain.patches] == [1, 10, 100, 0]  # pyright: ignore[reportAttributeAccessIssue]
    heights = [float(bar.get_height()) for bar in logs.patches]  # pyright: ignore[reportAttributeAccessIssue]
    assert heights == pytest.approx(np.log1p([1, 10, 100, 0]).tolist())
    colours = [np.asarray(axes.collections[0].get_array()) for axes in (flat, side)]
    assert colours[0].shape == (1, 4)
    assert colours[1].shape == (4, 1)
    np.testing.assert_array_equal(colours[0].T, colours[1])
    assert [axes.get_xlabel() for axes in (plain, flat)] == ["output value (signed, no unit)"] * 2
