"""Follow cells through a whole pass: back to the input, and forwards from it."""

from dataclasses import dataclass

import numpy as np

from convscope.probe.origins.reach import Mask, Masks, reached_by, read_by
from convscope.probe.origins.scene import Scene
from convscope.probe.origins.steps import Floats
from convscope.probe.record import Operation

UNSEEN = "some numbers were computed out of PyTorch's sight"


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Cells of one tensor.

    Attributes:
        value: index of the tensor among `Recording.values`.
        cells: which of them, in the shape of the tensor.
        status: "exact": these and no others, whatever the weights are; "at least": these and
            perhaps others.
        because: what is not known, where the status is "at least".
    """

    value: int
    cells: Mask
    status: str = "exact"
    because: str = ""

    @property
    def box(self) -> tuple[tuple[int, int], ...]:
        """First and last place on every axis behind item and channel; () where there is no cell."""
        around = self.cells.any(axis=tuple(range(min(2, self.cells.ndim))))
        if not around.any() or not around.ndim:
            return ()
        return tuple((int(axis.min()), int(axis.max())) for axis in np.nonzero(around))

    @property
    def has_holes(self) -> bool:
        """Whether some place of the box is not among them in any channel."""
        around = self.cells.any(axis=tuple(range(min(2, self.cells.ndim))))
        return int(around.sum()) < int(np.prod([b - a + 1 for a, b in self.box]))


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """What some numbers reach in one later layer.

    Attributes:
        layer: path of the layer.
        kind: its type.
        region: the numbers of its output that depend on them.
        gains: how much each number of its output grows when they grow by 1, in the first order, in
            the shape of the output; None where it is not known.
        is_linear: whether that holds for a growth of any size.
    """

    layer: str
    kind: str
    region: Region
    gains: Floats | None
    is_linear: bool


def behind(scene: Scene, start: Masks) -> dict[int, Region]:
    """Find every number that some numbers depend on.

    Args:
        scene: the pass.
        start: which numbers, by value.

    Returns:
        Regions by value; among them every input of the network, even where none of it matters.
    """
    masks, doubts = dict(start), dict[int, str]()
    for operation in reversed(scene.recording.operations):
        doubt = next((doubts[one] for one in operation.outputs if one in doubts), "")
        if any(one in masks for one in operation.outputs):
            found = read_by(scene, operation, masks)
            doubt = doubt or (f"there is no rule for {operation.name}" if found is None else "")
            for value, mask in (found or {}).items():
                masks[value] = masks[value] | mask if value in masks else mask
            if _reads_unseen(scene, operation):
                doubts |= dict.fromkeys(scene.recording.inputs, UNSEEN)
        if doubt:
            doubts |= {one: doubt for one in operation.inputs if one in scene.moving}
    for value in scene.recording.inputs:
        masks.setdefault(value, np.zeros(scene.shape(value), np.bool_))
    return _regions(scene, masks, doubts)


def ahead(scene: Scene, start: Masks) -> dict[int, Region]:
    """Find every number that depends on some numbers.

    Args:
        scene: the pass.
        start: which numbers, by value.

    Returns:
        Regions by value.
    """
    masks, doubts = dict(start), dict[int, str]()
    for operation in scene.recording.operations:
        doubt = next((doubts[one] for one in operation.inputs if one in doubts), "")
        doubt = doubt or (UNSEEN if _reads_unseen(scene, operation) else "")
        if any(one in masks for one in operation.inputs):
            found = reached_by(scene, operation, masks)
            doubt = doubt or (f"there is no rule for {operation.name}" if found is None else "")
            masks |= {value: mask for value, mask in (found or {}).items() if value not in start}
        if doubt:
            doubts |= dict.fromkeys(operation.outputs, doubt)
    return _regions(scene, masks, doubts)


def _reads_unseen(scene: Scene, operation: Operation) -> bool:
    return any(scene.recording.values[one].origin == "unseen" for one in operation.inputs)


def _regions(scene: Scene, masks: Masks, doubts: dict[int, str]) -> dict[int, Region]:
    found: dict[int, Region] = {}
    for value in sorted({*masks, *doubts}):
        cells = masks.get(value)
        if cells is None:
            cells = np.zeros(scene.shape(value), np.bool_)
        doubt = doubts.get(value, "")
        found[value] = Region(value, cells, "at least" if doubt else "exact", doubt)
    return found
