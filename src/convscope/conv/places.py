"""A kernel at one place: the products and their sum. And at every place, by loops."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convscope.conv.fields import Cell
from convscope.conv.kernels import Kernel
from convscope.conv.layer import Array, Convolution, Numbers, as_image, convolution
from convscope.errors import ShapeError, account


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """A kernel at one place of a picture.

    Attributes:
        rows: of the picture that it reads; outside the picture lies padding.
        columns: the same across.
        patch: what it reads, (channels, rows, columns); zeros where padding is.
        kernel: its weights, of the same shape.
        bias: what is added to the sum.
        padded: which taps lie outside the picture, (rows, columns).
    """

    rows: range
    columns: range
    patch: Array
    kernel: Array
    bias: float
    padded: NDArray[np.bool_]

    @property
    def products(self) -> Array:
        """Each pixel times its weight."""
        return self.patch * self.kernel

    @property
    def channel_sums(self) -> Array:
        """The sum of the products of each channel."""
        return self.products.sum(axis=(1, 2))

    @property
    def total(self) -> float:
        """The sum of all products, and the bias: the value of the cell."""
        return float(self.products.sum() + self.bias)

    def __str__(self) -> str:
        pairs = zip(self.patch.flat, self.kernel.flat, strict=True)
        terms = [f"{_signed(weight)} x {_signed(pixel)}" for pixel, weight in pairs]
        terms += [_signed(self.bias)] if self.bias else []
        return f"{' + '.join(terms)} = {self.total:.6g}"


def place_at(picture: Numbers, conv: Convolution, row: int, column: int, channel: int = 0) -> Place:
    """Give the products that make one cell of a map.

    Args:
        picture: (channels, height, width), or (height, width) where there is one channel.
        conv: the convolution.
        row: of the cell in the map.
        column: of the cell in the map.
        channel: which of the maps.

    Returns:
        The place, with its numbers.

    Raises:
        ShapeError: there is no such cell, or the picture does not fit.

    Example:
        >>> print(place_at([[1, 2], [3, 4]], convolution([[0, 1], [0, -1]], 0.5), 0, 0))
        0 x 1 + 1 x 2 + 0 x 3 + (-1) x 4 + 0.5 = -1.5
    """
    image = as_image(picture, conv)[conv.seen_by(channel)]
    height, width = image.shape[1:]
    _check(row, column, channel, (conv.channels_out, *conv.map_size(height, width)))
    rows, columns = conv.rows.taps(row), conv.columns.taps(column)
    inside = np.logical_and.outer(
        [0 <= y < height for y in rows], [0 <= x < width for x in columns]
    )
    near = np.clip(rows, 0, height - 1)[:, None], np.clip(columns, 0, width - 1)[None, :]
    patch = np.where(inside, image[:, near[0], near[1]], 0.0)
    return Place(rows, columns, patch, conv.weight[channel], float(conv.bias[channel]), ~inside)


def centred_at(picture: Numbers, kernel: Numbers | Kernel, centre: Cell) -> Place:
    """Put the middle of a kernel on a pixel, as the chapter's `apply_kernel` does.

    Args:
        picture: (height, width).
        kernel: one by hand, or (rows, columns), both odd.
        centre: row and column of the pixel under the kernel's middle.

    Returns:
        The place, with its products; pixels outside the picture count as 0.

    Raises:
        ShapeError: there is no such pixel, or the kernel has no middle.

    Example:
        >>> image = np.arange(1, 50).reshape(7, 7)
        >>> nine = np.arange(1, 10).reshape(3, 3) / 10
        >>> round(centred_at(image, nine, (2, 3)).total, 6)
        94.2
    """
    return place_at(picture, convolution(kernel, padding="same"), *centre)


def by_loops(picture: Numbers, conv: Convolution) -> Array:
    """Slide the window by plain loops: slow, and hard to get wrong.

    Args:
        picture: (channels, height, width), or (height, width) where there is one channel.
        conv: the convolution.

    Returns:
        Maps, (channels out, rows, columns).

    Raises:
        ShapeError: the picture does not fit.

    Example:
        >>> by_loops([[1, 2, 3], [4, 5, 6]], convolution([[1, 0], [0, 1]])).tolist()
        [[[6.0, 8.0]]]
    """
    image = as_image(picture, conv)
    _, height, width = image.shape
    maps = np.empty((conv.channels_out, *conv.map_size(height, width)))
    for out, row, column in np.ndindex(maps.shape):
        seen, total = image[conv.seen_by(out)], float(conv.bias[out])
        for channel, i, j in np.ndindex(conv.weight.shape[1:]):
            y = row * conv.rows.stride - conv.rows.padding + i * conv.rows.dilation
            x = column * conv.columns.stride - conv.columns.padding + j * conv.columns.dilation
            if 0 <= y < height and 0 <= x < width:
                total += float(conv.weight[out, channel, i, j] * seen[channel, y, x])
        maps[out, row, column] = total
    return maps


def _signed(value: float) -> str:
    return f"({value:.4g})" if value < 0 else f"{value:.4g}"


def _check(row: int, column: int, channel: int, shape: tuple[int, int, int]) -> None:
    wanted = channel, row, column
    if not all(0 <= one < end for one, end in zip(wanted, shape, strict=True)):
        channels, rows, columns = shape
        message = account(
            "the cell lies outside the map",
            facts={
                "cell": f"row {row}, column {column} of channel {channel}",
                "map": f"{rows} rows x {columns} columns, {channels} channels",
            },
            because="cells are counted from 0",
            fix=f"rows 0 to {rows - 1}, columns 0 to {columns - 1}, channels 0 to {channels - 1}",
        )
        raise ShapeError(message)
