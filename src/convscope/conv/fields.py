"""Which cells depend on which: back to the picture, and forwards from it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from convscope.conv.sizes import Window, output_size
from convscope.errors import ShapeError, account

Layer: TypeAlias = Window | tuple[Window, Window]
"""One window for both axes, or one for the rows and one for the columns."""
Cell: TypeAlias = tuple[int, int]
"""Row and column, counted from 0."""
_Trace: TypeAlias = Callable[[int, list[int], Sequence[Window]], list[frozenset[int]]]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a map where one of `rows` meets one of `columns`; both are in order."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]

    @property
    def box(self) -> tuple[int, int, int, int] | None:
        """First and last row, first and last column, all included; None where there is no cell."""
        if not self:
            return None
        return self.rows[0], self.rows[-1], self.columns[0], self.columns[-1]

    @property
    def has_holes(self) -> bool:
        """Whether some cell within the box is not among these."""
        lines = (self.rows, self.columns) if self else ()
        return any(line[-1] - line[0] >= len(line) for line in lines)

    def __len__(self) -> int:
        return len(self.rows) * len(self.columns)


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """What one cell behind a chain of windows reads of an endless axis.

    Attributes:
        size: pixels from the first to the last that is read, both included.
        jump: pixels from one cell's field to the next cell's.
        centre: the middle of the first cell's field, in pixels; below 0 it lies in the padding.
        taps: pixels that the first cell reads; where dilation leaves some out, fewer than `size`.
        projected: the most cells that one pixel reaches.
    """

    size: int
    jump: int
    centre: float
    taps: tuple[int, ...]
    projected: int

    @property
    def has_holes(self) -> bool:
        """Whether pixels inside the field are not read."""
        return len(self.taps) < self.size

    def box(self, position: int) -> tuple[int, int]:
        """Give the first and the last pixel that the cell at `position` reads."""
        shift = position * self.jump
        return self.taps[0] + shift, self.taps[-1] + shift


def receptive_field(windows: Iterable[Window]) -> ReceptiveField:
    """Follow what one cell sees through a chain of windows.

    Args:
        windows: the chain on one axis, input side first.

    Returns:
        The field of the first cell, as if the axis had no end; `precedents` knows the ends.

    Example:
        >>> field = receptive_field([Window(3, stride=2, padding=1)] * 2)
        >>> field.size, field.jump, field.centre, field.taps
        (7, 4, 0.0, (-3, -2, -1, 0, 1, 2, 3))
        >>> receptive_field([Window(3, dilation=2)]).taps
        (0, 2, 4)

    Source:
        Araujo, Norris & Sim, "Computing receptive fields of convolutional neural networks",
        Distill (2019), for size, jump and centre.
    """
    taps, jump = {0}, 1
    for window in windows:
        taps = {tap + jump * step for tap in taps for step in window.taps(0)}
        jump *= window.stride
    first, last = min(taps), max(taps)
    reached = max(Counter(tap % jump for tap in taps).values())
    return ReceptiveField(last - first + 1, jump, (first + last) / 2, tuple(sorted(taps)), reached)


def precedents(position: int, length: int, windows: Sequence[Window]) -> frozenset[int]:
    """Trace an output cell back to the input cells that can change it.

    Args:
        position: index of the output cell.
        length: pixels of the input axis.
        windows: the stack, input side first.

    Returns:
        Indices into the input axis; padding cells are left out.

    Raises:
        ShapeError: some window does not fit, or there is no such cell.

    Example:
        >>> sorted(precedents(0, 8, [Window(3, padding=1), Window(3, stride=2)]))
        [0, 1, 2, 3]
    """
    return _backwards(position, _lengths(length, windows), windows)[0]


def dependents(position: int, length: int, windows: Sequence[Window]) -> frozenset[int]:
    """Trace an input cell forwards to the output cells that it can change.

    Args:
        position: index of the input cell.
        length: pixels of the input axis.
        windows: the stack, input side first.

    Returns:
        Indices into the output axis; none where the windows step over the cell.

    Raises:
        ShapeError: some window does not fit, or there is no such cell.

    Example:
        >>> sorted(dependents(3, 8, [Window(3, padding=1), Window(3, stride=2)]))
        [0, 1, 2]
    """
    return _forwards(position, _lengths(length, windows), windows)[-1]


def trace_back(cell: Cell, shape: tuple[int, int], layers: Sequence[Layer]) -> list[Cells]:
    """Trace a cell of the last map back through every layer to the picture.

    Args:
        cell: row and column in the last map.
        shape: height and width of the picture, in pixels.
        layers: the stack, the picture's side first.

    Returns:
        Its precedents in the picture, in the first map, ... and at last the cell itself.

    Raises:
        ShapeError: some window does not fit, or there is no such cell.

    Example:
        >>> found = trace_back((0, 3), (22, 22), [Window(3, stride=2)] * 2)
        >>> [cells.box for cells in found]
        [(0, 6, 12, 18), (0, 2, 6, 8), (0, 0, 3, 3)]
    """
    return _traced(_backwards, cell, shape, layers)


def trace_forward(cell: Cell, shape: tuple[int, int], layers: Sequence[Layer]) -> list[Cells]:
    """Trace a pixel forwards through every layer.

    Args:
        cell: row and column of the pixel.
        shape: height and width of the picture, in pixels.
        layers: the stack, the picture's side first.

    Returns:
        The pixel itself, its dependents in the first map, ... and in the last one; from where
        the windows step over it on, none.

    Raises:
        ShapeError: some window does not fit, or there is no such pixel.

    Example:
        >>> found = trace_forward((4, 12), (22, 22), [Window(3, stride=2)] * 2)
        >>> [len(cells) for cells in found]
        [1, 4, 4]
    """
    return _traced(_forwards, cell, shape, layers)


def _backwards(
    position: int, lengths: list[int], windows: Sequence[Window]
) -> list[frozenset[int]]:
    _check(position, lengths[-1])
    found = [frozenset({position})]
    for window, size in zip(reversed(windows), reversed(lengths[:-1]), strict=True):
        taps = {tap for cell in found[0] for tap in window.taps(cell) if 0 <= tap < size}
        found.insert(0, frozenset(taps))
    return found


def _forwards(position: int, lengths: list[int], windows: Sequence[Window]) -> list[frozenset[int]]:
    _check(position, lengths[0])
    found = [frozenset({position})]
    for window, places in zip(windows, lengths[1:], strict=True):
        found.append(
            frozenset(place for cell in found[-1] for place in _seen(cell, window, places))
        )
    return found


def _seen(cell: int, window: Window, places: int) -> Iterable[int]:
    """Give the places from which `window` reads `cell`."""
    for step in range(0, window.extent, window.dilation):
        place, rest = divmod(cell + window.padding - step, window.stride)
        if not rest and 0 <= place < places:
            yield place


def _traced(
    trace: _Trace, cell: Cell, shape: tuple[int, int], layers: Sequence[Layer]
) -> list[Cells]:
    pairs = [(layer, layer) if isinstance(layer, Window) else layer for layer in layers]
    rows, columns = ([pair[axis] for pair in pairs] for axis in (0, 1))
    down = trace(cell[0], _lengths(shape[0], rows), rows)
    across = trace(cell[1], _lengths(shape[1], columns), columns)
    return [Cells(tuple(sorted(a)), tuple(sorted(b))) for a, b in zip(down, across, strict=True)]


def _lengths(length: int, windows: Iterable[Window]) -> list[int]:
    lengths = [length]
    for window in windows:
        lengths.append(output_size(lengths[-1], window))
    return lengths


def _check(position: int, places: int) -> None:
    if not 0 <= position < places:
        message = account(
            "the cell lies outside the map",
            facts={"cell": position, "map": f"{places} cells along this axis"},
            because="cells are counted from 0",
            fix=f"0 to {places - 1}",
        )
        raise ShapeError(message)
