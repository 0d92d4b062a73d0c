"""Figures of a training show the numbers they were given, with axes that say what they are."""

import subprocess
import sys
from collections.abc import Callable
from math import inf, nan
from pathlib import Path

import matplotlib.pyplot as plt  # noqa: TID253 (whose state is watched)
import numpy as np
import pytest
from PIL import Image

from convscope.errors import RunError
from convscope.figures import (
    Figure,
    curves,
    loss_curve,
    pyplot_figure,
    rate_search,
    sample_batch,
    save,
    schedule,
)
from convscope.figures.thinning import finite, smoothed, thinned
from convscope.runs import EpochRow, Steps
from convscope.words import label
from convscope.words.english import ENGLISH

ROWS = [
    EpochRow(0, 0.8, 0.4, {"accuracy": 0.9}, 2.0),
    EpochRow(1, 0.4, 0.3, {"accuracy": 0.95}, 2.0),
]
STEPS = Steps([0, 1, 2, 3, 4, 5], [0, 0, 0, 1, 1, 1], [1.0, 0.8, 0.6, 0.5, 0.4, 0.3], [0.1] * 6)

EVERY: dict[str, Callable[[], Figure]] = {
    "curves": lambda: curves(ROWS, STEPS),
    "epochs": lambda: curves(ROWS),
    "metrics": lambda: curves([EpochRow(0, 0.5, 0.5, {"f1": 0.5, "accuracy": 0.5}, 1.0)]),
    "schedule": lambda: schedule([0.1, 0.2], [0.9, 0.8]),
    "loss": lambda: loss_curve([1.0] * 9, valid=[(8, 0.5)]),
    "search": lambda: rate_search([1e-3, 1e-2], [1.0, 0.5], 1e-2),
    "batch": lambda: sample_batch(np.zeros((4, 1, 8, 8)), ["1", "2", "3", "4"]),
}


def lines(figure: Figure, panel: int = 0) -> dict[str, tuple[list[float], list[float]]]:
    return {
        str(line.get_label()): (
            np.asarray(line.get_xdata()).tolist(),
            np.asarray(line.get_ydata()).tolist(),
        )
        for line in figure.axes[panel].lines
    }


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONVSCOPE_LANG", raising=False)


def test_epochs_stand_at_their_last_steps() -> None:
    drawn = lines(curves(ROWS, STEPS))
    assert drawn["each batch"] == (STEPS.steps, STEPS.losses)
    assert drawn["training"] == ([2, 5], [0.8, 0.4])
    assert drawn["validation"] == ([2, 5], [0.4, 0.3])
    assert lines(curves(ROWS, STEPS), 1)["accuracy: 0.9500"] == ([2, 5], [0.9, 0.95])


def test_without_steps_the_axis_counts_epochs() -> None:
    figure = curves(ROWS)
    assert lines(figure)["validation"] == ([0, 1], [0.4, 0.3])
    assert [axes.get_xlabel() for axes in figure.axes] == ["epoch", "epoch"]
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss", "share of pictures, 0 to 1"]


def test_epochs_after_a_full_disk_still_have_their_place() -> None:
    later = [*ROWS, EpochRow(3, 0.2, 0.2, {"accuracy": 0.97}, 2.0)]
    assert lines(curves(later, STEPS))["validation"][0] == [2, 5, 11]


def test_a_wild_batch_is_told_and_does_not_flatten_the_rest() -> None:
    losses = [0.5] * 300
    losses[7] = 1e6
    steps = Steps(list(range(300)), [0] * 300, losses, [0.1] * 300)
    figure = curves(ROWS[:1], steps)
    assert "each batch (up to 1e+06, beyond the edge)" in lines(figure)
    assert figure.axes[0].get_ylim() == (0, pytest.approx(1.05 * 0.8))


def test_nothing_nan_and_infinite_losses_can_be_drawn() -> None:
    broken = Steps([0, 1, 2], [0, 0, 0], [nan, inf, nan], [0.1] * 3)
    lost = [EpochRow(0, nan, inf, {"accuracy": nan}, 1.0)]
    for figure in (curves(lost, broken), curves([]), rate_search([0.1, 1.0], [nan, nan], 0.5)):
        figure.draw_without_rendering()


def test_the_schedule_has_a_panel_for_each_and_one_where_there_is_no_momentum() -> None:
    figure = schedule([0.1, 0.2, 0.1], [0.95, 0.85, 0.95])
    assert figure.get_size_inches().tolist() == [12, 4]
    assert [axes.get_ylabel() for axes in figure.axes] == ["learning rate", "momentum"]
    assert [axes.get_xlabel() for axes in figure.axes] == ["step", "step"]
    assert [lines(figure, panel)["_child0"][1] for panel in (0, 1)] == [
        [0.1, 0.2, 0.1],
        [0.95, 0.85, 0.95],
    ]
    assert len(schedule([0.1, 0.2], [nan, nan]).axes) == 1


