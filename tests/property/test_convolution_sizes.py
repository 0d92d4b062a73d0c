"""Sizes and their formulas against PyTorch; fields against autograd, back and forwards."""

import math
import warnings
from typing import Any

import numpy as np
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from convscope.conv import (
    Window,
    convolution,
    dependents,
    output_size,
    precedents,
    receptive_field,
    same,
    size_formula,
    trace_back,
    trace_forward,
    transposed_formula,
    transposed_size,
    weight_matrix,
)
from convscope.errors import ShapeError

windows = st.builds(
    Window,
    size=st.integers(1, 5),
    stride=st.integers(1, 4),
    padding=st.integers(0, 3),
    dilation=st.integers(1, 3),
)
lengths = st.integers(1, 16)


def worked_out(formula: str) -> int:
    """What the written formula is, and that it says so."""
    left, right = formula.split(" = ")
    left = left.replace(" x ", " * ").replace(" that would begin behind the picture", "")
    assert eval(left, {"floor": math.floor, "ceil": math.ceil}) == int(right)
    return int(right)


def slides(window: Window) -> Any:
    """Keywords for PyTorch's functions."""
    return {name: getattr(window, name) for name in ("stride", "padding", "dilation")}


@given(lengths, windows)
def test_convolutions(length: int, window: Window) -> None:
    line, ones = torch.ones(1, 1, length), torch.ones(1, 1, window.size)
    try:
        wanted = F.conv1d(line, ones, **slides(window)).shape[-1]
    except RuntimeError:
        wanted = None
    try:
        found = output_size(length, window)
    except ShapeError:
        found = None
    assert found == wanted
    assert found is None or worked_out(size_formula(length, window)) == found


