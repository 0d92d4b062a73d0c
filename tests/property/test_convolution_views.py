"""Loops, shifts, equations, matrix and PyTorch must give the same maps, to rounding."""

import re
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.conv import (
    Convolution,
    by_loops,
    convolution,
    convolved,
    equations,
    place_at,
    size_formula,
    transposed,
    weight_matrix,
)


def assert_equal(ours: Any, wanted: np.ndarray) -> None:
    np.testing.assert_allclose(ours, wanted, rtol=0, atol=1e-12)


def numbers(dice: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=dice, dtype=torch.float64)


@dataclass
class Case:
    """A layer of PyTorch and ours, on a picture that it fits."""

    picture: Tensor
    weight: Tensor
    bias: Tensor | None
    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int]
    groups: int

    @property
    def ours(self) -> Convolution:
        bias = None if self.bias is None else self.bias.numpy()
        return self.with_weights(self.weight.numpy(), bias)

    def with_weights(self, weight: np.ndarray, bias: np.ndarray | None = None) -> Convolution:
        return convolution(
            weight,
            bias,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            groups=self.groups,
        )

    def torchs(self) -> np.ndarray:
        slides = self.stride, self.padding, self.dilation, self.groups
        return F.conv2d(self.picture[None], self.weight, self.bias, *slides)[0].numpy()


@st.composite
def cases(draw: st.DrawFn, most: int = 9) -> Case:
    def pair(low: int, high: int) -> tuple[int, int]:
        return draw(st.integers(low, high)), draw(st.integers(low, high))

    groups = draw(st.integers(1, 3))
    inside, out = draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    kernel, stride, padding, dilation = pair(1, 4), pair(1, 3), pair(0, 3), pair(1, 3)
    least = [
        max(1, gap * (taps - 1) + 1 - 2 * pad)
        for taps, pad, gap in zip(kernel, padding, dilation, strict=True)
    ]
    height, width = (low + draw(st.integers(0, max(0, most - low))) for low in least)
    dice = torch.Generator().manual_seed(draw(st.integers(0, 2**16)))
    return Case(
        numbers(dice, inside * groups, height, width),
        numbers(dice, out, inside, *kernel),
        numbers(dice, out) if draw(st.booleans()) else None,
        stride,
        padding,
        dilation,
        groups,
    )


@given(cases())
@settings(max_examples=60, deadline=None)
def test_loops_and_shifts_are_pytorch(case: Case) -> None:
    assert_equal(by_loops(case.picture.numpy(), case.ours), case.torchs())
    assert_equal(convolved(case.picture.numpy(), case.ours), case.torchs())


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_trained_layers_weights_are_taken_as_they_are(dtype: torch.dtype) -> None:
    layer = nn.Conv2d(3, 4, 3, stride=2, padding=1).to(dtype)
    picture = torch.rand(3, 9, 8)
    ours = convolution(layer.weight, layer.bias, stride=2, padding=1)
    wanted = layer.double()(picture.double()[None])[0].detach().numpy()
    assert_equal(convolved(picture, ours), wanted)


@given(cases(), st.data())
@settings(max_examples=60, deadline=None)
def test_one_place_is_one_cell(case: Case, data: st.DataObject) -> None:
    maps = case.torchs()
    channel, row, column = (data.draw(st.integers(0, length - 1)) for length in maps.shape)
    place = place_at(case.picture.numpy(), case.ours, row, column, channel)
    assert abs(place.total - maps[channel, row, column]) <= 1e-12
    assert abs(place.channel_sums.sum() + place.bias - place.total) <= 1e-12
    assert not place.products[:, place.padded].any()


@given(cases(most=5))
@settings(max_examples=30, deadline=None)
def test_equations_are_pytorch_as_numbers_as_text_and_as_latex(case: Case) -> None:
    conv, picture = case.ours, case.picture.numpy()
    known = {"w": conv.weight, "x": picture, "b": conv.bias, "y": case.torchs()}
    for equation in equations(conv, *picture.shape[1:]):
        cell = known["y"][equation.cell]
        assert abs(equation.value(picture, conv) - cell) <= 1e-12
        latex = re.sub(r"_\{(.*?)\}", r"[\1]", equation.latex()).replace(r"\,", "*")
        for line in (equation.text(), latex):
            left, right = line.split(" = ")
            assert eval(right, known) == cell
            assert abs(eval(left, known) - cell) <= 1e-12


