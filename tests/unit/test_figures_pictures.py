"""Pictures are drawn as they are, whatever holds them and whatever they are called."""

from pathlib import Path

import matplotlib.pyplot as plt  # noqa: TID253 (whose state is watched)
import numpy as np
import pytest
import torch
from PIL import Image

from convscope.errors import ShapeError
from convscope.figures import Axes, Figure, sample_batch, save, show_image


def drawn(axes: Axes) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    return np.asarray(axes.images[0].get_array())


def blank() -> Axes:
    return Figure().subplots()


@pytest.mark.parametrize(
    ("image", "shape"),
    [
        (torch.zeros(28, 20), (28, 20)),
        (torch.zeros(3, 3), (3, 3)),
        (torch.zeros(1, 28, 20), (28, 20)),
        (torch.zeros(3, 28, 20, requires_grad=True), (28, 20, 3)),
        (torch.zeros(3, 4, 3), (4, 3, 3)),
        (np.zeros((28, 20)), (28, 20)),
        (np.zeros((3, 28, 20)), (28, 20, 3)),
        (np.zeros((28, 20, 3)), (28, 20, 3)),
        (np.zeros((28, 20, 1)), (28, 20)),
        (np.zeros((3, 20, 3)), (3, 20, 3)),
        (Image.new("RGB", (20, 28)), (28, 20, 3)),
        (Image.new("L", (20, 28)), (28, 20)),
    ],
)
def test_rows_and_columns_come_out_right(image: object, shape: tuple[int, ...]) -> None:
    assert drawn(show_image(image, blank())).shape == shape


def test_channels_keep_their_pixels() -> None:
    image = torch.arange(24.0).reshape(3, 2, 4) / 24
    np.testing.assert_array_equal(drawn(show_image(image, blank()))[1, 2], image[:, 1, 2])


def test_one_channel_is_grey_unless_asked_otherwise() -> None:
    image = np.eye(4)
    assert show_image(image, blank()).images[0].get_cmap().name == "Greys"
    assert show_image(image, blank(), cmap="viridis").images[0].get_cmap().name == "viridis"


@pytest.mark.parametrize("image", [np.zeros(3), np.zeros((2, 9, 9)), torch.zeros(5, 9, 9)])
def test_what_is_no_picture_is_refused(image: object) -> None:
    with pytest.raises(ShapeError, match="this is no picture"):
        show_image(image, blank())


def test_without_axes_it_appears_in_pyplot_at_its_size() -> None:
    axes = show_image(torch.zeros(1, 64, 128), title="$x^")
    try:
        figure = axes.get_figure(root=True)
        assert isinstance(figure, Figure)
        assert figure.number in plt.get_fignums()
        assert figure.get_size_inches().tolist() == [4, 2]
        assert axes.get_title() == "$x^"
        assert not axes.axison
    finally:
        plt.close("all")


@pytest.mark.parametrize(
    ("count", "grid"), [(1, (1, 1)), (3, (1, 3)), (5, (2, 3)), (9, (3, 3)), (12, (3, 4))]
)
def test_the_grid_is_fastais(count: int, grid: tuple[int, int]) -> None:
    figure = sample_batch(np.zeros((count, 1, 6, 6)), ["a"] * count)
    spec = figure.axes[0].get_subplotspec()
    assert spec is not None
    assert spec.get_gridspec().get_geometry() == grid


@pytest.mark.parametrize(
    ("rows", "cols", "grid"), [(1, None, (1, 6)), (None, 2, (3, 2)), (2, None, (2, 3))]
)
def test_rows_or_columns_can_be_given(
    rows: int | None, cols: int | None, grid: tuple[int, int]
) -> None:
    figure = sample_batch(np.zeros((6, 1, 6, 6)), ["a"] * 6, rows=rows, cols=cols)
    spec = figure.axes[0].get_subplotspec()
    assert spec is not None
    assert spec.get_gridspec().get_geometry() == grid


def test_grey_stays_grey_and_is_not_stretched() -> None:
    picture = sample_batch(np.full((1, 1, 6, 6), 0.5), ["a"]).axes[0].images[0]
    assert picture.get_cmap().name == "Greys"
    assert picture.get_clim() == (0, 1)


def test_any_class_name_can_be_drawn(tmp_path: Path) -> None:
    names = ["$x^{$", "蚂蚁 🐜", "a\udcff\nb", "<img onerror=1>", "x" * 300, "", "%s \\frac"]
    figure = sample_batch(np.zeros((7, 3, 6, 6)), names)
    save(figure, tmp_path / "names.png")
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[2] == "a\\udcff b"
    assert titles[4] == "x" * 17 + "…"
    with Image.open(tmp_path / "names.png") as picture:
        picture.load()


@pytest.mark.parametrize("shape", [(0, 1, 6, 6), (3, 6, 6), (2, 2, 6, 6)])
def test_what_is_no_batch_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="this is no picture"):
        sample_batch(np.zeros(shape), ["a", "b"])
