"""Sections 2 and 3: convolution as an operation, and the arithmetic of a network."""

import shutil

import pytest
import torch
from torch import Tensor

from convscope.all import (
    CategoryBlock,
    DataBlock,
    DataLoaders,
    F,
    Flatten,
    GrandparentSplitter,
    Image,
    ImageBlock,
    PILImageBW,
    first,
    get_image_files,
    nn,
    parent_label,
    sequential,
    tensor,
    to_cpu,
)
from convscope.conv import Window, output_size
from convscope.pictures import digits_folder

LEFT = [[-1, 1, 0]] * 3
TOP = [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]
DIAG1 = [[0, -1, 1], [-1, 1, 0], [1, 0, 0]]
DIAG2 = [[1, -1, 0], [0, 1, -1], [0, 0, 1]]


@pytest.fixture(scope="module")
def dls(tmp_path_factory: pytest.TempPathFactory) -> DataLoaders:
    """The threes and sevens among the embedded digits, in batches of 64."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(tmp_path_factory.mktemp("home")))
        path = tmp_path_factory.mktemp("sample")
        for one in ("train/3", "train/7", "valid/3", "valid/7"):
            shutil.copytree(digits_folder() / one, path / one)
        block = DataBlock(
            (ImageBlock(cls=PILImageBW), CategoryBlock),
            get_items=get_image_files,
            splitter=GrandparentSplitter(),
            get_y=parent_label,
        )
        return block.dataloaders(path)


def conv(ni: int, nf: int, ks: int = 3, *, act: bool = True) -> nn.Module:
    layer = nn.Conv2d(ni, nf, stride=2, kernel_size=ks, padding=ks // 2)
    return nn.Sequential(layer, nn.ReLU()) if act else layer


def three_or_seven() -> nn.Sequential:
    return sequential(
        conv(1, 4), conv(4, 8), conv(8, 16), conv(16, 32), conv(32, 2, act=False), Flatten()
    )


def ten_digits() -> nn.Sequential:
    return sequential(
        conv(1, 8, ks=5),
        conv(8, 16),
        conv(16, 32),
        conv(32, 64),
        conv(64, 10, act=False),
        Flatten(),
    )


def first_pictures(dls: DataLoaders) -> Tensor:
    batch = first(dls.valid)
    assert batch is not None
    return batch[0]


def edges() -> Tensor:
    return torch.stack([tensor(kernel).float() for kernel in (LEFT, TOP, DIAG1, DIAG2)])


def test_four_kernels_on_a_batch(dls: DataLoaders) -> None:
    xb = to_cpu(first_pictures(dls))
    assert xb.shape == (64, 1, 28, 28)
    assert edges().shape == (4, 3, 3)
    assert edges().unsqueeze(1).shape == (4, 1, 3, 3)
    assert F.conv2d(xb, edges().unsqueeze(1)).shape == (64, 4, 26, 26)


def test_on_the_digit_it_is_the_map_by_hand_over_255() -> None:
    im3_t = tensor(Image.open(digits_folder() / "train" / "3" / "12.png"))
    by_hand = (im3_t[4:7, 6:9] * edges()[1]).sum()
    batch = (im3_t.float() / 255)[None, None]
    assert F.conv2d(batch, edges().unsqueeze(1))[0, 1, 4, 6] * 255 == pytest.approx(by_hand.item())
    assert by_hand == 762


def test_a_net_without_a_head_is_broken(dls: DataLoaders) -> None:
    broken_cnn = sequential(
        nn.Conv2d(1, 30, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(30, 1, kernel_size=3, padding=1),
    )
    xb = first_pictures(dls)
    assert broken_cnn(xb).shape == (64, 1, 28, 28)


def test_two_activations_a_picture(dls: DataLoaders) -> None:
    xb = first_pictures(dls)
    assert three_or_seven()(xb).shape == (64, 2)


@pytest.mark.parametrize(
    ("length", "window", "places"),
    [
        (5, Window(4, padding=2), 6),
        (5, Window(3, padding=1, stride=2), 3),
        (4, Window(3), 2),
        (28, Window(3, padding=1, stride=2), 14),
        (14, Window(3, padding=1, stride=2), 7),
        (7, Window(3, padding=1, stride=2), 4),
        (4, Window(3, padding=1, stride=2), 2),
        (2, Window(3, padding=1, stride=2), 1),
    ],
)
def test_sizes(length: int, window: Window, places: int) -> None:
    assert output_size(length, window) == places
    layer = nn.Conv2d(1, 1, window.size, stride=window.stride, padding=window.padding)
    assert layer(torch.zeros(1, 1, length, length)).shape[-1] == places


def test_odd_kernels_keep_the_size_and_stride_2_halves_it() -> None:
    for length in range(3, 40):
        for size in (1, 3, 5, 7):
            assert output_size(length, Window(size, padding=size // 2)) == length
        assert output_size(length, Window(3, padding=1, stride=2)) == (length + 1) // 2


def test_a_convolution_is_a_matrix_product() -> None:
    a, b, g, d = (torch.rand((), dtype=torch.float64) for _ in range(4))
    picture = torch.rand(9, dtype=torch.float64)
    zero = torch.zeros((), dtype=torch.float64)
    rows = [
        [a, b, zero, g, d, zero, zero, zero, zero],
        [zero, a, b, zero, g, d, zero, zero, zero],
        [zero, zero, zero, a, b, zero, g, d, zero],
        [zero, zero, zero, zero, a, b, zero, g, d],
    ]
    matrix = torch.stack([torch.stack(row) for row in rows])
    kernel = torch.stack([a, b, g, d]).view(1, 1, 2, 2)
    by_window = F.conv2d(picture.view(1, 1, 3, 3), kernel, bias=torch.ones(1).double())
    torch.testing.assert_close(matrix @ picture + 1, by_window.flatten())


@pytest.mark.parametrize(
    ("net", "params"),
    [
        (three_or_seven, [40, 296, 1_168, 4_640, 578]),
        (ten_digits, [208, 1_168, 4_640, 18_496, 5_770]),
    ],
)
def test_parameters(net: type[nn.Sequential], params: list[int]) -> None:
    layers = [layer for layer in net().modules() if isinstance(layer, nn.Conv2d)]
    assert [sum(p.numel() for p in layer.parameters()) for layer in layers] == params
    assert sum(p.numel() for p in net().parameters()) == sum(params)


def test_batchnorm_after_every_convolution_adds_260() -> None:
    widths = (8, 16, 32, 64, 10)
    assert 30_282 + sum(2 * width for width in widths) == 30_542


def test_weights_are_out_in_rows_columns() -> None:
    shapes = [tuple(p.shape) for p in three_or_seven()[0].parameters()]
    assert shapes == [(4, 1, 3, 3), (4,)]


def test_a_colour_convolution_is_three_products_and_a_bias() -> None:
    picture, kernel, bias = torch.rand(1, 3, 5, 5), torch.rand(1, 3, 3, 3), torch.rand(1)
    products = [(picture[0, c, 1:4, 1:4] * kernel[0, c]).sum() for c in range(3)]
    found = F.conv2d(picture, kernel, bias)
    torch.testing.assert_close(found[0, 0, 1, 1], torch.stack(products).sum() + bias[0])