def test_the_loss_curve_leaves_out_its_start() -> None:
    figure = loss_curve([9.0, 8.0, 1.0, 0.5], valid=[(1, 2.0), (3, 0.75)], skip_start=2, log=True)
    assert lines(figure) == {
        "training": ([2, 3], [1.0, 0.5]),
        "validation": ([1, 3], [2.0, 0.75]),
    }
    assert figure.axes[0].get_yscale() == "log"


def test_the_suggestion_lies_on_the_line() -> None:
    figure = rate_search([1e-3, 1e-2, 1e-1, 1.0], [2.0, 1.0, 0.5, 90.0], suggestion=1e-2)
    assert lines(figure)["suggested: 0.01"] == ([0.01], [pytest.approx(1.0)])
    assert figure.axes[0].get_ylim()[1] < 3


@pytest.mark.parametrize("name", EVERY)
def test_figures_leave_pyplot_alone_say_how_to_read_them_and_are_files(
    name: str, tmp_path: Path
) -> None:
    before = plt.get_fignums()
    figure = EVERY[name]()
    save(figure, tmp_path / "drawn.png")
    assert plt.get_fignums() == before
    sentences = {" ".join(text.split()) for key, text in ENGLISH.items() if key[:5] == "read_"}
    assert " ".join(figure.get_supxlabel().split()) in sentences
    with Image.open(tmp_path / "drawn.png") as picture:
        assert picture.format == "PNG"
        assert min(picture.size) > 200


@pytest.mark.parametrize("name", EVERY)
def test_no_english_is_left_in_polish(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVSCOPE_LANG", "pl")
    figure = EVERY[name]()
    legends = [axes.get_legend() for axes in figure.axes]
    names = [axes.get_title() for axes in figure.axes]
    names += [text for axes in figure.axes for text in (axes.get_xlabel(), axes.get_ylabel())]
    names += [entry.get_text() for legend in legends if legend for entry in legend.get_texts()]
    shown = " ".join(names)
    english = {text for key, text in ENGLISH.items() if len(text) > 3 and key[:5] != "read_"}
    assert not [text for text in english if text in shown.split(" ") or text in shown.split(":")]
    assert label("loss", "pl") in shown or name in {"schedule", "batch"}


@pytest.mark.parametrize("name", EVERY)
def test_a_figure_can_be_drawn_into_one_of_the_callers(name: str) -> None:
    mine = Figure(figsize=(5, 5), layout="constrained")
    calls: dict[str, Callable[[], Figure]] = {
        "curves": lambda: curves(ROWS, STEPS, figure=mine),
        "epochs": lambda: curves(ROWS, figure=mine),
        "metrics": lambda: curves(ROWS, figure=mine),
        "schedule": lambda: schedule([0.1], [0.9], figure=mine),
        "loss": lambda: loss_curve([1.0] * 9, figure=mine),
        "search": lambda: rate_search([1e-3, 1e-2], [1.0, 0.5], figure=mine),
        "batch": lambda: sample_batch(np.zeros((1, 3, 8, 8)), ["1"], figure=mine),
    }
    assert calls[name]() is mine
    assert mine.axes


def test_a_pyplot_figure_is_pyplots() -> None:
    figure = pyplot_figure((3, 2))
    try:
        assert figure.number in plt.get_fignums()
        assert schedule([0.1], figure=figure) is figure
    finally:
        plt.close(figure)


def test_importing_figures_leaves_pyplot_asleep() -> None:
    probe = "import convscope.figures, sys; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


def test_a_place_that_cannot_be_written_is_named_and_the_old_picture_stays(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="the picture cannot be written"):
        save(Figure(), tmp_path / "no" / "a.png")
    (tmp_path / "a.png").write_bytes(b"old")
    broken = Figure()
    broken.savefig = fail  # pyright: ignore[reportAttributeAccessIssue] (a drawing that fails)
    with pytest.raises(RunError):
        save(broken, tmp_path / "a.png")
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"old"]


def fail(draft: Path, **_: object) -> None:
    draft.write_bytes(b"half a pict")
    raise OSError(28, "No space left on device")


def test_thinning_keeps_every_peak_and_the_order() -> None:
    generator = np.random.default_rng(5)
    ys = generator.normal(size=50_001)
    ys[100:200] = nan
    xs = np.arange(50_001.0)
    less_xs, less_ys = thinned(xs, ys)
    assert len(less_xs) <= 4_000
    assert (np.diff(less_xs) > 0).all()
    assert np.nanmax(less_ys) == np.nanmax(ys)
    assert np.nanmin(less_ys) == np.nanmin(ys)
    np.testing.assert_array_equal(less_ys, ys[less_xs.astype(int)])


def test_smoothing_by_hand_passes_over_gaps() -> None:
    line = smoothed(finite([inf, 1.0, nan, 3.0]), keep=0.5)
    # 0.5 / 0.5 = 1; then (0.25 + 1.5) / 0.75
    np.testing.assert_allclose(line, [nan, 1.0, 1.0, 7 / 3])
