"""One number of a network and what it is made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Kind: TypeAlias = Literal[
    "sum", "scaled", "moved", "winner", "added", "product", "function", "opaque", "given"
]
Cell: TypeAlias = tuple[int, ...]
Whole = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spot:
    """One number of one tensor.

    Attributes:
        value: index of the tensor among `Recording.values`.
        cell: where in the tensor, on all of its axes: (item, channel, row, column) for maps.
    """

    value: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class Term:
    """A number times a weight.

    Attributes:
        source: where the number stands; None in the padding.
        number: at the source; 0 in the padding.
        weight: what it is multiplied by.
        weight_source: where the weight stands, if it is a number of a tensor as well.
    """

    source: Spot | None
    number: float
    weight: float
    weight_source: Spot | None = None

    @property
    def product(self) -> float:
        """The number times its weight."""
        return self.number * self.weight


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Terms that come from one tensor, as arrays of one length.

    Attributes:
        value: index of the tensor among `Recording.values`.
        shape: of the tensor.
        cells: places in the flattened tensor; -1 in the padding.
        numbers: at these places; 0 in the padding.
        weights: what they are multiplied by.
        grid: how the terms lie: (channels, rows, columns) for the patch of a map.
        weight_value: index of the tensor that holds the weights, -1 for none.
        weight_shape: of that tensor.
        weight_cells: places of the weights in that tensor, flattened.
    """

    value: int
    shape: tuple[int, ...]
    cells: Whole
    numbers: Floats
    weights: Floats
    grid: tuple[int, ...] = ()
    weight_value: int = -1
    weight_shape: tuple[int, ...] = ()
    weight_cells: Whole = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def products(self) -> Floats:
        """Numbers times weights."""
        return self.numbers * self.weights

    def spot(self, place: int) -> Spot | None:
        """Find where the number of a term stands; None in the padding."""
        return _spot(self.value, self.shape, int(self.cells[place]))

    def weight_spot(self, place: int) -> Spot | None:
        """Find where the weight of a term stands; None where it is no number of a tensor."""
        if not len(self.weight_cells):
            return None
        return _spot(self.weight_value, self.weight_shape, int(self.weight_cells[place]))


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """How one number comes about.

    `value = sum of number * weight over all terms + bias` for every kind but "function" (there
    `value = function(numbers)`), "opaque" and "given" (there is nothing to show).

    Attributes:
        spot: whose number it is.
        value: as the network computed it.
        kind: "sum" of a layer's patch and kernel, "scaled" and shifted, "moved", the "winner" of a
            window (the others have the weight 0), "added", "product", a "function" of its numbers;
            "opaque": there is no rule for this operation, the chain ends here; "given": an input,
            a weight or a constant.
        operation: name of the operation, or what is given.
        layer: path of the module that executed it, "" for the model's own code.
        parts: the terms, by the tensor they come from.
        bias: what is added.
        computed: what the shown terms give, in float64; NaN for "opaque".
        facts: further numbers that matter, such as mean and deviation, by name.
        note: what else has to be said, or "".
    """

    spot: Spot
    value: float
    kind: Kind
    operation: str
    layer: str = ""
    parts: tuple[Part, ...] = ()
    bias: float = 0.0
    computed: float = float("nan")
    facts: Mapping[str, float] = field(default_factory=dict[str, float])
    note: str = ""

    @property
    def opens(self) -> bool:
        """Whether it is a layer's weighted sum, which `depth` counts."""
        return self.kind == "sum"

    @property
    def size(self) -> float:
        """Sum of the magnitudes of all terms and the bias: what rounding is measured against."""
        return abs(self.bias) + sum(float(np.abs(part.products).sum()) for part in self.parts)

    def terms(self) -> Iterator[Term]:
        """Give the terms one by one, padding included.

        Yields:
            Each number with its weight.
        """
        for part in self.parts:
            pairs = zip(part.numbers.tolist(), part.weights.tolist(), strict=True)
            for place, (number, weight) in enumerate(pairs):
                yield Term(part.spot(place), number, weight, part.weight_spot(place))

    def inputs(self) -> list[Spot]:
        """List the numbers that this one is made of, each once; of a window only the winner."""
        found: dict[Spot, None] = {}
        for part in self.parts:
            chosen = part.cells >= 0
            if self.kind == "winner":
                chosen &= part.weights != 0
            for place in np.flatnonzero(chosen):
                both = part.spot(int(place)), part.weight_spot(int(place))
                found |= dict.fromkeys(spot for spot in both if spot is not None)
        return list(found)

    def strongest(self) -> Spot | None:
        """Find the term that counts most: the largest magnitude of number times weight.

        Returns:
            Where its number stands; None where there is no term, or only padding.
        """
        best, found = -1.0, None
        for part in self.parts:
            sizes = np.where(part.cells < 0, -1.0, np.abs(part.products))
            if self.kind == "winner":
                sizes = np.where(part.weights == 0, -1.0, sizes)
            if len(sizes) and sizes.max() > best:
                best, found = float(sizes.max()), part.spot(int(sizes.argmax()))
        return found


def _spot(value: int, shape: tuple[int, ...], flat: int) -> Spot | None:
    if flat < 0:
        return None
    return Spot(value, tuple(int(one) for one in np.unravel_index(flat, shape)) if shape else ())
