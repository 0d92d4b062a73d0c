"""Count what a tensor holds: every value, once.

Two roads to the same numbers: the library that building.py compiles when the package is installed
(0.7 ns a value), and torch operations (20 ns), which also count on a GPU and other types. The
histograms and counts of both are equal; mean and squares differ by rounding.
"""

import ctypes
import logging
import os
import sys
from functools import cache
from math import inf

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from convscope.instruments.building import LIBRARY, source_number
from convscope.instruments.firing import Firing
from convscope.runs import Tally, packed, value_order

NEAR_ZERO = 0.05
_LONGEST = 880  # bytes of a packed histogram
_CHUNK = 1 << 20  # values at a time, so that the memory for a hundred million stays small
_EXACT_IN_FLOAT32 = {
    torch.float32,
    torch.float16,
    torch.bfloat16,
    torch.uint8,
    torch.int8,
    torch.int16,
    torch.bool,
}

_NO_MOMENTS, _NO_COUNTS = (0.0, 0.0, inf, -inf), (0,) * 6

_PROCESS = os.getpid()  # a child that it forks has none of torch's threads, and would wait for them

_log = logging.getLogger("convscope")


class _Sums(ctypes.Structure):
    """The `Tally` of counting.c: mean, m2, low, high; amount, nans, infs, near, zeros, blocked."""

    _fields_ = (("moments", ctypes.c_double * 4), ("counts", ctypes.c_int64 * 6))


class Counter:
    """Add up tensors, then take the tally.

    Args:
        with_hist: also the histogram.

    Example:
        >>> counter = Counter()
        >>> counter.add(torch.tensor([-1.0, 0.0, 0.01, 3.0]))
        >>> tally = counter.taken()
        >>> tally.amount, tally.near, tally.zeros, tally.blocked, tally.low, tally.high
        (4, 2, 1, 2, -1.0, 3.0)
    """

    def __init__(self, *, with_hist: bool = True) -> None:
        self._with_hist = with_hist
        self._histogram = np.zeros(4096, np.int64)
        self._packed = ctypes.create_string_buffer(_LONGEST + 20)
        self._shift = (ctypes.c_int32 * 1)()
        self._sums = _Sums(_NO_MOMENTS, _NO_COUNTS)
        # addresses: asking for them at each call costs more than the call
        self._to, self._where = ctypes.addressof(self._sums), self._histogram.ctypes.data

    def add(self, tensor: Tensor, firing: Firing | None = None) -> None:
        """Count every value of a tensor; of complex numbers both parts.

        Args:
            tensor: strided, of any shape, type and device; it is not changed.
            firing: also gets how often the tensor's channels fire; they must be as many.
        """
        values = tensor.detach()
        if values.is_complex():
            values = torch.view_as_real(values.resolve_conj())
        to, where = self._to, self._where
        if not (is_quick(values) and count_quickly(values, to, where, firing)):
            self._add_slowly(values)
            if firing is not None:
                firing.add_slowly(values)

    def taken(self) -> Tally:
        """Give what was counted, and begin anew.

        Returns:
            The tally.
        """
        shift, content = self._taken_histogram()
        counts, moments = self._sums.counts[:], self._sums.moments[:]
        self._sums.counts[:], self._sums.moments[:] = _NO_COUNTS, _NO_MOMENTS
        kept = content if self._with_hist else None
        return Tally._make((*counts, *moments, shift, kept))

    def pour_into(self, other: "Counter") -> None:
        """Add what was counted to another counter, and begin anew."""
        other._merge([*self._sums.counts, *self._sums.moments], self._histogram)  # noqa: SLF001 - its own kind
        self._sums.counts[:], self._sums.moments[:] = _NO_COUNTS, _NO_MOMENTS
        self._histogram.fill(0)

    def _taken_histogram(self) -> tuple[int, bytes]:
        library = counting_library()
        if library is None:
            taken = packed(value_order(self._histogram))
            self._histogram.fill(0)
            return taken
        length = library.convscope_take(self._where, self._packed, _LONGEST, self._shift)
        return self._shift[0], ctypes.string_at(self._packed, length)

    def _add_slowly(self, values: Tensor) -> None:
        for chunk in values.reshape(-1).split(_CHUNK):
            if chunk.numel():
                self._merge(*counted(chunk))

    def _merge(self, numbers: list[float], histogram: NDArray[np.int64]) -> None:
        *more, mean, m2, low, high = numbers
        counts, moments = self._sums.counts, self._sums.moments
        before, finite = counts[0] - counts[1] - counts[2], more[0] - more[1] - more[2]
        if finite:
            delta, total = mean - moments[0], before + finite
            moments[0] += delta * (finite / total)
            moments[1] += m2 + delta * delta * (before * finite / total)
            moments[2:] = min(moments[2], low), max(moments[3], high)
        counts[:] = [one + int(other) for one, other in zip(counts, more, strict=True)]
        self._histogram += histogram