@given(cases())
@settings(max_examples=60, deadline=None)
def test_the_matrix_is_pytorch_dense_and_sparse(case: Case) -> None:
    flat, maps = case.picture.numpy().ravel(), case.torchs()
    matrix = weight_matrix(case.ours, *case.picture.shape[1:])
    assert matrix.map_shape == maps.shape
    for written in (matrix.dense(), matrix.sparse()):
        assert_equal(written @ flat + matrix.biases, maps.ravel())
    np.testing.assert_array_equal(matrix.sparse().toarray(), matrix.dense())


@given(cases())
@settings(max_examples=60, deadline=None)
def test_entries_that_are_tied_are_those_that_a_weight_moves(case: Case) -> None:
    """The matrix is the derivative of the maps by the pixels; each entry holds one weight."""
    matrix = weight_matrix(case.ours, *case.picture.shape[1:])
    tied, count = matrix.tied(), matrix.count()
    numbered = case.weight.clone()
    numbered.ravel()[:] = torch.arange(1, numbered.numel() + 1)
    bare = case.with_weights(numbered.numpy())
    np.testing.assert_array_equal(
        weight_matrix(bare, *case.picture.shape[1:]).dense(), np.where(tied < 0, 0, tied + 1)
    )
    assert count.entries == tied.size
    assert count.fixed_zeros == (tied < 0).sum()
    assert count.tied == (tied >= 0).sum()
    assert count.weights == len(set(tied[tied >= 0].tolist()))


@given(cases())
@settings(max_examples=60, deadline=None)
def test_the_transposed_convolution_is_the_transposed_matrix(case: Case) -> None:
    conv = case.ours
    height, width = case.picture.shape[1:]
    size = conv.map_size(height, width)
    extra = tuple(
        (length + 2 * window.padding - window.extent) % window.stride
        for length, window in ((height, conv.rows), (width, conv.columns))
    )
    maps = torch.randn(conv.channels_out, *size, dtype=torch.float64)
    bias = torch.randn(conv.channels_in, dtype=torch.float64)
    wanted = F.conv_transpose2d(
        maps[None], case.weight, bias, case.stride, case.padding, extra, case.groups, case.dilation
    )[0].numpy()
    assert wanted.shape == (conv.channels_in, height, width)
    ours = transposed(maps.numpy(), conv, bias.numpy(), output_padding=(extra[0], extra[1]))
    assert_equal(ours, wanted)
    for matrix in (
        weight_matrix(conv, height, width).dense(),
        weight_matrix(conv, height, width).sparse(),
    ):
        by_matrix = (matrix.T @ maps.numpy().ravel()).reshape(wanted.shape)
        assert_equal(by_matrix + bias.numpy()[:, None, None], wanted)


@given(size=st.tuples(st.integers(1, 5), st.integers(1, 5)), gap=st.integers(1, 3))
def test_same_is_pytorchs(size: tuple[int, int], gap: int) -> None:
    picture = torch.randn(1, 1, 9, 8, dtype=torch.float64)
    weight = torch.randn(1, 1, *size, dtype=torch.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch copies an uneven padding, and says so
        wanted = F.conv2d(picture, weight, padding="same", dilation=gap)[0].numpy()
    ours = convolution(weight.numpy(), padding="same", dilation=gap, uneven=True)
    np.testing.assert_allclose(
        weight_matrix(ours, 9, 8).dense() @ picture.numpy().ravel(), wanted.ravel(), atol=1e-12
    )
    assert_equal(by_loops(picture[0].numpy(), ours), wanted)
    assert_equal(convolved(picture[0].numpy(), ours), wanted)
    assert size_formula(9, ours.rows).endswith("= 9")
