"""Numbers of the chapter and numbers worked out by hand."""

import sys
from base64 import b64decode
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convscope.conv import (
    CHAPTER_LETTERS,
    KERNELS,
    Letters,
    Window,
    box_blur,
    by_loops,
    centred_at,
    convolution,
    convolved,
    dependents,
    equations,
    gabor,
    gaussian_blur,
    kernel,
    kernel_map,
    output_size,
    place_at,
    precedents,
    receptive_field,
    same,
    size_formula,
    trace_back,
    trace_forward,
    transposed,
    transposed_size,
    weight_matrix,
)
from convscope.errors import ConfigError, ShapeError

EDGES = {  # minimum, maximum, where they are first, sum and zeros on the chapter's digit
    "top_edge": (-762, 762, (6, 8), (4, 4), 0, 353),
    "left_edge": (-536, 514, (18, 21), (17, 17), 0, 408),
    "diag1_edge": (-321, 540, (20, 20), (19, 16), 35761, 388),
    "diag2_edge": (-263, 509, (13, 9), (21, 9), 35761, 386),
}


PICTURE = (  # file train/3/12.png of the chapter's sample, from MNIST by LeCun, Cortes and Burges
    "iVBORw0KGgoAAAANSUhEUgAAABwAAAAcCAAAAABXZoBIAAABDklEQVR4nM2RvS9DYRjFT3030TChi6TuYBJKkFgkNW"
    "lCYiHRWfwHBglmTf8AH4lRrIauV0fEjbSTNgaLRCQGHSiuH8N1w1tvN4MzPXl/z3lzTh7pnykiqXOpNhbLFG4l3R1f"
    "1C1k+ZZfWk8YzusB6aEkqTzYnZTm8j+dTtpx4sEYu4HdRhGW4Xncjtp2niBpZ6kDeFntsLKJN6CWbrXCXFDmfGPIAq"
    "fy919dcz0W3D86u/8OcNJkT5U5BVizQ7UUgD1J0m+/70mqmDC+uRgMzcOSf2bs9xXpkiT1bgNF87MjGIlK0a1H+KhO"
    "m3AF8FzXA6jO1MVIHIbnfs1Oho+RcGhfSFXmdSW3fNmg45/pE8oAf9wKlFhvAAAAAElFTkSuQmCC"
)


@pytest.fixture(scope="module")
def digit() -> Any:
    """The chapter's three, 28 x 28 px."""
    pixels = np.asarray(Image.open(BytesIO(b64decode(PICTURE))))
    assert (pixels.sum(), np.count_nonzero(pixels)) == (35_761, 201)
    return pixels


@pytest.mark.parametrize("name", EDGES)
def test_edges_on_the_chapters_digit(name: str, digit: Any) -> None:
    found = kernel_map(digit, kernel(name).matrix)
    low, high, lowest, highest, total, zeros = EDGES[name]
    assert found.shape == (26, 26)
    assert (found.min(), found.max()) == (low, high)
    assert np.unravel_index(found.argmin(), found.shape) == lowest
    assert np.unravel_index(found.argmax(), found.shape) == highest
    assert (found.sum(), (found == 0).sum()) == (total, zeros)
    places = [
        [centred_at(digit, kernel(name).matrix, (i, j)).total for j in range(1, 27)]
        for i in range(1, 27)
    ]
    np.testing.assert_array_equal(places, found)
    if name == "top_edge":
        assert centred_at(digit, kernel(name).matrix, (5, 7)).total == 762
        assert centred_at(digit, kernel(name).matrix, (8, 18)).total == -29


def test_the_first_figure_of_the_chapter() -> None:
    image, nine = np.arange(1, 50).reshape(7, 7), np.arange(1, 10).reshape(3, 3) / 10
    place = centred_at(image, nine, (2, 3))
    assert image[2, 3] == 18
    assert place.patch[0].tolist() == [[10, 11, 12], [17, 18, 19], [24, 25, 26]]
    assert str(place) == (
        "0.1 x 10 + 0.2 x 11 + 0.3 x 12 + 0.4 x 17 + 0.5 x 18 + 0.6 x 19 + 0.7 x 24 + 0.8 x 25 "
        "+ 0.9 x 26 = 94.2"
    )
    assert place.total == pytest.approx(94.2, abs=1e-12)


