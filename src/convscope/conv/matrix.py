"""A convolution as one matrix: weights that are tied, and zeros that are fixed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convscope.conv.layer import Array, Convolution
from convscope.conv.optional import compressed_rows
from convscope.conv.sizes import Window


@dataclass(frozen=True, slots=True)
class WeightCount:
    """What a convolution learns, beside a dense layer between the same pixels and cells.

    Attributes:
        entries: of the matrix; a dense layer learns each of them.
        fixed_zeros: entries that are 0 whatever the weights are.
        tied: entries that hold a weight.
        weights: different weights that they hold.
        biases: a convolution's; `dense_biases` are the dense layer's.
        dense_biases: one for each cell.
    """

    entries: int
    fixed_zeros: int
    tied: int
    weights: int
    biases: int
    dense_biases: int

    def __str__(self) -> str:
        learnt, dense = self.weights + self.biases, self.entries + self.dense_biases
        return (
            f"{self.entries:,} entries: {self.fixed_zeros:,} fixed zeros and {self.tied:,} places "
            f"that share {self.weights:,} weights; with its biases the convolution learns "
            f"{learnt:,} numbers, a dense layer {dense:,}"
        )


@dataclass(frozen=True, eq=False, slots=True)
class WeightMatrix:
    """The matrix of a convolution on pictures of one size. Made by `weight_matrix`.

    A picture is flattened channel by channel, row by row; so are the maps. Then
    `matrix.dense() @ picture.ravel() + matrix.biases` are the maps.

    Attributes:
        conv: the convolution.
        image_shape: channels, height, width.
        map_shape: channels, rows, columns.
        columns: of the entries that one channel out has, cell by cell, in its group's pixels.
        taps: which weight of the channel each of them holds.
        counts: how many of them each cell has.
    """

    conv: Convolution
    image_shape: tuple[int, int, int]
    map_shape: tuple[int, int, int]
    columns: NDArray[np.int32]
    taps: NDArray[np.int32]
    counts: NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, int]:
        """Cells of all maps, pixels of all channels."""
        return int(np.prod(self.map_shape)), int(np.prod(self.image_shape))

    @property
    def biases(self) -> Array:
        """The bias of each row."""
        return np.repeat(self.conv.bias, len(self.counts))

    def tied(self) -> NDArray[np.int64]:
        """Say which weight each entry holds, by its index in the flat weights; -1: fixed zero."""
        found = np.full(self.shape, -1)
        places = np.repeat(np.arange(len(self.counts)), self.counts)
        for out, columns in enumerate(self._columns()):
            rows = out * len(self.counts) + places
            found[rows, columns] = out * self._weights_each + self.taps
        return found

    def dense(self) -> Array:
        """Write the matrix out, zeros and all: 8 bytes an entry."""
        tied = self.tied()
        return np.where(tied < 0, 0.0, self.conv.weight.ravel()[tied])

    def sparse(self) -> Any:  # noqa: ANN401 - scipy's own type
        """Give it as a `scipy.sparse.csr_array`, without the fixed zeros."""
        values = self.conv.weight.reshape(self.map_shape[0], -1)[:, self.taps]
        counts = np.tile(self.counts, self.map_shape[0])
        starts = np.concatenate([[0], np.cumsum(counts)])
        if starts[-1] < 2**31:  # scipy takes the wider type of the two for both
            starts = starts.astype(np.int32)
        return compressed_rows(values.ravel(), self._columns().ravel(), starts, self.shape)

    def count(self) -> WeightCount:
        """Count fixed zeros and tied weights against a dense layer."""
        rows, pixels = self.shape
        tied, weights = len(self.taps) * self.map_shape[0], len(np.unique(self.taps))
        return WeightCount(
            rows * pixels,
            rows * pixels - tied,
            tied,
            weights * self.map_shape[0],
            len(self.conv.bias),
            rows,
        )

    def text(self, weights: Iterable[str]) -> str:
        """Write it with a name for each weight, as `a b 0 g d 0 0 0 0`, a line a row."""
        names = list(weights)
        cells = [[names[tap] if tap >= 0 else "0" for tap in row] for row in self.tied()]
        width = max(len(cell) for row in cells for cell in row)
        return "\n".join(" ".join(cell.rjust(width) for cell in row) for row in cells)

    @property
    def _weights_each(self) -> int:
        return self.conv.weight[0].size

    def _columns(self) -> NDArray[np.int32]:
        """Give the columns of every channel out: its group's pixels begin further right."""
        channels = range(self.map_shape[0])
        pixels = self.image_shape[1] * self.image_shape[2]
        starts = np.array([self.conv.seen_by(out).start * pixels for out in channels], np.int32)
        return self.columns + starts[:, None]


def weight_matrix(conv: Convolution, height: int, width: int) -> WeightMatrix:
    """Write a convolution as a matrix.

    Args:
        conv: the convolution.
        height: of the picture, in pixels.
        width: of the picture, in pixels.

    Returns:
        The matrix; its transpose is the transposed convolution.

    Raises:
        ShapeError: the window does not fit.

    Example:
        >>> from convscope.conv.layer import convolution
        >>> matrix = weight_matrix(convolution([[1, 2], [3, 4]]), 3, 3)
        >>> print(matrix.text("abgd"))
        a b 0 g d 0 0 0 0
        0 a b 0 g d 0 0 0
        0 0 0 a b 0 g d 0
        0 0 0 0 a b 0 g d
        >>> count = matrix.count()
        >>> count.entries, count.fixed_zeros, count.tied, count.weights
        (36, 20, 16, 4)
    """
    size = conv.map_size(height, width)
    down, across = _lines(conv.rows, size[0]), _lines(conv.columns, size[1])
    channels = np.arange(conv.weight.shape[1], dtype=np.int32)[:, None, None]
    # axes: row and column of the cell; channel, row and column of the tap
    columns = (channels * height + down[:, None, None, :, None]) * width
    columns = columns + across[None, :, None, None, :]
    inside = ((down >= 0) & (down < height))[:, None, None, :, None] & (
        (across >= 0) & (across < width)
    )[None, :, None, None, :]
    inside = np.broadcast_to(inside, columns.shape)
    taps = np.arange(conv.weight[0].size, dtype=np.int32).reshape(conv.weight.shape[1:])
    return WeightMatrix(
        conv,
        (conv.channels_in, height, width),
        (conv.channels_out, *size),
        columns[inside],
        np.broadcast_to(taps, columns.shape)[inside],
        inside.sum(axis=(2, 3, 4)).ravel(),
    )


def _lines(window: Window, places: int) -> NDArray[np.int32]:
    """Give the lines of the picture that each place reads, (places, taps)."""
    return np.array([window.taps(place) for place in range(places)], np.int32)
