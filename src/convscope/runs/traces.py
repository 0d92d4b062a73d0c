"""One number of a network taken apart: what a trace leaves behind for tables and figures."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TracedMap:
    """A map on the way, with the cells that the traced number depends on.

    Attributes:
        name: "input" for the picture, else the layer whose output it is.
        kind: type of the layer, "" for the picture.
        channel: which is shown; None where the picture is shown in colour.
        channels: how many there are.
        pixels: (rows, columns), or (rows, columns, 3) with 0..1 for a picture in colour.
        cells: the cells of any channel that matter, (rows, columns).
        status: "exact", or "at least" where an operation without a rule lies between.
        because: what is not known, where the status is "at least".
    """

    name: str
    kind: str
    channel: int | None
    channels: int
    pixels: Numbers
    cells: NDArray[np.bool_]
    status: str = "exact"
    because: str = ""

    @property
    def box(self) -> tuple[int, int, int, int] | None:
        """First and last row, first and last column, all included; None where nothing matters."""
        rows, columns = np.nonzero(self.cells)
        if not len(rows):
            return None
        return int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())


@dataclass(frozen=True, slots=True, eq=False)
class TracedPatch:
    """Numbers, the weights on them, and their products, as they lie on one channel of a map.

    Attributes:
        source: the map they come from, named as `TracedMap.name`.
        channel: of it; None where the terms are from anywhere, the strongest first.
        rows: of the map, a number a row of the patch; outside of the map it is padding.
        columns: of the map, likewise.
        numbers: (rows, columns); NaN in the padding.
        weights: likewise.
        pixels: the picture's own values 0..255 at these places, where `source` is the picture.
        places: where each term comes from, if they do not lie in a block.
    """

    source: str
    channel: int | None
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    numbers: Numbers
    weights: Numbers
    pixels: Numbers | None = None
    places: tuple[tuple[int, ...], ...] = ()

    @property
    def products(self) -> Numbers:
        """Numbers times weights."""
        return self.numbers * self.weights

    @property
    def total(self) -> float:
        """Sum of the products."""
        return float(np.nansum(self.products))


@dataclass(frozen=True, slots=True, eq=False)
class TracedStep:
    """How one number comes about; the meaning is that of `convscope.probe.Step`.

    Attributes:
        layer: path of the module, "" for the network's own code.
        type: of the module.
        kind: how the terms give the number, such as "sum".
        operation: that was executed.
        cell: place of the number in its tensor: (item, channel, row, column) for maps.
        value: the number.
        computed: what the terms give.
        bias: what is added to the products.
        terms: how many there are, padding left out.
        patches: where they lie, the channel with the largest sum first; not necessarily all.
        hidden: how many channels or terms are not among the patches.
        hidden_total: sum of their products.
        facts: further numbers, by name.
        note: what else has to be said.
    """

    layer: str
    type: str
    kind: str
    operation: str
    cell: tuple[int, ...]
    value: float
    computed: float
    bias: float
    terms: int
    patches: tuple[TracedPatch, ...]
    hidden: int
    hidden_total: float
    facts: Mapping[str, float]
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class TraceRecord:
    """One number of a network, and where it comes from.

    Attributes:
        layer: path of the layer whose output it is.
        number: of that layer among those with parameters, None if it has none.
        type: of the layer.
        channel: of the layer's output.
        cell: row and column.
        is_strongest: whether the channel was chosen because it is the largest at this cell.
        value: the number.
        maps: the picture first, the layer's own map last.
        steps: the traced number first; each next one is the strongest term of the one before.
    """

    layer: str
    number: int | None
    type: str
    channel: int
    cell: tuple[int, ...]
    is_strongest: bool
    value: float
    maps: tuple[TracedMap, ...]
    steps: tuple[TracedStep, ...]
