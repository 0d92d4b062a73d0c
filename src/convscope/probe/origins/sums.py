"""Rules of weighted sums: convolutions, linear layers, matrix products, averages, interpolation."""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from convscope.probe.origins.answers import Answer, Rule
from convscope.probe.origins.replay import ATTENTION, numbers_of, replayed
from convscope.probe.origins.scene import Asked
from convscope.probe.origins.steps import Floats, Whole

PLANES = {
    **dict.fromkeys(("avg_pool2d", "adaptive_avg_pool2d", "_adaptive_avg_pool2d"), 2),
    **dict.fromkeys(("avg_pool3d", "adaptive_avg_pool3d", "_adaptive_avg_pool3d"), 3),
    **dict.fromkeys(("avg_pool1d", "adaptive_avg_pool1d", "upsample_linear1d"), 1),
    **dict.fromkeys(("upsample_bilinear2d", "upsample_bicubic2d"), 2),
    **dict.fromkeys(("_upsample_bilinear2d_aa", "_upsample_bicubic2d_aa"), 2),
    "upsample_trilinear3d": 3,
}
"""Linear operations that work on each map alone, and on how many axes."""


def convolution(asked: Asked) -> Answer | None:
    """Lay the kernel over the patch; a transposed one asks which places reached this cell.

    Returns:
        The terms in a grid (channels, *kernel), what lies in the padding marked by -1.
    """
    x, w, scene = asked.ref("input"), asked.ref("weight"), asked.scene
    item, channel, *place = asked.cell
    count, shape = len(place), scene.shape(x)
    kernel = scene.shape(w)[2:]
    transposed = asked.operation.arguments.get("transposed") is True
    groups = asked.whole("groups", 1, 1)[0]
    per_group = shape[1] // groups
    if transposed:
        group, local = divmod(channel, scene.shape(w)[1])
        weights = scene.grid(w)[group * per_group : (group + 1) * per_group, local]
    else:
        group = channel // (scene.shape(w)[0] // groups)
        weights = scene.grid(w)[channel]
    stride, padding, dilation = (
        asked.whole(name, count, default)
        for name, default in (("stride", 1), ("padding", 0), ("dilation", 1))
    )
    cells = item * shape[1] + group * per_group + np.arange(per_group, dtype=np.int64)
    for axis in range(count):
        window = stride[axis], padding[axis], dilation[axis]
        taps = _taps(place[axis], kernel[axis], shape[2 + axis], window, transposed=transposed)
        cells = _along(cells, taps, shape[2 + axis])
    part = replace(scene.part(x, cells, scene.flat(w)[weights], w), weight_cells=weights.ravel())
    bias = asked.ref("bias")
    return Answer("sum", (part,), float(scene.flat(bias)[channel]) if bias >= 0 else 0.0)


def linear(asked: Asked) -> Answer | None:
    """Multiply all inputs by one row of the weights.

    Returns:
        One term an input.
    """
    x, w, bias, scene = *(asked.ref(name) for name in ("input", "weight", "bias")), asked.scene
    lead, row = (asked.cell[:-1], asked.cell[-1]) if len(scene.shape(w)) == 2 else (asked.cell, 0)
    cells = scene.grid(x)[lead]
    weights = scene.grid(w).reshape(-1, cells.size)[row]
    part = replace(scene.part(x, cells, scene.flat(w)[weights], w), weight_cells=weights)
    return Answer("sum", (part,), float(scene.flat(bias)[row]) if bias >= 0 else 0.0)


def product(first: str, second: str) -> Rule:
    """Make the rule of a matrix product whose factors are the arguments of these names.

    Returns:
        The rule: a row times a column.
    """

    def rule(asked: Asked) -> Answer | None:
        a, b, scene = asked.ref(first), asked.ref(second), asked.scene
        plain = all(asked.number(name, 1.0) == 1.0 for name in ("alpha", "beta"))
        added = asked.ref("self") if first != "self" else -1
        if not plain or added in scene.moving:
            return None
        rows, columns = _row_and_column(scene.grid(a), scene.grid(b), asked.cell)
        if a not in scene.moving:
            a, b, rows, columns = b, a, columns, rows
        part = replace(scene.part(a, rows, scene.flat(b)[columns], b), weight_cells=columns)
        return Answer("sum", (part,), asked.at(added) if added >= 0 else 0.0)

    return rule


