"""How much the numbers of a pass change with some of its numbers: derivatives, forwards."""

from functools import partial

import torch
from torch import Tensor

from convscope.probe.origins.normalisations import BATCH_NORMS
from convscope.probe.origins.replay import ATTENTION, numbers_of, pushed, replayed
from convscope.probe.origins.scene import FIXED, MOVES, Scene
from convscope.probe.origins.steps import Floats
from convscope.probe.origins.sums import SUMS
from convscope.probe.record import Operation

_ALWAYS = MOVES | {"add", "sub", "rsub", "neg"}
_IN_ONE = (frozenset(SUMS) - set(ATTENTION)) | {"mul"}


def gains(scene: Scene, start: dict[int, Tensor]) -> tuple[dict[int, Floats], set[int]]:
    """Follow a small change of some numbers through the pass.

    Args:
        scene: the pass.
        start: the change of some values, by index, in their shape.

    Returns:
        How much every number changes, by value, in the first order; and the values for which that
        is exact however large the change, because everything on the way is linear. A value behind
        an operation that PyTorch cannot derive forwards is missing.
    """
    changes, straight = dict(start), set(start)
    for operation in scene.recording.operations:
        found = _changed(scene, operation, changes)
        changes |= {one: made for one, made in found.items() if one not in start}
        moved = [one for one in operation.inputs if one in changes]
        if moved and straight.issuperset(moved) and _is_linear(scene, operation):
            straight.update(operation.outputs)
    return {value: change.cpu().numpy() for value, change in changes.items()}, straight


def _changed(scene: Scene, operation: Operation, changes: dict[int, Tensor]) -> dict[int, Tensor]:
    values = list(dict.fromkeys(operation.inputs))
    moving = [one for one in values if one in scene.moving and scene.is_float(one)]
    known = [one for one in moving if one in changes]
    if not known or operation.name in FIXED:
        return {}
    data = tuple(numbers_of(scene.recording, one) for one in moving)
    tangents = tuple(
        changes[one] if one in changes else torch.zeros_like(same)
        for one, same in zip(moving, data, strict=True)
    )
    whole = operation.name in MOVES  # else only the first output is a map
    slots = [
        at for at, one in enumerate(operation.outputs) if scene.is_float(one) and (whole or not at)
    ]
    made = {
        operation.outputs[slot]: pushed(
            partial(_run, scene, operation, slot, moving), data, tangents
        )
        for slot in slots
    }
    return {value: change for value, change in made.items() if change is not None}


def _run(scene: Scene, operation: Operation, slot: int, moving: list[int], *data: Tensor) -> Tensor:
    return replayed(scene.recording, operation, dict(zip(moving, data, strict=True)))[slot]


def _is_linear(scene: Scene, operation: Operation) -> bool:
    moving = {one for one in operation.inputs if one in scene.moving}
    if not all(map(scene.is_float, moving)):
        return False
    if operation.name in BATCH_NORMS:
        arguments = operation.arguments
        return arguments.get("training") is not True and len(moving) == 1
    if operation.name == "div":
        return operation.inputs[0] in moving and len(moving) == 1 == operation.inputs.count(
            operation.inputs[0]
        )
    if operation.name in _IN_ONE:
        return len(moving) == 1 == sum(one in moving for one in operation.inputs)
    return operation.name in _ALWAYS