def is_quick(values: Tensor) -> bool:
    """Say whether the library counts these.

    Returns:
        False where there is no library, or for another type or device.
    """
    quick = values.dtype in _EXACT_IN_FLOAT32 and values.is_cpu
    return quick and counting_library() is not None


def count_quickly(
    values: Tensor, tally: int | None, histogram: int | None, firing: Firing | None
) -> bool:
    """Count with the library.

    Args:
        values: for which `is_quick`.
        tally: address of a tally; None to count channels only.
        histogram: of its histogram, likewise.
        firing: gets what each channel does.

    Returns:
        False where there is no memory for it, and nothing was counted.
    """
    library = counting_library()
    values = _dense(values if values.dtype is torch.float32 else values.float())
    if library is None or library.convscope_count(
        values.data_ptr(),
        values.numel(),
        torch.get_num_threads(),
        torch_team() if os.getpid() == _PROCESS else None,
        tally,
        histogram,
        None if firing is None else firing.layout(values),
    ):
        return False
    if firing is not None:
        firing.saw(values)
    return True


def count_firing(values: Tensor, firing: Firing) -> None:
    """Count how often the channels of a tensor fire, and nothing else.

    Args:
        values: real, strided, of shape (pictures, channels, ...), not empty.
        firing: gets it.
    """
    values = values.detach()
    if not (is_quick(values) and count_quickly(values, None, None, firing)):
        firing.add_slowly(values)


def counted(values: Tensor) -> tuple[list[float], NDArray[np.int64]]:
    """Count with torch operations, wherever the tensor lies; the slow twin of counting.c.

    Args:
        values: real, of shape (n,), n at least 1.

    Returns:
        amount, nans, infs, near, zeros, blocked, mean, m2, low and high; and the histogram by the
        top twelve bits of a float32, of shape (4096,). A float64 beyond float32 falls into the bin
        at that end.
    """
    values = values if values.device.type in {"cpu", "cuda"} else values.cpu()
    doubles = values.double()
    near = doubles.abs().float() <= NEAR_ZERO  # in float32 on both roads
    is_finite = doubles.isfinite()
    finite = doubles[is_finite]
    counts = torch.stack(
        [
            doubles.isnan().sum(),
            doubles.isinf().sum(),
            near.sum(),
            (doubles == 0).sum(),
            (doubles <= 0).sum(),
        ]
    ).tolist()
    bins = torch.bincount(_bin(finite), minlength=4096).cpu().numpy()
    if not len(finite):
        return [float(values.numel()), *counts, 0.0, 0.0, inf, -inf], bins
    mean = finite.mean()
    m2 = (finite - mean).square().sum()
    moments = torch.stack([mean, m2, finite.min(), finite.max()]).tolist()
    return [float(values.numel()), *counts, *moments], bins


def _bin(finite: Tensor) -> Tensor:
    """Sign, exponent and three leading bits, as they stand in a float32."""
    bits = finite.view(torch.int64)
    exponent = ((bits >> 52) & 0x7FF) - (1023 - 127)
    normal = exponent * 8 + ((bits >> 49) & 7)
    tiny = (finite.abs() * 2.0**129).clamp(max=7).long()  # float32 has no exponent for these
    magnitude = torch.where(exponent > 0, normal, tiny).clamp(max=2039)
    return magnitude + 2048 * finite.signbit()


def _dense(values: Tensor) -> Tensor:
    """The same values without gaps between them; their order does not matter."""
    if values.is_contiguous():
        return values
    if values.dim() == 4 and values.is_contiguous(memory_format=torch.channels_last):
        return values
    return values.contiguous()


def countable(tensor: Tensor) -> bool:
    """Say whether a tensor holds values that can be counted.

    Returns:
        False for sparse, nested and quantised tensors and those without data.
    """
    strided = tensor.layout is torch.strided and not (tensor.is_quantized or tensor.is_nested)
    return strided and tensor.device.type != "meta"


@cache
def counting_library() -> ctypes.CDLL | None:
    """Load what building.py compiled.

    Returns:
        The library; None where it is missing, or of another version than the source beside it.
    """
    try:
        library = ctypes.CDLL(str(LIBRARY))
        library.convscope_source.restype = ctypes.c_uint32
        current = library.convscope_source() == source_number()
    except (OSError, AttributeError) as error:
        library, current, reason = None, False, str(error)
    else:
        reason = "it was compiled from another source"
    if library is None or not current:
        _log.info("counting with torch operations, some 20 times slower: %s", reason)
        return None
    pointer, size, number = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32
    library.convscope_count.argtypes = [pointer, size, number, *[pointer] * 4]
    library.convscope_take.argtypes = [pointer, pointer, number, pointer]
    return library


@cache
def torch_team() -> int | None:
    """Find what starts torch's own OpenMP threads.

    Returns:
        The address of `GOMP_parallel`; None where torch computes with another runtime.
    """
    if "OpenMP" not in torch.__config__.parallel_info() or not sys.platform.startswith("linux"):
        return None
    start = getattr(ctypes.CDLL(None), "GOMP_parallel", None)
    return None if start is None else ctypes.cast(start, ctypes.c_void_p).value
