"""What is drawn of a convolution is what it computes; films need nothing but themselves."""

import re
from base64 import b64decode
from collections import Counter
from importlib import import_module
from io import BytesIO
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex  # noqa: TID253 (whose colours are compared)
from matplotlib.patches import Rectangle  # noqa: TID253
from PIL import Image

from convscope import words
from convscope.conv import (
    CHAPTER_LETTERS,
    KERNELS,
    Window,
    centred_at,
    convolution,
    kernel,
    kernel_map,
    place_at,
    trace_back,
    trace_forward,
    weight_matrix,
)
from convscope.errors import ConfigError, RunError, ShapeError
from convscope.figures import (
    Axes,
    Figure,
    colour_channels,
    colour_convolution,
    equation_lines,
    kernel_over,
    kernel_place,
    kernel_sheet,
    pixel_table,
    precedent_boxes,
    save_film,
    sliding_film,
    sliding_window,
    tied_weights,
)

RAMP = np.arange(1.0, 50.0).reshape(7, 7)
COLOUR = np.stack([RAMP, 2 * RAMP, 255 - RAMP])


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def boxes(axes: Axes) -> list[tuple[float, ...]]:
    """Column and row of the corner, width and height of each box that is not filled."""
    found = [
        patch for patch in axes.patches if isinstance(patch, Rectangle) and not patch.get_fill()
    ]
    return [(*one.get_xy(), one.get_width(), one.get_height()) for one in found]


def drawn(axes: Axes) -> Any:
    return np.asarray(axes.images[0].get_array())


def read_under(figure: Figure) -> str:
    return figure.get_supxlabel().replace("\n", " ")


