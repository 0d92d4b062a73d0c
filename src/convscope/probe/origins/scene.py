"""What the rules of a trace work on: one recorded pass, looked at from its numbers."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from convscope.probe.origins.replay import numbers_of, refs_in, replayed
from convscope.probe.origins.steps import Cell, Floats, Part, Whole
from convscope.probe.record import Operation, Recording, Ref

# fmt: off
MOVES = frozenset((
    "_reshape_alias", "_to_copy", "_unsafe_view", "alias", "cat", "channel_shuffle",
    "clone", "constant_pad_nd", "contiguous", "copy", "detach", "diagonal", "embedding",
    "expand", "flip", "gather", "im2col", "index", "index_put", "index_select",
    "lift_fresh", "masked_fill", "narrow", "native_channel_shuffle", "overwritten", "pad",
    "permute", "pixel_shuffle", "pixel_unshuffle", "reflection_pad1d", "reflection_pad2d",
    "reflection_pad3d", "repeat", "replication_pad1d", "replication_pad2d",
    "replication_pad3d", "reshape", "roll", "select", "slice", "slice_scatter", "split",
    "split_with_sizes", "squeeze", "stack", "t", "transpose", "tril", "triu", "unbind",
    "unfold", "unsqueeze", "upsample_nearest1d", "upsample_nearest2d",
    "upsample_nearest3d", "_upsample_nearest_exact1d", "_upsample_nearest_exact2d",
    "_upsample_nearest_exact3d", "view", "where",
))
# fmt: on
"""Operations whose every output number is one of their input numbers, or a fixed one."""

# fmt: off
FIXED = frozenset((
    "empty_like", "fill", "full_like", "new_empty", "new_full", "new_ones", "new_zeros",
    "ones_like", "zero", "zeros_like",
))
# fmt: on
"""Operations that give the same numbers whatever they are given."""


class Scene:
    """A recorded pass, looked at from its numbers."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._flat: dict[int, Floats] = {}
        self._codes: dict[int, list[Whole]] = {}

    @cached_property
    def moving(self) -> frozenset[int]:
        """The values that depend on the network's input."""
        found = set(self.recording.inputs)
        for operation in self.recording.operations:
            if operation.name not in FIXED and not found.isdisjoint(operation.inputs):
                found.update(operation.outputs)
        return frozenset(found)

    def shape(self, value: int) -> tuple[int, ...]:
        """Give the shape of a value."""
        return self.recording.values[value].shape

    def is_float(self, value: int) -> bool:
        """Tell whether a value holds floats."""
        return self.recording.values[value].dtype.is_floating_point

    def flat(self, value: int) -> Floats:
        """Give the numbers of a value in one row."""
        if value not in self._flat:
            self._flat[value] = numbers_of(self.recording, value).double().cpu().numpy().ravel()
        return self._flat[value]

    def grid(self, value: int) -> Whole:
        """Number the places of a value, in its shape."""
        shape = self.shape(value)
        return np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape)

    def part(self, value: int, cells: Whole, weights: Floats, weight: int = -1) -> Part:
        """Make terms of numbers of one value.

        Args:
            value: where they come from.
            cells: places, in any shape, which is the part's `grid`; -1 in the padding.
            weights: one for each.
            weight: the value that holds the weights, -1 where they are no numbers of a value.

        Returns:
            The terms; `weight_cells` are left to the caller.
        """
        flat = self.flat(value)
        row = cells.ravel()
        numbers = np.where(row < 0, 0.0, flat[row]) if len(flat) else np.zeros(len(row))
        shape = self.shape(weight) if weight >= 0 else ()
        return Part(
            *(value, self.shape(value), row, numbers, weights.ravel()),
            *(cells.shape, weight, shape),
        )

    def origin(self, operation: Operation, slot: int) -> Whole:
        """Say for every number that an operation moved where it came from.

        Returns:
            Codes in the shape of the output: 0 for a fixed number, else 1 + the place among all
            numbers of `sources` in a row.

        Raises:
            NotImplementedError: the operation cannot be executed again.
        """
        if operation.index not in self._codes:
            given, start = {}, 1
            for value in self.sources(operation):
                codes = torch.from_numpy(np.asarray(self.grid(value) + start))
                given[value] = codes.double()  # exact up to 2^53
                start += codes.numel()
            fixed = {name: 0 for name in ("value",) if _is_number(operation.arguments.get(name))}
            made = replayed(self.recording, operation, given, fixed)
            self._codes[operation.index] = [one.long().numpy() for one in made]
        return self._codes[operation.index][slot]

    def sources(self, operation: Operation) -> list[int]:
        """List the values whose numbers an operation moves: those of floats, each once."""
        found = [one for one in operation.inputs if self.is_float(one)]
        return list(dict.fromkeys(found))

    def moved(self, operation: Operation, codes: Whole) -> Iterator[tuple[int, Whole]]:
        """Split codes by the source they point into.

        Yields:
            Each source, with places in it, -1 where a code points elsewhere.
        """
        start = 1
        for value in self.sources(operation):
            size = int(np.prod(self.shape(value)))
            inside = (codes >= start) & (codes < start + size)
            yield value, np.where(inside, codes - start, -1)
            start += size


class Asked:
    """One number that is asked for: a cell of an operation's output."""

    def __init__(self, scene: Scene, operation: Operation, slot: int, cell: Cell) -> None:
        self.scene, self.operation, self.slot, self.cell = scene, operation, slot, cell
        self.shape = scene.shape(operation.outputs[slot])

    def ref(self, name: str) -> int:
        """Give the value that is the argument `name`, -1 where it is no tensor."""
        found = self.operation.arguments.get(name)
        return found.value if isinstance(found, Ref) else -1

    def number(self, name: str, default: float = 0.0) -> float:
        """Give the number that is the argument `name`."""
        found = self.operation.arguments.get(name)
        return float(found) if isinstance(found, int | float) else default

    def whole(self, name: str, count: int, default: int = 0) -> list[int]:
        """Give the whole numbers of an argument, one for each of `count` axes."""
        found = self.operation.arguments.get(name)
        several = found if isinstance(found, list | tuple) else [found] * count
        numbers = [one for one in several if isinstance(one, int)]
        return (numbers * count if len(numbers) == 1 else numbers) or [default] * count

    def refs(self) -> list[int]:
        """List the values among the arguments that depend on the input, each once."""
        found = [one for name in self.operation.arguments for one in self._refs(name)]
        return [one for one in dict.fromkeys(found) if one in self.scene.moving]

    def place(self, value: int) -> int:
        """Find which number of `value` meets this cell where shapes are spread over each other."""
        spread: NDArray[np.int64] = np.broadcast_to(self.scene.grid(value), self.shape)
        return int(spread[self.cell])

    def at(self, value: int) -> float:
        """Give the number of `value` that meets this cell."""
        return float(self.scene.flat(value)[self.place(value)])

    def _refs(self, name: str) -> list[int]:
        return refs_in(self.operation.arguments[name])


def _is_number(content: object) -> bool:
    return isinstance(content, int | float)
