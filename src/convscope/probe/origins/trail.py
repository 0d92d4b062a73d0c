"""A number of a network, taken apart step by step."""

from collections import deque
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from convscope.probe.origins.answers import Rule
from convscope.probe.origins.cellwise import CELLWISE
from convscope.probe.origins.lineage import Region, behind
from convscope.probe.origins.normalisations import NORMALISATIONS
from convscope.probe.origins.scene import Asked, Scene
from convscope.probe.origins.steps import Cell, Spot, Step
from convscope.probe.origins.sums import SUMS
from convscope.probe.record import ModuleCall, Recording

RULES: dict[str, Rule] = {**CELLWISE, **NORMALISATIONS, **SUMS}


class Trace:
    """A number of a network, and where it comes from. Made by `trace`.

    Attributes:
        recording: the pass, with all its numbers.
        call: of the layer.
        cell: place in the layer's map.
        channel: of the layer.
        is_strongest: whether the channel was chosen because it is the largest at this cell.
        depth: how many layers' sums `steps` opens, one behind the other; None for all.
    """

    def __init__(
        self, recording: Recording, call: ModuleCall, spot: Spot, depth: int | None
    ) -> None:
        self.recording, self.call, self.spot, self.depth = recording, call, spot, depth
        self.scene = Scene(recording)
        self.is_strongest = False
        self._known: dict[Spot, Step] = {}

    @property
    def cell(self) -> Cell:
        """Place in the layer's map."""
        return self.spot.cell[2:]

    @property
    def channel(self) -> int:
        """Channel of the layer."""
        return self.spot.cell[1]

    @property
    def value(self) -> float:
        """The number, as the network computed it."""
        return self.at(self.spot).value

    @property
    def step(self) -> Step:
        """What the number is made of: the layer's patch times its kernel plus its bias."""
        return next((one for _, one in self.steps() if one.opens), self.at(self.spot))

    @cached_property
    def regions(self) -> dict[int, Region]:
        """All numbers that this one depends on, by value; see `Region`."""
        mask = np.zeros(self.scene.shape(self.spot.value), np.bool_)
        mask[self.spot.cell] = True
        return behind(self.scene, {self.spot.value: mask})

    def at(self, spot: Spot) -> Step:
        """Say what any number of the pass is made of.

        Args:
            spot: of which tensor, and where.

        Returns:
            One step back.
        """
        if spot not in self._known:
            self._known[spot] = _step(self.scene, spot)
        return self._known[spot]

    def steps(self) -> Iterator[tuple[int, Step]]:
        """Go back, each number once, the nearer ones first, until `depth` sums are opened.

        Yields:
            How many sums lie between it and the traced number, and the step. Inputs and weights
            are not given: they are the numbers of the last terms.
        """
        waiting, seen = deque([(0, self.spot)]), {self.spot}
        while waiting:
            level, spot = waiting.popleft()
            step = self.at(spot)
            if step.kind == "given":
                continue
            yield level, step
            if step.opens and self.depth is not None and level + 1 >= self.depth:
                continue
            fresh = [one for one in step.inputs() if one not in seen]
            seen.update(fresh)
            if step.opens:
                waiting.extend((level + 1, one) for one in fresh)
            else:  # no layer's sum: the numbers behind it are as near
                waiting.extendleft((level, one) for one in reversed(fresh))

    def path(self) -> Iterator[Step]:
        """Follow at each step the term that counts most, until `depth` sums are opened.

        Yields:
            The steps, from the traced number on; the last may be "given" or "opaque".
        """
        spot, opened = self.spot, 0
        while spot is not None:
            step = self.at(spot)
            yield step
            opened += step.opens
            if step.opens and self.depth is not None and opened >= self.depth:
                return
            spot = step.strongest()


def _step(scene: Scene, spot: Spot) -> Step:
    recording = scene.recording
    value = recording.values[spot.value]
    flat = int(np.ravel_multi_index(spot.cell, value.shape)) if spot.cell else 0
    number = float(scene.flat(spot.value)[flat])
    operation = recording.producer(spot.value)
    if operation is None or spot.value not in scene.moving:
        origin = f"{value.origin} {value.name}".strip()
        kind = "opaque" if value.origin == "unseen" else "given"
        name = origin if operation is None else f"{operation.name} of weights and constants"
        return Step(spot, number, kind, name, computed=number)
    owner, rule = recording.owner(operation), RULES.get(operation.name)
    try:
        asked = Asked(scene, operation, value.slot, spot.cell)
        answer = rule(asked) if rule is not None else None
    except NotImplementedError:  # it has no form that can be executed again
        answer = None
    if answer is None:
        note = f"there is no rule for {operation.name}; it reads {len(operation.inputs)} tensors"
        return Step(spot, number, "opaque", operation.name, owner, note=note)
    return Step(
        *(spot, number, answer.kind, operation.name, owner, answer.parts, answer.bias),
        *(answer.result, answer.facts, answer.note),
    )
