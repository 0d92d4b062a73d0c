"""A histogram of floats that needs no range: by sign, exponent and three leading bits.

A bin is an eighth of an octave, so that every finite float32 falls into one of 4,080 and the
borders are exact. In *value order* bin 0 is the most negative, 2,048 begins at zero. On the disk a
histogram is a row of variable-length numbers (seven bits a byte, low bits first); a 0 is followed
by the number of empty bins. One that takes too much room has its neighbours added up, two by two,
until it fits: `shift` says how often.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

BINS = 4096
LONGEST = 880  # bytes: with its other columns a record stays within 1 KB
_HIGHEST_SHIFT = 6

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def value_order(by_bits: Counts) -> Counts:
    """Sort counts by the top twelve bits of a float32 into value order, NaN and Inf left out.

    Args:
        by_bits: of shape (4096,): sign bit, eight of exponent, three of fraction.

    Returns:
        Counts of shape (4096,), from the most negative values to the largest.
    """
    counts = np.concatenate([by_bits[:2047:-1], by_bits[:2048]])
    counts[:8] = counts[-8:] = 0
    return counts


def packed(counts: Counts) -> tuple[int, bytes]:
    r"""Write a histogram in at most 880 bytes, at the finest resolution that fits.

    Args:
        counts: in value order, of shape (4096,), at least 0.

    Returns:
        The shift (2 ** shift bins were added up to one), and the bytes.

    Example:
        >>> counts = np.zeros(BINS, np.int64)
        >>> counts[2048] = 300  # zeros
        >>> packed(counts)
        (0, b'\x00\x80\x10\xac\x02\x00\xff\x0f')
    """
    for shift in range(_HIGHEST_SHIFT):
        content = _encoded(counts.reshape(-1, 1 << shift).sum(axis=1))
        if len(content) <= LONGEST:
            return shift, content
    return _HIGHEST_SHIFT, _encoded(counts.reshape(-1, 1 << _HIGHEST_SHIFT).sum(axis=1))


def unpacked(contents: Sequence[bytes], shift: int) -> Counts:
    r"""Read histograms that were packed with one shift.

    Args:
        contents: what `packed` wrote.
        shift: of all of them.

    Returns:
        Counts in value order, of shape (len(contents), 4096 >> shift).

    Example:
        >>> unpacked([b"\x00\x80\x10\xac\x02\x00\xff\x0f"], 0)[0, 2048]
        np.int64(300)
    """
    data = np.frombuffer(b"".join(contents), np.uint8)
    ends = np.flatnonzero(data < 128)
    starts = np.concatenate([[0], ends[:-1] + 1])
    place = np.arange(len(data)) - np.repeat(starts, ends - starts + 1)
    tokens = np.add.reduceat((data & 127).astype(np.int64) << (7 * place), starts)
    is_zero = tokens == 0
    is_run = np.concatenate([[False], is_zero[:-1]])
    advance = np.where(is_run, tokens, ~is_zero)
    position = np.cumsum(advance) - advance
    counts = np.zeros(len(contents) * (BINS >> shift), np.int64)
    is_count = ~is_zero & ~is_run
    counts[position[is_count]] = tokens[is_count]
    return counts.reshape(len(contents), BINS >> shift)


@cache
def borders(shift: int) -> Floats:
    """Say where the bins begin and end.

    Returns:
        Borders of shape ((4096 >> shift) + 1,), not falling; 2 ** 128 beyond the largest float32.
    """
    steps = np.arange(0, 2049, 1 << shift, dtype=np.int64).clip(max=2040)
    upward = (steps << 20).astype(np.uint32).view(np.float32).astype(np.float64)
    upward[steps == 2040] = 2.0**128
    return np.concatenate([-upward[::-1], upward[1:]])


def shares_of_bins(shift: int, edges: Floats) -> Floats:
    """Say how much of each bin falls between other borders, as if it were spread evenly.

    Args:
        shift: of the histogram.
        edges: rising, of shape (n + 1,).

    Returns:
        Shares of shape (4096 >> shift, n + 2): below, the n bins, above. Each row adds up to 1.
    """
    ends = borders(shift)
    low, high = ends[:-1, None], ends[1:, None]
    width = np.maximum(high - low, np.finfo(float).tiny)  # those of NaN and Inf are empty
    below = (edges[None, :].clip(low, high) - low) / width
    return np.diff(np.concatenate([0 * low, below, 0 * low + 1], axis=1), axis=1)


def _encoded(counts: Counts) -> bytes:
    content, empty = bytearray(), 0
    for count in counts.tolist():
        if count == 0:
            empty += 1
            continue
        if empty:
            content += b"\0" + _number(empty)
            empty = 0
        content += _number(count)
    if empty:
        content += b"\0" + _number(empty)
    return bytes(content)


def _number(value: int) -> bytes:
    content = bytearray()
    while value > 127:
        content.append(value & 127 | 128)
        value >>= 7
    content.append(value)
    return bytes(content)
