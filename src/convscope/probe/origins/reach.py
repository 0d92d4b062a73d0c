"""Which numbers an operation reads for which: sets of cells, backwards and forwards.

Where one number may depend on another is a matter of the operation, not of today's weights: weights
and numbers are replaced by others of which none is 0, and the operation's own derivative then says
what depends on what. Maxima, whose derivative names only the winner, and what moves numbers about
are counted.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from convscope.probe.origins.cellwise import (
    ADAPTIVE,
    EXTREMES,
    FUNCTIONS,
    WINDOWS,
    reduced_axes,
    windows,
)
from convscope.probe.origins.normalisations import BATCH_NORMS, NORMALISATIONS
from convscope.probe.origins.replay import pushed, replayed
from convscope.probe.origins.scene import MOVES, Asked, Scene
from convscope.probe.origins.sums import SUMS
from convscope.probe.record import Operation

Mask = NDArray[np.bool_]
Masks: TypeAlias = dict[int, Mask]
_Function: TypeAlias = Callable[..., Tensor]

_SPREAD = FUNCTIONS | {"add", "sub", "rsub", "mul", "div", "neg"}
_SMOOTH = frozenset((*SUMS, *NORMALISATIONS, "glu"))


def read_by(scene: Scene, operation: Operation, masks: Masks) -> Masks | None:
    """Find what some numbers of an operation's outputs depend on.

    Args:
        scene: the pass.
        operation: one of its operations.
        masks: which numbers, by value.

    Returns:
        Which numbers of its inputs, by value; None where there is no rule.
    """
    found: Masks = {}
    for slot, value in enumerate(operation.outputs):
        if value in masks and masks[value].any():
            back = _back(scene, operation, slot, masks[value])
            if back is None:
                return None
            for source, mask in back.items():
                found[source] = found[source] | mask if source in found else mask
    return {value: mask for value, mask in found.items() if value in scene.moving}


def reached_by(scene: Scene, operation: Operation, masks: Masks) -> Masks | None:
    """Find which numbers of an operation's outputs depend on some numbers of its inputs.

    Args:
        scene: the pass.
        operation: one of its operations.
        masks: which numbers, by value.

    Returns:
        Which numbers of its outputs, by value; None where there is no rule.
    """
    given = {one: masks[one] for one in operation.inputs if one in masks}
    found: Masks = {}
    for slot, value in enumerate(operation.outputs):
        if scene.is_float(value) and (slot == 0 or operation.name in MOVES):  # else statistics
            mask = _forth(scene, operation, slot, given)
            if mask is None:
                return None
            found[value] = mask
    return found


def _family(scene: Scene, operation: Operation) -> str:
    """Say how an operation's numbers depend on each other: the same way as those of its family."""
    name, arguments = operation.name, operation.arguments
    if name in MOVES:
        moving = [one for one in operation.inputs if one in scene.moving]
        chosen_by_data = not all(map(scene.is_float, moving))
        return "" if chosen_by_data or arguments.get("accumulate") is True else "moves"
    own = arguments.get("training") is True or arguments.get("running_mean") is None
    if name in _SPREAD or (name in BATCH_NORMS and not own):
        return "spread"
    families = {"windows": {*WINDOWS, *ADAPTIVE}, "extremes": EXTREMES, "smooth": _SMOOTH}
    return next((family for family, names in families.items() if name in names), "")


def _back(scene: Scene, operation: Operation, slot: int, mask: Mask) -> Masks | None:
    family = _family(scene, operation)
    if family == "moves":
        codes = scene.origin(operation, slot)[mask]
        return {
            value: _marked(scene.shape(value), places[places >= 0])
            for value, places in scene.moved(operation, codes)
        }
    if family == "spread":
        return {value: _gathered(mask, scene.shape(value)) for value in _leading(scene, operation)}
    if family == "smooth":
        return _derived_back(scene, operation, slot, mask)
    x, shape = operation.inputs[0], scene.shape(operation.inputs[0])
    if family == "windows":
        return {x: _through(scene, operation, mask, backwards=True)}
    return {x: _unreduced(operation, mask, shape)} if family else None


def _forth(scene: Scene, operation: Operation, slot: int, masks: Masks) -> Mask | None:
    family, shape = _family(scene, operation), scene.shape(operation.outputs[slot])
    if family in {"moves", "spread"}:
        found = np.zeros(shape, np.bool_)
        for one in _met(scene, operation, slot, masks, family):
            found |= one
        return found
    if family == "smooth":
        return _derived_forth(scene, operation, slot, masks)
    mask = masks.get(operation.inputs[0])
    if not family or mask is None:
        return None
    if family == "windows":
        return _through(scene, operation, mask, backwards=False)
    return np.asarray(mask.any(axis=tuple(reduced_axes(operation, mask.ndim)))).reshape(shape)


