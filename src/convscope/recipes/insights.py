"""Look into a few validation pictures, once, when training ends."""

from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from convscope.errors import ConvscopeError
from convscope.interpret import Cam, all_maps, grad_cam, occlusion
from convscope.recipes.preparing import Prepared
from convscope.runs import Insight, KeptMaps, PredictionTable, least_sure, mistaken
from convscope.tensors import Images

SIDE = 128  # px; larger pictures are made smaller
MOST_LAYERS, MOST_MAPS = 6, 12
MOST_MULTIPLY_ADDS = 200_000_000
"""Of a picture; covering its places in turn takes some hundred times as many."""


def insights(ready: Prepared, found: PredictionTable, multiply_adds: int) -> Iterator[Insight]:
    """Look into the pictures that `looked_into` chooses.

    Args:
        ready: pictures, and the network with its best weights.
        found: what it said of them.
        multiply_adds: for one picture.

    Yields:
        What it did with each; what cannot be asked is left out.
    """
    valid = ready.dls.valid
    for row in looked_into(found):
        images, _ = valid.batch(valid.indices[[row]])
        yield _insight(ready, images, found, row, is_cheap=multiply_adds <= MOST_MULTIPLY_ADDS)


def looked_into(found: PredictionTable) -> list[int]:
    """Choose pictures to look into: the two worst mistakes, the least sure, the surest right one.

    Returns:
        Their rows, each once.
    """
    right = np.flatnonzero(found.truths == found.predicted)
    surest = right[np.argsort(-found.probabilities[right], kind="stable")][:1]
    rows = [*mistaken(found)[:2], *least_sure(found)[:1], *surest]
    return list(dict.fromkeys(map(int, rows)))


def _insight(
    ready: Prepared, images: Images, found: PredictionTable, row: int, *, is_cheap: bool
) -> Insight:
    said, truth = int(found.predicted[row]), int(found.truths[row])
    cam = _cam(ready, images, said)
    of_truth = None if truth == said else _cam(ready, images, truth)
    covered = None
    if is_cheap:
        with suppress(ConvscopeError):
            covered = occlusion(ready.model, images, [said])
    largest = 0.0 if covered is None else float(covered.maps.abs().max())
    fall = None if covered is None else 127 * covered.maps / max(largest, 1e-12) + 128
    return Insight(
        row=row,
        picture=_levels(255 * ready.dls.prepare.scaling.undone(images).clamp(0, 1))[0],
        cam=None if cam is None else _levels(255 * cam.maps[:, None])[0, 0],
        cam_of_truth=None if of_truth is None else _levels(255 * of_truth.maps[:, None])[0, 0],
        cam_layer="" if cam is None else f"{cam.layer.path} {cam.layer.kind}",
        cam_cells=(0, 0) if cam is None else cam.layer.cells,
        fall=None if fall is None else _levels(fall[:, None])[0, 0],
        largest_fall=largest,
        window=0 if covered is None else covered.window,
        maps=tuple(_maps(ready, images)),
    )


def _cam(ready: Prepared, images: Images, asked: int) -> Cam | None:
    with suppress(ConvscopeError):  # a network without maps to ask
        return grad_cam(ready.model, images, [asked])
    return None


def _maps(ready: Prepared, images: Images) -> Iterator[KeptMaps]:
    """Give the most varied maps of a few convolutions, the first and the last among them."""
    layers = []
    with suppress(ConvscopeError):
        layers = [one for one in all_maps(ready.model, images) if one.maps[0].numel() > 1]
    places = np.linspace(0, len(layers) - 1, min(MOST_LAYERS, len(layers))).round().astype(int)
    for one in (layers[place] for place in places):
        low, high = float(one.maps.min()), float(one.maps.max())
        varied = one.maps.flatten(1).std(dim=1).argsort(descending=True, stable=True)
        shown = varied[:MOST_MAPS].tolist()
        scaled = 255 * (one.maps[shown] - low) / max(high - low, 1e-12)
        again = f"#{one.turn + 1}" if one.turn else ""
        levels = _levels(scaled[:, None])[:, 0]
        yield KeptMaps(one.path + again, len(one.maps), tuple(shown), levels, low, high)


def _levels(values: Tensor) -> NDArray[np.uint8]:
    """Round to bytes, no side longer than `SIDE`."""
    longest = max(values.shape[2:])
    if longest > SIDE:
        size = [max(1, round(side * SIDE / longest)) for side in values.shape[2:]]
        values = F.interpolate(values.float(), size, mode="bilinear", antialias=True)
    return values.detach().round().clamp(0, 255).to(torch.uint8).cpu().numpy()
