"""A kernel everywhere: quick, one shifted picture for each tap."""

from collections.abc import Iterator

import numpy as np

from convscope.conv.kernels import Kernel
from convscope.conv.layer import (
    Array,
    Both,
    Convolution,
    Numbers,
    as_array,
    as_image,
    both,
    convolution,
)
from convscope.conv.sizes import Window, transposed_size
from convscope.errors import ShapeError, account


def convolved(picture: Numbers, conv: Convolution) -> Array:
    """Convolve a picture, in float64.

    Args:
        picture: (channels, height, width), or (height, width) where there is one channel.
        conv: the convolution.

    Returns:
        Maps, (channels out, rows, columns).

    Raises:
        ShapeError: the picture does not fit.

    Example:
        >>> convolved([[1, 2, 3], [4, 5, 6]], convolution([[1, 0], [0, 1]])).tolist()
        [[[6.0, 8.0]]]
    """
    image = as_image(picture, conv)
    size = conv.map_size(*image.shape[1:])
    padded = np.pad(image, ((0, 0), _padding(conv.rows), _padding(conv.columns)))
    parts = np.zeros((conv.groups, conv.channels_out // conv.groups, size[0] * size[1]))
    for i, j, down, across in _taps(conv, size):
        seen = padded[:, down, across].reshape(conv.groups, -1, size[0] * size[1])
        parts += _grouped(conv)[..., i, j] @ seen
    return parts.reshape(-1, *size) + conv.bias[:, None, None]


def transposed(
    maps: Numbers, conv: Convolution, bias: Numbers = 0.0, *, output_padding: Both = 0
) -> Array:
    """Convolve the other way: every cell lays its kernel, times its value, onto the picture.

    Args:
        maps: (channels out of `conv`, rows, columns).
        conv: the convolution that is transposed; its own bias is left aside.
        bias: one number for each channel of the picture, or one for all.
        output_padding: pixels added below and to the right, see `transposed_size`.

    Returns:
        A picture, (channels in of `conv`, height, width): the transposed weight matrix times
        the maps.

    Raises:
        ShapeError: the maps do not fit, or nothing would be left.

    Example:
        >>> transposed([[[2.0]]], convolution([[1, 2], [3, 4]])).tolist()
        [[[2.0, 4.0], [6.0, 8.0]]]
    """
    given = as_array(maps)
    if given.ndim != 3 or len(given) != conv.channels_out:
        message = account(
            "the maps do not fit the transposed convolution",
            facts={"maps": given.shape, "weight": conv.weight.shape},
            because=f"it wants ({conv.channels_out}, rows, columns)",
            fix=f"{conv.channels_out} maps, channels first",
        )
        raise ShapeError(message)
    windows, size = (conv.rows, conv.columns), given.shape[1:]
    height, width = (
        transposed_size(cells, window, output_padding=more)
        for cells, window, more in zip(size, windows, both(output_padding), strict=True)
    )
    (top, bottom), (left, right) = (_padding(window) for window in windows)
    padded = np.zeros((conv.channels_in, top + height + bottom, left + width + right))
    cells = given.reshape(conv.groups, -1, size[0] * size[1])
    for i, j, down, across in _taps(conv, (size[0], size[1])):
        laid = _grouped(conv)[..., i, j].swapaxes(1, 2) @ cells
        padded[:, down, across] += laid.reshape(-1, *size)
    inside = padded[:, top : top + height, left : left + width]
    return inside + np.broadcast_to(as_array(bias), len(inside))[:, None, None]


def kernel_map(
    picture: Numbers,
    kernel: Numbers | Kernel,
    *,
    stride: Both = 1,
    padding: Both = 0,
    dilation: Both = 1,
) -> Array:
    """Apply one hand-made kernel everywhere.

    Args:
        picture: (height, width), or (channels, height, width).
        kernel: one by hand, or (rows, columns): each channel of the picture gives a map of its
            own; or (channels, rows, columns): the channels are added up to one map.
        stride: pixels from one place to the next.
        padding: pixels of zeros on each side.
        dilation: pixels from one tap to the next.

    Returns:
        (rows, columns); or (channels, rows, columns) for a colour picture and a flat kernel.

    Raises:
        ShapeError: the kernel does not fit.

    Example:
        >>> kernel_map(np.eye(3), [[1, 0], [0, 1]]).tolist()
        [[2.0, 0.0], [0.0, 2.0]]
        >>> from convscope.conv.kernels import kernel
        >>> kernel_map([[0, 0, 9]] * 3, kernel("sobel_x")).tolist()
        [[36.0]]
    """
    image, weights = as_array(picture), as_array(kernel)
    if image.ndim == 3 and weights.ndim == 2:
        settings = {"stride": stride, "padding": padding, "dilation": dilation}
        return np.stack([kernel_map(one, weights, **settings) for one in image])
    weights = weights if weights.ndim == 2 else weights[None]
    conv = convolution(weights, stride=stride, padding=padding, dilation=dilation)
    return convolved(image, conv)[0]


def _padding(window: Window) -> tuple[int, int]:
    return window.padding, window.padding + window.extra


def _grouped(conv: Convolution) -> Array:
    return conv.weight.reshape(conv.groups, -1, *conv.weight.shape[1:])


def _taps(conv: Convolution, size: tuple[int, int]) -> Iterator[tuple[int, int, slice, slice]]:
    """Give each tap, and the lines of the padded picture that it meets."""
    windows = zip((conv.rows, conv.columns), size, strict=True)
    down, across = (
        [
            slice(first, first + (places - 1) * window.stride + 1, window.stride)
            for first in range(0, window.extent, window.dilation)
        ]
        for window, places in windows
    )
    for i, j in np.ndindex(len(down), len(across)):
        yield i, j, down[i], across[j]