def test_zeros_on_zeros(digit: Any) -> None:
    place = centred_at(digit, kernel("top_edge").matrix, (1, 1))
    assert place.products[0].tolist() == [[0, 0, 0]] * 3
    assert place.total == 0


def test_a_kernel_that_hangs_over_the_edge_meets_padding() -> None:
    place = centred_at([[5.0]], box_blur(3).matrix, (0, 0))
    assert place.padded.sum() == 8
    assert (place.rows, place.columns) == (range(-1, 2), range(-1, 2))
    assert place.total == pytest.approx(5 / 9)


def test_the_chapters_matrix_and_equations_letter_for_letter() -> None:
    conv = convolution([[1, 2], [3, 4]], 5)
    matrix = weight_matrix(conv, 3, 3)
    assert matrix.shape == (4, 9)
    assert matrix.text("abgd").splitlines() == [
        "a b 0 g d 0 0 0 0",
        "0 a b 0 g d 0 0 0",
        "0 0 0 a b 0 g d 0",
        "0 0 0 0 a b 0 g d",
    ]
    assert matrix.biases.tolist() == [5] * 4
    assert str(matrix.count()) == (
        "36 entries: 20 fixed zeros and 16 places that share 4 weights; with its biases the "
        "convolution learns 5 numbers, a dense layer 40"
    )
    lines = equations(conv, 3, 3)
    letters = Letters("ABCDEFGHJ", "abgd", "e", "PQRS")
    assert [line.text(letters) for line in lines] == [
        "aA + bB + gD + dE + e = P",
        "aB + bC + gE + dF + e = Q",
        "aD + bE + gG + dH + e = R",
        "aE + bF + gH + dJ + e = S",
    ]
    assert lines[0].latex(CHAPTER_LETTERS) == (r"\alpha A + \beta B + \gamma D + \delta E + b = P")
    assert [line.value(np.arange(9).reshape(3, 3), conv) for line in lines] == [32, 42, 62, 72]


def test_padding_makes_no_terms_and_no_entries() -> None:
    conv = convolution(np.arange(1, 10).reshape(3, 3), padding=1)
    (only,) = equations(conv, 1, 1)
    assert only.text() == "w[0,0,1,1]*x[0,0,0] + b[0] = y[0,0,0]"
    assert only.latex() == r"w_{0,0,1,1}\,x_{0,0,0} + b_{0} = y_{0,0,0}"
    matrix = weight_matrix(conv, 1, 1)
    assert matrix.tied().tolist() == [[4]]
    assert matrix.count().weights == 1


@pytest.mark.parametrize(
    ("length", "window", "places"),
    [
        (28, Window(3, 1), 26),
        (28, Window(3, 2, 1), 14),
        (14, Window(3, 2, 1), 7),
        (7, Window(3, 2, 1), 4),
        (4, Window(3, 2, 1), 2),
        (2, Window(3, 2, 1), 1),
        (5, Window(4, 1, 2), 6),
        (5, Window(3, 2, 1), 3),
        (4, Window(3), 2),
        (28, Window(3, 1, 1), 28),
        (28, Window(5, 1, 2), 28),
        (224, Window(7, 2, 3), 112),
    ],
)
def test_sizes_of_the_chapter(length: int, window: Window, places: int) -> None:
    assert output_size(length, window) == places
    assert size_formula(length, window).endswith(f" = {places}")


@pytest.mark.parametrize("length", range(1, 30))
def test_stride_two_halves_and_rounds_up(length: int) -> None:
    assert output_size(length, Window(3, 2, 1)) == (length + 1) // 2