@given(lengths, windows, st.booleans())
def test_pooling_with_floor_and_ceiling(length: int, window: Window, up: bool) -> None:  # noqa: FBT001
    assume(window.padding <= window.size // 2)  # PyTorch pools no further outside
    window = Window(window.size, **slides(window), rounded_up=up)
    try:
        wanted = F.max_pool1d(
            torch.ones(1, 1, length), window.size, ceil_mode=up, **slides(window)
        ).shape[-1]
    except RuntimeError:
        wanted = None
    try:
        found = output_size(length, window)
    except ShapeError:
        found = None
    assert found == wanted
    assert found is None or worked_out(size_formula(length, window)) == found


@given(lengths, windows, st.integers(0, 4))
def test_transposed_convolutions(length: int, window: Window, extra: int) -> None:
    line, ones = torch.ones(1, 1, length), torch.ones(1, 1, window.size)
    try:
        made = F.conv_transpose1d(line, ones, output_padding=extra, **slides(window))
        wanted = made.shape[-1]
    except RuntimeError:
        wanted = None
    try:
        found = transposed_size(length, window, output_padding=extra)
    except ShapeError:
        found = None
    assert found == wanted
    if found is not None:
        formula = transposed_formula(length, window, output_padding=extra)
        assert worked_out(formula) == found


@given(lengths, windows)
def test_a_transposed_size_leads_back(length: int, window: Window) -> None:
    places = None
    for extra in range(max(window.stride, window.dilation)):
        try:
            pixels = transposed_size(length, window, output_padding=extra)
            places = output_size(pixels, window)
        except ShapeError:
            continue
        assert places == length + extra // window.stride


@given(length=lengths, size=st.integers(1, 6), gap=st.integers(1, 3))
def test_same_keeps_the_size_and_pads_as_pytorch(length: int, size: int, gap: int) -> None:
    window = same(size, dilation=gap, uneven=True)
    assert output_size(length, window) == length
    assert worked_out(size_formula(length, window)) == length
    line = torch.arange(1.0, length + 1, dtype=torch.float64)[None, None]
    weight = torch.arange(1.0, size + 1, dtype=torch.float64)[None, None]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch copies an uneven padding, and says so
        wanted = F.conv1d(line, weight, padding="same", dilation=gap)[0, 0]
    for place, value in enumerate(wanted.tolist()):
        taps = enumerate(window.taps(place))
        ours = sum((i + 1) * (tap + 1) for i, tap in taps if 0 <= tap < length)
        assert ours == value


@st.composite
def stacks(draw: st.DrawFn) -> tuple[int, list[Window]]:
    length, stack = draw(st.integers(4, 24)), draw(st.lists(windows, min_size=1, max_size=3))
    size = length
    for window in stack:
        try:
            size = output_size(size, window)
        except ShapeError:
            assume(False)  # noqa: FBT003
    return length, stack


def connected(length: int, stack: list[Window]) -> np.ndarray:
    """Which cell depends on which pixel, by the product of the layers' weight matrices."""
    found = np.eye(length, dtype=bool)
    for window in stack:
        ones = convolution(np.ones((1, window.size)))
        ones = type(ones)(ones.weight, ones.bias, Window(1), window)
        found = (weight_matrix(ones, 1, len(found)).dense() @ found) > 0
    return found


@given(stacks(), st.data())
@settings(max_examples=50)
def test_back_and_forwards_are_the_product_of_the_matrices(
    case: tuple[int, list[Window]], data: st.DataObject
) -> None:
    length, stack = case
    links = connected(length, stack)
    cell = data.draw(st.integers(0, len(links) - 1))
    assert precedents(cell, length, stack) == set(np.nonzero(links[cell])[0].tolist())
    pixel = data.draw(st.integers(0, length - 1))
    assert dependents(pixel, length, stack) == set(np.nonzero(links[:, pixel])[0].tolist())


@given(stacks())
@settings(max_examples=50)
def test_far_from_the_ends_a_field_is_what_the_chain_says(case: tuple[int, list[Window]]) -> None:
    _, stack = case
    inside = [Window(window.size, window.stride, 0, window.dilation) for window in stack]
    field, padded = receptive_field(inside), receptive_field(stack)
    length = 3 * (field.size + field.jump)
    for cell in (0, 1, 2):
        seen = sorted(precedents(cell, length, inside))
        assert seen == [tap + cell * field.jump for tap in field.taps]
        assert (seen[0], seen[-1]) == field.box(cell)
        assert seen[-1] - seen[0] + 1 == field.size
        assert (seen[0] + seen[-1]) / 2 == field.centre + cell * field.jump
        assert field.has_holes == (seen != list(range(seen[0], seen[-1] + 1)))
    middle = range(field.size, field.size + field.jump)
    reached = [len(dependents(pixel, length, inside)) for pixel in middle]
    assert max(reached) == field.projected
    pads = np.cumprod([1] + [window.stride for window in stack])
    shift = sum(int(jump) * window.padding for jump, window in zip(pads, stack, strict=False))
    assert padded.centre == field.centre - shift


@given(stacks(), stacks(), st.data())
@settings(max_examples=50, deadline=None)
def test_both_axes_against_autograd(
    down: tuple[int, list[Window]], across: tuple[int, list[Window]], data: st.DataObject
) -> None:
    layers = list(zip(down[1], across[1], strict=False))
    maps = [torch.ones(1, 1, down[0], across[0], dtype=torch.float64, requires_grad=True)]
    for rows, columns in layers:
        ones = torch.ones(1, 1, rows.size, columns.size, dtype=torch.float64)
        pairs: Any = {name: (slides(rows)[name], slides(columns)[name]) for name in slides(rows)}
        maps.append(F.conv2d(maps[-1], ones, **pairs))
    height, width = maps[-1].shape[2:]
    cell = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    grads = torch.autograd.grad(maps[-1][0, 0, cell[0], cell[1]], maps)
    trail = trace_back(cell, (down[0], across[0]), layers)
    for cells, grad in zip(trail, grads, strict=True):
        grid = {(row, column) for row in cells.rows for column in cells.columns}
        assert grid == {(row, column) for row, column in grad[0, 0].nonzero().tolist()}
        assert len(cells) == len(grid)
    pixel = data.draw(st.sampled_from(range(down[0]))), data.draw(st.sampled_from(range(across[0])))
    forward = trace_forward(pixel, (down[0], across[0]), layers)
    back = trace_back(cell, (down[0], across[0]), layers)
    reached = cell[0] in forward[-1].rows and cell[1] in forward[-1].columns
    assert reached == (pixel[0] in back[0].rows and pixel[1] in back[0].columns)