def _met(
    scene: Scene, operation: Operation, slot: int, masks: Masks, family: str
) -> Iterator[Mask]:
    """Lay masks of inputs where the output's numbers come from.

    Yields:
        One mask an input.
    """
    shape = scene.shape(operation.outputs[slot])
    if family == "spread":
        for value in _leading(scene, operation):
            if value in masks:
                yield np.broadcast_to(masks[value], shape)
        return
    for value, places in scene.moved(operation, scene.origin(operation, slot)):
        if value in masks:
            yield (places >= 0) & masks[value].ravel()[places]


def _leading(scene: Scene, operation: Operation) -> list[int]:
    """List what meets the output place by place: of a BatchNorm only its input."""
    values = [operation.inputs[0]] if operation.name in BATCH_NORMS else operation.inputs
    return [one for one in dict.fromkeys(values) if scene.is_float(one)]


def _gathered(mask: Mask, shape: tuple[int, ...]) -> Mask:
    """Undo the spreading of a shape over a larger one."""
    while mask.ndim > len(shape):
        mask = np.asarray(mask.any(axis=0))
    short = tuple(axis for axis, side in enumerate(shape) if side == 1 < mask.shape[axis])
    return np.asarray(mask.any(axis=short, keepdims=True)) if short else mask


def _unreduced(operation: Operation, mask: Mask, shape: tuple[int, ...]) -> Mask:
    axes = reduced_axes(operation, len(shape))
    kept = mask.reshape([1 if axis in axes else side for axis, side in enumerate(shape)])
    return np.broadcast_to(kept, shape)


def _marked(shape: tuple[int, ...], places: NDArray[np.int64]) -> Mask:
    found = np.zeros(int(np.prod(shape)), np.bool_)
    found[places] = True
    return found.reshape(shape)


def _through(scene: Scene, operation: Operation, mask: Mask, *, backwards: bool) -> Mask:
    """Follow a pooling window, axis by axis."""
    count = WINDOWS.get(operation.name) or ADAPTIVE[operation.name]
    inside, outside = (
        scene.shape(one)[-count:] for one in (operation.inputs[0], operation.outputs[0])
    )
    for axis in range(count):
        asked = Asked(scene, operation, 0, ())
        held = np.zeros((outside[axis], inside[axis]), np.float32)
        for place in range(outside[axis]):
            at = tuple(place if one == axis else 0 for one in range(count))
            taps = windows(asked, at)[axis]
            held[place, taps[taps >= 0]] = 1
        where = mask.ndim - count + axis
        side = held if backwards else held.T
        mask = np.moveaxis(np.tensordot(mask.astype(np.float32), side, (where, 0)), -1, where) > 0
    return mask


def _derived_back(scene: Scene, operation: Operation, slot: int, mask: Mask) -> Masks | None:
    moving, given, run = _anew(scene, operation, slot)
    with torch.enable_grad():
        asking = [one.requires_grad_() for one in given]
        made = run(*asking)
        upstream = torch.from_numpy(mask) * (_dice_like(made) + 0.5)
        found = torch.autograd.grad(made, asking, upstream, allow_unused=True)
    pairs = zip(moving, found, strict=True)
    return {value: (one != 0).numpy() for value, one in pairs if one is not None}  # pyright: ignore[reportUnnecessaryComparison] - it may be


def _derived_forth(scene: Scene, operation: Operation, slot: int, masks: Masks) -> Mask | None:
    moving, given, run = _anew(scene, operation, slot)
    tangents = tuple(
        torch.from_numpy(masks[value]) * (_dice_like(one) + 0.5)
        if value in masks
        else torch.zeros_like(one)
        for value, one in zip(moving, given, strict=True)
    )
    found = pushed(run, given, tangents)
    return None if found is None else (found != 0).numpy()


def _anew(
    scene: Scene, operation: Operation, slot: int
) -> tuple[list[int], list[Tensor], _Function]:
    """Prepare an operation on other numbers, above 0."""
    values = list(dict.fromkeys(one for one in operation.inputs if scene.is_float(one)))
    given = {one: _dice(scene.shape(one), one) + 0.5 for one in values}
    moving = [one for one in values if one in scene.moving]
    return moving, [given[one] for one in moving], partial(_run, scene, operation, slot, given)


def _run(
    scene: Scene, operation: Operation, slot: int, given: dict[int, Tensor], *asking: Tensor
) -> Tensor:
    moving = [one for one in given if one in scene.moving]
    return replayed(
        scene.recording, operation, {**given, **dict(zip(moving, asking, strict=True))}
    )[slot]


def _dice(shape: tuple[int, ...], seed: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _dice_like(tensor: Tensor) -> Tensor:
    return _dice(tuple(tensor.shape), tensor.numel())