def every_figure() -> dict[str, Figure]:
    layer = convolution(kernel("top_edge").matrix, stride=2, padding=1)
    maps = [RAMP, kernel_map(RAMP, np.ones((3, 3)))]
    return {
        "place": kernel_place(RAMP, centred_at(RAMP, kernel("top_edge").matrix, (2, 3))),
        "over": kernel_over(RAMP, np.ones((3, 3))),
        "sheet": kernel_sheet(RAMP, [kernel("sobel_x")]),
        "pixels": pixel_table(RAMP),
        "channels": colour_channels(COLOUR),
        "colour": colour_convolution(COLOUR, convolution(np.ones((1, 3, 3, 3))), 0, 0),
        "equations": equation_lines(layer, 3, 3),
        "matrix": tied_weights(weight_matrix(layer, 4, 4)),
        "precedents": precedent_boxes(maps, trace_back((0, 0), (7, 7), [Window(3)])),
        "sliding": sliding_window(RAMP, layer, 0),
    }


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "pl"])
def test_every_figure_says_how_to_read_it(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVSCOPE_LANG", lang)
    polish = 0
    for name, figure in every_figure().items():
        sentence = figure.get_supxlabel()
        assert len(sentence) > 60, name
        assert "{" not in sentence, name
        polish += any(letter in "ąęłńóśćźż" for letter in sentence)
    assert polish == (10 if lang == "pl" else 0)


def test_labels_of_two_subjects_do_not_meet() -> None:
    """Each subject has a dictionary of its own; they are put together under one roof."""
    names = [one.name for one in iter_modules(words.__path__) if one.name.startswith("english_")]
    modules = [import_module(f"convscope.words.{name}") for name in names]
    parts = [value for module in modules for key, value in vars(module).items() if key.isupper()]
    keys = [key for part in parts for key in part]
    assert len(parts) >= 2
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_the_sum_under_the_chapters_kernel() -> None:
    nine = np.arange(1, 10).reshape(3, 3) / 10
    figure = kernel_place(RAMP, centred_at(RAMP, nine, (2, 3)))
    picture, patch, weights, products = figure.axes
    assert boxes(picture) == [(1.5, 0.5, 3, 3)]
    assert texts(patch)[:9] == ["10", "11", "12", "17", "18", "19", "24", "25", "26"]
    assert texts(weights)[:3] == ["0.1", "0.2", "0.3"]
    assert texts(products)[:3] == ["1", "2.2", "3.6"]
    assert products.get_xlabel() == "sum = 94.2"


def test_minus_zero_is_written_as_zero() -> None:
    figure = kernel_place(np.zeros((3, 3)), centred_at(np.zeros((3, 3)), -np.ones((3, 3)), (1, 1)))
    assert texts(figure.axes[3])[:9] == ["0"] * 9


def test_boxes_on_picture_and_map_belong_together() -> None:
    picture, _, maps = kernel_over(RAMP, np.ones((3, 3))).axes
    assert boxes(picture) == [(-0.5, -0.5, 3, 3), (1.5, 1.5, 3, 3), (3.5, 3.5, 3, 3)]
    assert boxes(maps) == [(-0.5, -0.5, 1, 1), (1.5, 1.5, 1, 1), (3.5, 3.5, 1, 1)]
    np.testing.assert_array_equal(drawn(maps), kernel_map(RAMP, np.ones((3, 3))))


def test_a_map_is_grey_where_it_is_a_picture_again_and_signed_elsewhere() -> None:
    figure = kernel_sheet(RAMP, [kernel("box_blur"), kernel("sobel_x")])
    maps = [axes.images[0] for axes in figure.axes if axes.images and axes.get_title() == ""]
    grey, signed = (one for one in maps if one.get_cmap().name in {"gray", "RdBu_r"})
    assert (grey.get_cmap().name, grey.get_clim()) == ("gray", (0, 255))
    low, high = signed.get_clim()
    assert low == -high
    np.testing.assert_array_equal(
        np.asarray(signed.get_array()), kernel_map(RAMP, kernel("sobel_x").matrix)
    )


def test_a_sheet_has_a_kernel_and_a_map_for_each() -> None:
    figure = kernel_sheet(RAMP, list(KERNELS.values())[:4])
    names = [axes.get_title() for axes in figure.axes if axes.get_title()]
    assert names == ["picture: 7 x 7", *list(KERNELS)[:4]]


def test_three_sums_and_a_bias() -> None:
    weights = np.stack([np.full((3, 3), value) for value in (1.0, 0.5, -1.0)])[None]
    figure = colour_convolution(COLOUR, convolution(weights, [2.0]), 0, 0)
    sums = [
        (channel[:3, :3] * weight).sum() for channel, weight in zip(COLOUR, weights[0], strict=True)
    ]
    under = [axes.get_xlabel() for axes in figure.axes if axes.get_xlabel()]
    assert under == [f"sum = {value:.6g}" for value in sums]
    assert figure.get_suptitle().endswith(f"+ 2 = {sum(sums) + 2:.6g}")


def test_equal_weights_have_equal_colours_and_zeros_are_grey() -> None:
    matrix = weight_matrix(convolution(np.ones((2, 2))), 3, 3)
    axes = tied_weights(matrix, CHAPTER_LETTERS).axes[0]
    image, tied = axes.images[0], matrix.tied()
    colours = np.apply_along_axis(lambda rgba: to_hex(rgba), -1, image.to_rgba(tied))  # pyright: ignore[reportArgumentType]
    assert set(colours[tied < 0]) == {"#e2e8f0"}
    each = [set(colours[tied == weight]) for weight in range(4)]
    assert [len(found) for found in each] == [1] * 4
    assert len(set.union(*each)) == 4
    assert [label.get_text() for label in axes.get_xticklabels()] == list("ABCDEFGHJ")
    assert texts(axes)[4] == "δ"


def test_many_weights_still_have_colours_of_their_own() -> None:
    matrix = weight_matrix(convolution(np.ones((2, 2, 3, 3)), padding=1), 4, 4)
    image = tied_weights(matrix).axes[0].images[0]
    palette = {tuple(color) for color in image.to_rgba(np.arange(-1, 36))}  # pyright: ignore[reportArgumentType]
    assert len(palette) == 37


def test_long_systems_are_cut_and_say_so() -> None:
    lines = texts(equation_lines(convolution(np.ones((1, 2, 3, 3))), 7, 7).axes[0])
    assert len(lines) == 17
    assert lines[-1] == "... and 9 more"
    assert all(r"\ldots" in line for line in lines[:16])


def test_precedents_in_boxes_with_dots_where_there_are_holes() -> None:
    layers = [Window(3, dilation=2)]
    trail = trace_back((1, 2), (9, 9), layers)
    picture = np.zeros((9, 9))
    axes, last = precedent_boxes(
        [picture, kernel_map(picture, np.ones((3, 3)), dilation=2)], trail
    ).axes
    assert boxes(axes) == [(1.5, 0.5, 5, 5)]
    x, y = (np.asarray(line) for line in axes.lines[0].get_data())
    assert {(int(row), int(column)) for row, column in zip(y, x, strict=True)} == {
        (row, column) for row in (1, 3, 5) for column in (2, 4, 6)
    }
    assert last.get_title().endswith("row 1, column 2")


def test_a_pixel_forwards_and_one_that_reaches_nothing() -> None:
    maps = [np.zeros((9, 9)), np.zeros((3, 3))]
    figure = precedent_boxes(maps, trace_forward((4, 4), (9, 9), [Window(3, stride=3)]))
    assert "depends on" in read_under(figure)  # one pixel makes one cell: either way is true
    nowhere = precedent_boxes(maps, trace_forward((2, 2), (9, 9), [Window(2, stride=3)]))
    assert nowhere.axes[1].get_title().endswith("no cell")
    assert not boxes(nowhere.axes[1])
    assert "reaches" in read_under(nowhere)


def test_a_window_on_padding() -> None:
    layer = convolution(np.ones((3, 3)), stride=2, padding=1)
    left, right = sliding_window(RAMP, layer, 5).axes
    frame, window = boxes(left)
    assert frame == (0.5, 0.5, 7, 7)
    assert window == (1.5, 1.5, 3, 3)  # row 1, column 1 of the map begins at pixel 1, 1
    assert [label.get_text() for label in left.get_xticklabels()] == [str(x) for x in range(-1, 8)]
    made = drawn(right)
    assert np.isfinite(made).sum() == 6
    assert made[1, 1] == RAMP[1:4, 1:4].sum()


@pytest.mark.slow
def test_a_film_shows_every_place_and_needs_nothing_else(tmp_path: Path) -> None:
    layer = convolution(np.ones((2, 2)), stride=2)
    save_film(sliding_film(RAMP[:4, :4], layer), tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as film:
        assert (getattr(film, "n_frames", 1), film.info["duration"], film.info["loop"]) == (
            4,
            700,
            0,
        )
        shots = []
        for index in range(4):
            film.seek(index)
            shots.append(film.convert("RGB").tobytes())
    assert len(set(shots)) == 4
    save_film(sliding_film(RAMP[:4, :4], layer), tmp_path / "film.html", title="2 < 3")
    page = (tmp_path / "film.html").read_text()
    assert "<title>2 &lt; 3</title>" in page
    assert not re.search(r"https?:|<link|src=[\"']", page)
    frames = re.findall(r'"([A-Za-z0-9+/=]{200,})"', page)
    assert len(frames) == 4
    with Image.open(BytesIO(b64decode(frames[3]))) as frame:
        assert frame.format == "PNG"
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["film.gif", "film.html"]


def test_what_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    one = convolution(np.ones((3, 3)))
    with pytest.raises(ShapeError, match="the picture cannot be drawn with its numbers"):
        pixel_table(np.zeros((40, 3)))
    with pytest.raises(ShapeError, match="the picture cannot be drawn with its numbers"):
        sliding_window(np.zeros((40, 40)), one, 0)
    with pytest.raises(ShapeError, match="this is no colour picture"):
        colour_channels(np.zeros((4, 4)))
    with pytest.raises(ShapeError, match="the maps do not fit the trail"):
        precedent_boxes([RAMP], trace_back((0, 0), (7, 7), [Window(3)]))
    with pytest.raises(ShapeError, match="only one kernel can be watched"):
        sliding_window(RAMP, convolution(np.ones((2, 1, 3, 3))), 0)
    with pytest.raises(ShapeError, match="only a kernel of one channel"):
        kernel_place(RAMP, place_at(COLOUR, convolution(np.ones((1, 3, 3, 3))), 0, 0))
    with pytest.raises(ShapeError, match="the film would be too long"):
        next(sliding_film(np.zeros((30, 30)), one))
    with pytest.raises(ConfigError, match=r"no film ends in '.gfi'(.|\n)*try +: '.gif'"):
        save_film([Figure()], tmp_path / "film.gfi")
    with pytest.raises(RunError, match="the film cannot be written"):
        save_film([Figure()], tmp_path / "nowhere" / "film.gif")
