"""Section 8: answers to the chapter's questions that a few lines show; the guide has them all."""

import numpy as np
import pytest
import torch
from torch import nn

from convscope.all import F, Flatten
from convscope.conv import CHAPTER_LETTERS, convolution, equations, kernel, kernel_map
from convscope.probe import anatomy
from tests.chapter.parts import conv, convolutions, ten_digits, three_or_seven


def test_a_kernel_on_zeros_gives_zero() -> None:
    for name in ("top_edge", "left_edge", "sobel_x", "gaussian_blur"):
        assert not kernel_map(np.zeros((5, 5)), kernel(name).matrix).any()


def test_the_sign_of_the_kernel_formula_is_the_other_way_round_in_the_book() -> None:
    """It is -a1 - a2 - a3 + a7 + a8 + a9 for the top-edge kernel."""
    a = np.arange(1.0, 10).reshape(3, 3)
    found = kernel_map(a, kernel("top_edge").matrix)
    assert found.tolist() == [[-a[0].sum() + a[2].sum()]]
    (only,) = equations(convolution(kernel("top_edge").matrix), 3, 3)
    assert len(only.terms) == 9
    assert CHAPTER_LETTERS.weights


def test_what_a_top_edge_kernel_does() -> None:
    upper = np.zeros((6, 6))
    upper[3:] = 255  # dark above, bright below
    found = kernel_map(upper, kernel("top_edge").matrix)
    assert found.max() == 3 * 255
    assert kernel_map(upper[::-1], kernel("top_edge").matrix).min() == -3 * 255
    assert not kernel_map(upper.T, kernel("top_edge").matrix).any()


def test_the_shapes_that_conv2d_wants() -> None:
    images, weights = torch.rand(2, 3, 8, 8), torch.rand(5, 3, 3, 3)
    assert F.conv2d(images, weights).shape == (2, 5, 6, 6)
    with pytest.raises(RuntimeError, match="channels"):
        F.conv2d(images, torch.rand(5, 1, 3, 3))


def test_why_flatten_is_needed_and_where() -> None:
    bodies = nn.Sequential(*list(three_or_seven().children())[:-1])
    images = torch.rand(4, 1, 28, 28)
    assert bodies(images).shape == (4, 2, 1, 1)
    with pytest.raises((RuntimeError, ValueError), match=r"(?i)expected|target|shape|size"):
        F.cross_entropy(bodies(images), torch.tensor([0, 1, 0, 1]))
    assert Flatten()(bodies(images)).shape == (4, 2)


def test_nchw_and_nhwc_are_orders_of_the_same_axes() -> None:
    images = torch.rand(2, 3, 4, 5)
    last = images.to(memory_format=torch.channels_last)
    weights = torch.rand(6, 3, 3, 3)
    torch.testing.assert_close(F.conv2d(images, weights), F.conv2d(last, weights))
    assert images.permute(0, 2, 3, 1).shape == (2, 4, 5, 3)


def test_why_filters_double_when_stride_is_2() -> None:
    """A quarter of the places, twice in and twice out: the same work in each layer."""
    net = nn.Sequential(conv(16, 32), conv(32, 64), conv(64, 128))
    counts = [row.multiply_adds for row in anatomy(net, (16, 64, 64)).rows if row.kind == "Conv2d"]
    assert len(set(counts)) == 1
    same_width = nn.Sequential(conv(16, 16), conv(16, 16), conv(16, 16))
    falling = [
        row.multiply_adds or 0
        for row in anatomy(same_width, (16, 64, 64)).rows
        if row.kind == "Conv2d"
    ]
    assert falling == [falling[0], falling[0] // 4, falling[0] // 16]


def test_why_the_first_kernel_is_bigger() -> None:
    """Eight outputs of nine pixels compute next to nothing new; of twenty-five they do."""
    first = convolutions(ten_digits())[0]
    assert first.weight[0].numel() == 25
    assert first.out_channels < 25
    assert convolutions(conv(1, 8))[0].weight[0].numel() == 9


def test_stride_2_against_pooling_keeps_the_shapes() -> None:
    images = torch.rand(1, 8, 14, 14)
    strided = nn.Conv2d(8, 16, 3, stride=2, padding=1)
    pooled = nn.Sequential(nn.Conv2d(8, 16, 3, padding=1), nn.MaxPool2d(2))
    assert strided(images).shape == pooled(images).shape
    work = [anatomy(one, (8, 14, 14)).multiply_adds for one in (strided, pooled)]
    assert work[1] == 4 * work[0]


def test_nested_comprehensions() -> None:
    grid = [[(i, j) for j in range(1, 5)] for i in range(1, 5)]
    assert [row[0] for row in grid] == [(1, 1), (2, 1), (3, 1), (4, 1)]
