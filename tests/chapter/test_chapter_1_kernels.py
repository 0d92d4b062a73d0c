"""Section 1: kernels by hand, on the digit train/3/12.png of the sample."""

from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from convscope.all import F, Image, np, pd, plt, show_image, tensor
from convscope.pictures import digits_folder

TOP = [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]
LEFT = [[-1, 1, 0]] * 3
DIAG1 = [[0, -1, 1], [-1, 1, 0], [1, 0, 0]]
DIAG2 = [[1, -1, 0], [0, 1, -1], [0, 0, 1]]


class Facts(NamedTuple):
    """What the contract says of the map of one kernel."""

    kernel: list[list[int]]
    least: int
    greatest: int
    first_greatest: tuple[int, int]
    first_least: tuple[int, int]
    total: int
    zeros: int


MAPS = {
    "top": Facts(TOP, -762, 762, (4, 4), (6, 8), 0, 353),
    "left": Facts(LEFT, -536, 514, (17, 17), (18, 21), 0, 408),
    "diag1": Facts(DIAG1, -321, 540, (19, 16), (20, 20), 35761, 388),
    "diag2": Facts(DIAG2, -263, 509, (21, 9), (13, 9), 35761, 386),
}


@pytest.fixture(scope="module")
def im3(tmp_path_factory: pytest.TempPathFactory) -> Image.Image:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(tmp_path_factory.mktemp("home")))
        picture = Image.open(digits_folder() / "train" / "3" / "12.png")
        picture.load()
    return picture


@pytest.fixture
def im3_t(im3: Image.Image) -> Tensor:
    return tensor(im3)


def apply_kernel(im3_t: Tensor, row: int, column: int, kernel: Tensor) -> Tensor:
    return (im3_t[row - 1 : row + 2, column - 1 : column + 2] * kernel).sum()


def the_map(im3_t: Tensor, kernel: Tensor) -> Tensor:
    grid = range(1, 27)
    return tensor([[apply_kernel(im3_t, i, j, kernel) for j in grid] for i in grid])


def test_the_picture_is_a_matrix_of_bytes(im3_t: Tensor) -> None:
    assert im3_t.shape == (28, 28)
    assert im3_t.dtype == torch.uint8
    assert im3_t.long().sum() == 35_761
    assert (im3_t > 0).sum() == 201


def test_the_kernel_is_a_matrix_of_floats() -> None:
    assert tensor(TOP).float().dtype == torch.float32


def test_a_kernel_on_paper_gives_zero(im3_t: Tensor) -> None:
    product = im3_t[0:3, 0:3] * tensor(TOP).float()
    assert torch.signbit(product[0]).all()  # -1 x 0 prints as -0.
    assert not torch.signbit(product[1:]).any()
    assert product.sum() == 0


@pytest.mark.parametrize(
    ("rows", "columns", "value"), [((4, 7), (6, 9), 762), ((7, 10), (17, 20), -29)]
)
def test_two_windows(
    im3_t: Tensor, rows: tuple[int, int], columns: tuple[int, int], value: int
) -> None:
    window = im3_t[slice(*rows), slice(*columns)]
    assert (window * tensor(TOP).float()).sum() == value


def test_the_window_is_centred(im3_t: Tensor) -> None:
    assert apply_kernel(im3_t, 5, 7, tensor(TOP).float()) == 762


@pytest.mark.parametrize("name", MAPS)
def test_the_map_of_every_edge_kernel(im3_t: Tensor, name: str) -> None:
    facts = MAPS[name]
    found = the_map(im3_t, tensor(facts.kernel).float())
    assert found.shape == (26, 26)
    assert (found.min(), found.max()) == (facts.least, facts.greatest)
    assert tuple(np.argwhere(found.numpy() == facts.greatest)[0]) == facts.first_greatest
    assert tuple(np.argwhere(found.numpy() == facts.least)[0]) == facts.first_least
    assert found.sum() == facts.total
    assert (found == 0).sum() == facts.zeros


def test_maps_by_hand_are_what_conv2d_gives(im3_t: Tensor) -> None:
    kernels = torch.stack([tensor(facts.kernel).float() for facts in MAPS.values()])
    found = F.conv2d(im3_t.float()[None, None], kernels[:, None])[0]
    for one, kernel in zip(found, kernels, strict=True):
        torch.testing.assert_close(one, the_map(im3_t, kernel))


def test_edges_are_drawn_in_greys(im3_t: Tensor) -> None:
    axes = show_image(the_map(im3_t, tensor(TOP).float()))
    picture = axes.get_images()[0]
    assert picture.get_cmap().name == "Greys"  # top edges dark, bottom edges light
    dark, light = picture.to_rgba(np.array([762.0, -762.0]))
    assert dark[:3].max() == 0
    assert light[:3].min() == 1
    plt.close("all")


def test_the_pixel_table(im3_t: Tensor) -> None:
    table = pd.DataFrame(im3_t[:10, :20])
    html = table.style.set_properties(**{"font-size": "6pt"}).background_gradient("Greys").to_html()
    assert table.shape == (10, 20)
    assert html.count("<td") == 200
    assert "background-color: #ffffff" in html


def test_the_first_figure() -> None:
    """A 7 x 7 picture of 1 to 49, kernel 0.1 to 0.9, the window centred on 18."""
    picture = torch.arange(1.0, 50).view(7, 7)
    kernel = torch.arange(1, 10).view(3, 3) / 10
    row, column = (picture == 18).nonzero()[0].tolist()
    window = picture[row - 1 : row + 2, column - 1 : column + 2]
    assert (window * kernel).sum().item() == pytest.approx(94.2, abs=1e-5)


@pytest.mark.parametrize("loops", [[[(i, j) for j in range(1, 5)] for i in range(1, 5)]])
def test_nested_comprehensions(loops: list[list[tuple[int, int]]]) -> None:
    assert loops[0] == [(1, 1), (1, 2), (1, 3), (1, 4)]
    assert loops[3][3] == (4, 4)
