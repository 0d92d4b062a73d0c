"""What was said of a whole set of pictures, and the pictures themselves when they are asked for."""

import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from convscope.errors import DataError, account
from convscope.runs import PredictionTable, RunFolder, read_shown
from convscope.train import Learner, viewable

Pictures = Callable[[Sequence[int]], list[NDArray[np.float32] | None]]
"""Gives pictures (channels, height, width) 0..1 by their rows; None for one that is not kept."""


def predictions_of(
    learn: Learner, ds_idx: int | None, shares: Tensor, truths: Tensor
) -> PredictionTable:
    """Put a Learner's predictions into a table.

    Args:
        learn: whose classes and files they are.
        ds_idx: 1 for the validation set, 0 for the training set, None for other batches.
        shares: (pictures, classes), 0..1.
        truths: the class of each picture.

    Returns:
        A row a picture; where there are no files, they are called by their number.

    Raises:
        DataError: the labels are not one class for each picture.
    """
    if truths.dim() != 1:
        _refuse_labels(truths)
    dls: Any = learn.dls
    vocab = getattr(dls, "vocab", None) or [f"{index}" for index in range(shares.shape[1])]
    of_set = {0: "train_files", 1: "valid_files"}.get(-1 if ds_idx is None else ds_idx, "")
    files = [f"{file}" for file in getattr(dls, of_set, ())] if of_set else []
    if len(files) != len(truths):
        files = [f"{row}" for row in range(len(truths))]
    best = shares.max(dim=1)
    own = shares.gather(1, truths[:, None])[:, 0].double()
    losses = -own.clamp_min(torch.finfo(torch.float32).tiny).log()
    return PredictionTable(
        tuple(map(str, vocab)),
        tuple(files),
        truths.numpy().astype(np.int64),
        best.indices.numpy().astype(np.int64),
        best.values.double().numpy(),
        own.numpy(),
        losses.numpy(),
    )


def pictures_of_batches(
    learn: Learner, batches: Iterable[tuple[Tensor, Tensor]], rows: Sequence[int]
) -> list[NDArray[np.float32] | None]:
    """Go through batches once more for the pictures of some rows.

    Returns:
        (channels, height, width) 0..1 for each; None for one that is no longer there.
    """
    wanted, found, start = set(rows), dict[int, NDArray[np.float32]](), 0
    for images, _ in batches:
        inside = [row for row in range(start, start + len(images)) if row in wanted]
        if inside:
            some = viewable(learn.dls, images[[row - start for row in inside]])
            found.update(zip(inside, some, strict=True))
        start += len(images)
    return [found.get(row) for row in rows]


def pictures_of_run(run: RunFolder, rows: Sequence[int]) -> list[NDArray[np.float32] | None]:
    """Read the small pictures that a run kept, of its mistakes before others.

    Returns:
        (channels, height, width) 0..1 for each; None for one that was not kept.

    Raises:
        RunError: the run has kept none.
    """
    contents = read_shown(run.shown)
    kept = {Path(name).stem: name for name in contents if name.startswith("pictures/")}
    found: list[NDArray[np.float32] | None] = []
    for row in rows:
        name = kept.get(f"{row}")
        if name is None:
            found.append(None)
            continue
        pixels = np.asarray(Image.open(io.BytesIO(contents[name])), np.float32) / np.float32(255)
        found.append(pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1))
    return found


def _refuse_labels(truths: Tensor) -> NoReturn:
    raise DataError(
        account(
            "these labels cannot be interpreted",
            facts={"labels": tuple(truths.shape)},
            because="each picture needs one class; mixed pictures have shares of several",
            fix="the validation set, or ds_idx=0 of a set that can be read in order",
        )
    )