def linear_in_one(asked: Asked) -> Answer | None:
    """Find the weights of an operation that is linear in its only tensor: its gradient.

    Returns:
        The terms that are not zero; None where more than one tensor depends on the input.
    """
    refs, scene, name = asked.refs(), asked.scene, asked.operation.name
    if len(refs) != 1:
        return None
    (x,) = refs
    places, data, cell = scene.grid(x), numbers_of(scene.recording, x), asked.cell
    if name in PLANES:
        lead = cell[: -PLANES[name]]
        window = tuple(slice(one, one + 1) for one in lead)
        places, data = places[window], data[window]
        cell = (*(0 for _ in lead), *cell[-PLANES[name] :])
    weights = _gradient(asked, x, data, cell)
    found = np.nonzero(weights)
    grid = [np.unique(axis) for axis in found]
    block = np.ix_(*grid) if grid else ()
    part = scene.part(x, places[block], weights[block])
    return Answer("sum", (part,))


def attention(asked: Asked) -> Answer | None:
    """Weigh the values by how much the query likes each key.

    Returns:
        A term for each value; the weights are shares that sum to 1.
    """
    q, k, v = (asked.ref(name) for name in ("query", "key", "value"))
    scene, (*lead, row, column) = asked.scene, asked.cell
    if asked.operation.arguments.get("enable_gqa") is True or len(scene.shape(v)) != len(
        asked.cell
    ):
        return None
    data = [scene.flat(one).reshape(scene.shape(one)) for one in (q, k)]
    if scene.shape(q)[:-2] != scene.shape(v)[:-2] or asked.ref("attn_mask") >= 0 or asked.slot:
        return None
    head = tuple(lead)
    scores = data[1][head] @ data[0][head][row] * asked.number("scale", scene.shape(q)[-1] ** -0.5)
    if asked.operation.arguments.get("is_causal") is True:
        scores[row + 1 :] = -np.inf
    shares = np.exp(scores - scores.max())
    part = scene.part(v, scene.grid(v)[head][:, column], shares / shares.sum())
    note = "the weights are the softmax of this query times every key"
    return Answer("sum", (part,), note=note)


def _taps(
    place: int, size: int, length: int, window: tuple[int, int, int], *, transposed: bool
) -> Whole:
    stride, padding, dilation = window
    steps = np.arange(size, dtype=np.int64) * dilation
    if transposed:
        found, rest = np.divmod(place + padding - steps, stride)
        found[rest != 0] = -1
    else:
        found = place * stride - padding + steps
    found[(found < 0) | (found >= length)] = -1
    return found


def _along(cells: Whole, taps: Whole, length: int) -> Whole:
    spread = cells[..., None]
    return np.where((spread < 0) | (taps < 0), -1, spread * length + taps)


def _row_and_column(a: Whole, b: Whole, cell: tuple[int, ...]) -> tuple[Whole, Whole]:
    place = list(cell)
    if a.ndim == 1:
        a = a[None]
        place.insert(len(place) - (b.ndim > 1), 0)
    if b.ndim == 1:
        b = b[:, None]
        place.append(0)
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = (np.broadcast_to(one, (*lead, *one.shape[-2:])) for one in (a, b))
    at = tuple(place[:-2])
    return a[at][place[-2]], b[at][:, place[-1]]


def _gradient(asked: Asked, x: int, data: Tensor, cell: tuple[int, ...]) -> Floats:
    with torch.enable_grad():
        asking = data.detach().clone().requires_grad_()
        made = replayed(asked.scene.recording, asked.operation, {x: asking})[asked.slot]
        (weights,) = torch.autograd.grad(made[cell], asking)
    return weights.cpu().numpy()


SUMS: dict[str, Rule] = {
    "convolution": convolution,
    "linear": linear,
    "matmul": product("self", "other"),
    "mm": product("self", "mat2"),
    "bmm": product("self", "mat2"),
    "addmm": product("mat1", "mat2"),
    "baddbmm": product("batch1", "batch2"),
    **dict.fromkeys(ATTENTION, attention),
    **dict.fromkeys([*PLANES, "mean", "sum", "cumsum", "col2im"], linear_in_one),
}