def test_rectangular_layers() -> None:
    conv = convolution(np.ones((2, 1, 3, 5)), stride=(2, 1), padding=(0, 2), dilation=(2, 1))
    assert conv.map_size(11, 7) == (4, 7)
    assert conv.formulas(11, 7) == (
        "floor((11 + 2 x 0 - 2 x (3 - 1) - 1) / 2) + 1 = 4",
        "floor((7 + 2 x 2 - 5) / 1) + 1 = 7",
    )
    assert by_loops(np.ones((11, 7)), conv).shape == (2, 4, 7)


def test_the_spreadsheets_boxes() -> None:
    layers = [Window(3, stride=2)] * 2
    pixels, first, cell = trace_back((0, 3), (22, 22), layers)
    assert first.box == (0, 2, 6, 8)
    assert pixels.box == (0, 6, 12, 18)
    assert (len(pixels), pixels.has_holes) == (49, False)
    assert (cell.rows, cell.columns) == ((0,), (3,))
    assert [output_size(22, layers[0]), output_size(10, layers[1])] == [10, 4]


@pytest.mark.parametrize(("first", "fields"), [(3, [3, 7, 15, 31, 63]), (5, [5, 9, 17, 33, 65])])
def test_fields_of_the_chapters_nets(first: int, fields: list[int]) -> None:
    chain = [Window(first, 2, first // 2)] + [Window(3, 2, 1)] * 4
    found = [receptive_field(chain[:depth]) for depth in range(1, 6)]
    assert [field.size for field in found] == fields
    assert [field.jump for field in found] == [2, 4, 8, 16, 32]
    assert [field.centre for field in found] == [0.0] * 5


def test_dilation_leaves_holes() -> None:
    trail = trace_back((0, 0), (9, 9), [(Window(3, dilation=3), Window(3))])
    assert trail[0].rows == (0, 3, 6)
    assert trail[0].columns == (0, 1, 2)
    assert (trail[0].box, len(trail[0]), trail[0].has_holes) == ((0, 6, 0, 2), 9, True)
    field = receptive_field([Window(2, dilation=4), Window(2)])
    assert (field.size, field.taps, field.has_holes) == (6, (0, 1, 4, 5), True)
    assert receptive_field([Window(3, dilation=2), Window(2)]).has_holes is False


def test_what_windows_step_over_reaches_nothing() -> None:
    assert dependents(2, 9, [Window(2, stride=3)]) == frozenset()
    nowhere = trace_forward((2, 0), (9, 9), [Window(2, stride=3)])[-1]
    assert (len(nowhere), nowhere.box, nowhere.has_holes) == (0, None, False)
    assert receptive_field([Window(2, stride=3)]).projected == 1
    assert receptive_field([Window(3, stride=2)]).projected == 2


def test_kernels_say_what_they_are() -> None:
    assert list(KERNELS)[:4] == list(EDGES)
    for name, one in KERNELS.items():
        assert one.name == name
        assert one.answers_to
        assert one.source
        assert len({len(row) for row in one.matrix}) == 1
    asked = {"sobel_x", "prewitt_y", "scharr_x", "laplacian", "gabor", "emboss", "outline"}
    assert asked <= set(KERNELS)


@pytest.mark.parametrize("name", ["sobel", "prewitt", "scharr"])
def test_slopes_are_mirrored_and_rise(name: str) -> None:
    x, y = (np.array(kernel(f"{name}_{axis}").matrix) for axis in "xy")
    np.testing.assert_array_equal(x.T, y)
    ramp = np.tile(np.arange(5.0), (5, 1))
    assert (kernel_map(ramp, x) > 0).all()
    assert not kernel_map(ramp, y).any()


@pytest.mark.parametrize("name", ["identity", "sharpen", "emboss", "box_blur", "gaussian_blur"])
def test_these_keep_flat_ground(name: str) -> None:
    flat = np.full((5, 5), 3.0)
    np.testing.assert_allclose(kernel_map(flat, kernel(name).matrix), 3.0)


@pytest.mark.parametrize("name", ["outline", "laplacian"])
def test_these_are_zero_on_flat_ground_and_slopes(name: str) -> None:
    slope = np.add.outer(np.arange(5.0), 2 * np.arange(5.0))
    assert not kernel_map(slope, kernel(name).matrix).any()


def test_a_bell_is_round_and_falls() -> None:
    bell = np.array(gaussian_blur(5, 1.0).matrix)
    assert bell.sum() == pytest.approx(1)
    np.testing.assert_array_equal(bell, bell.T)
    assert bell[2, 3] / bell[2, 2] == pytest.approx(np.exp(-0.5))
    assert bell[0, 2] / bell[2, 2] == pytest.approx(np.exp(-2))


def test_a_wave_has_a_length_a_direction_and_a_phase() -> None:
    upright = np.array(gabor(9, wavelength=4).matrix)
    assert np.sign(upright[4]).tolist() == [1, 0, -1, 0, 1, 0, -1, 0, 1]
    np.testing.assert_allclose(gabor(9, wavelength=4, angle=90).matrix, upright.T, atol=1e-9)
    edge = np.array(gabor(9, wavelength=8, phase=90).matrix)
    assert edge[4, 4] == 0
    np.testing.assert_allclose(edge, -edge[:, ::-1], atol=1e-9)
    stripes = np.tile(np.cos(np.arange(33) * np.pi / 2), (9, 1))
    answer = {
        n: np.abs(kernel_map(stripes, gabor(9, wavelength=n).matrix)).max() for n in (2.5, 4, 8)
    }
    assert max(answer, key=answer.__getitem__) == 4


def test_colour_in_two_ways() -> None:
    colour = np.stack([np.full((3, 3), value) for value in (1.0, 2.0, 3.0)])
    assert kernel_map(colour, box_blur(3).matrix).ravel().tolist() == pytest.approx([1, 2, 3])
    assert kernel_map(colour, np.ones((3, 3, 3))).tolist() == [[54.0]]
    place = place_at(colour, convolution(np.ones((1, 3, 3, 3)), 0.5), 0, 0)
    assert place.channel_sums.tolist() == [9, 18, 27]
    assert place.total == 54.5


def test_a_transposed_convolution_lays_kernels_down() -> None:
    conv = convolution([[1, 2], [3, 4]], stride=2)
    laid = transposed([[[1.0, 0.0], [0.0, 10.0]]], conv, 0.5)
    assert (laid[0] - 0.5).tolist() == [[1, 2, 0, 0], [3, 4, 0, 0], [0, 0, 10, 20], [0, 0, 30, 40]]
    assert transposed_size(2, conv.rows) == 4


REFUSED: dict[str, tuple[Any, str]] = {
    "kernel larger than the padded picture": (
        lambda: convolved(np.ones((2, 9)), convolution(np.ones((5, 5)), padding=1)),
        "the window does not fit on the axis\n"
        "  axis    : 2 px + 2 x 1 px padding\n"
        "  window  : Window(size=5, stride=1, padding=1, dilation=1)\n"
        "  because : its 5 px extent is 1 px too long\n"
        "  try     : padding=2 or a smaller kernel",
    ),
    "even kernel with same": (
        lambda: convolution(np.ones((4, 4)), padding="same"),
        "no padding keeps the size\n"
        "  window  : Window(size=4, stride=1, padding=1, dilation=1)\n"
        "  because : an even extent of 4 px has no middle: one side needs 1 px more\n"
        "  try     : an odd kernel, or same(4, uneven=True): 1 px before and 2 after",
    ),
    "stride with same": (
        lambda: same(3, stride=2),
        "no padding keeps the size\n"
        "  window  : Window(size=3, stride=2, padding=1, dilation=1)\n"
        "  because : a step of 2 px makes the map smaller\n"
        "  try     : stride=1, or padding=1 for 1/2 of it",
    ),
    "cell outside the map": (
        lambda: place_at(np.ones((4, 4)), convolution(np.ones((3, 3))), 0, 2),
        "the cell lies outside the map\n"
        "  cell    : row 0, column 2 of channel 0\n"
        "  map     : 2 rows x 2 columns, 1 channels\n"
        "  because : cells are counted from 0\n"
        "  try     : rows 0 to 1, columns 0 to 1, channels 0 to 0",
    ),
    "channel outside the map": (
        lambda: place_at(np.ones((4, 4)), convolution(np.ones((3, 3))), 0, 0, 1),
        "the cell lies outside the map\n"
        "  cell    : row 0, column 0 of channel 1\n"
        "  map     : 2 rows x 2 columns, 1 channels\n"
        "  because : cells are counted from 0\n"
        "  try     : rows 0 to 1, columns 0 to 1, channels 0 to 0",
    ),
    "cell outside an axis": (
        lambda: precedents(-1, 8, [Window(3)]),
        "the cell lies outside the map\n"
        "  cell    : -1\n"
        "  map     : 6 cells along this axis\n"
        "  because : cells are counted from 0\n"
        "  try     : 0 to 5",
    ),
    "picture of other channels": (
        lambda: convolved(np.ones((3, 4, 4)), convolution(np.ones((1, 2, 3, 3)))),
        "the picture does not fit the convolution\n"
        "  picture : (3, 4, 4)\n"
        "  weight  : (1, 2, 3, 3)\n"
        "  groups  : 1\n"
        "  because : it wants (2, height, width)\n"
        "  try     : a picture of 2 channels, channels first",
    ),
    "groups": (
        lambda: convolution(np.ones((3, 1, 3, 3)), groups=2),
        "no convolution has these weights\n"
        "  weight  : (3, 1, 3, 3)\n"
        "  bias    : (3,)\n"
        "  groups  : 2\n"
        "  because : groups divide the channels out\n"
        "  try     : weights as a layer of PyTorch has them, or one kernel: rows and columns",
    ),
    "maps of other channels": (
        lambda: transposed(np.ones((2, 3, 3)), convolution(np.ones((1, 1, 3, 3)))),
        "the maps do not fit the transposed convolution\n"
        "  maps    : (2, 3, 3)\n"
        "  weight  : (1, 1, 3, 3)\n"
        "  because : it wants (1, rows, columns)\n"
        "  try     : 1 maps, channels first",
    ),
    "a stride of nothing": (
        lambda: Window(3, stride=0),
        "no window slides like this\n"
        "  window  : Window(size=3, stride=0, padding=0, dilation=1)\n"
        "  because : stride 0 is less than 1\n"
        "  try     : stride=1 or more",
    ),
    "nothing left": (
        lambda: transposed_size(1, Window(2, padding=1)),
        "the transposed convolution leaves nothing\n"
        "  axis           : 1 cells\n"
        "  window         : Window(size=2, stride=1, padding=1, dilation=1)\n"
        "  output_padding : 0\n"
        "  because        : its padding cuts off all but 0 px\n"
        "  try            : less padding, a larger kernel or a larger stride",
    ),
    "output padding": (
        lambda: transposed_size(4, Window(3, stride=2), output_padding=2),
        "no such output padding\n"
        "  output_padding : 2 px\n"
        "  window         : Window(size=3, stride=2, padding=0, dilation=1)\n"
        "  because        : that many pixels more would make room for another cell\n"
        "  try            : 0 to 1: less than the stride or the dilation",
    ),
    "a bell of no width": (
        lambda: gaussian_blur(3, 0.0),
        "no kernel can be made so\n"
        "  sigma   : 0.0\n"
        "  because : it is a length in pixels\n"
        "  try     : sigma above 0",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_with_a_lesson(case: str) -> None:
    act, message = REFUSED[case]
    with pytest.raises(ShapeError) as caught:
        act()
    assert str(caught.value) == message


def test_unknown_kernels_get_the_nearest() -> None:
    with pytest.raises(
        ConfigError, match=r"no kernel 'sobel'(.|\n)*try +: 'sobel_[xy]' or 'sobel_[xy]'"
    ):
        kernel("sobel")


def test_without_scipy_there_is_no_sparse_matrix_but_a_dense_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    matrix = weight_matrix(convolution([[1.0]]), 2, 2)
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(ConfigError, match=r'pip install "convscope\[sparse\]"'):
        matrix.sparse()
    assert matrix.dense().tolist() == np.eye(4).tolist()
