"""What a model says of pictures whose classes are known, a batch at a time."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from convscope.pictures import own_names
from convscope.runs import PredictionTable
from convscope.train import logits_of


@torch.no_grad()
def judged(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    classes: Sequence[str],
    files: Sequence[str],
) -> PredictionTable:
    """Classify pictures; of each only a few numbers stay in memory, however many classes there are.

    Args:
        model: in eval mode, on the device of the batches.
        batches: pictures as the model gets them, and their classes by number; at least one.
        classes: names, by number.
        files: names of the pictures, in the same order.

    Returns:
        A row a picture.
    """
    columns: list[list[NDArray[np.generic]]] = []
    for images, labels in batches:
        logs = logits_of(model(images)).float().log_softmax(dim=1)
        best, true = logs.max(dim=1), logs.gather(1, labels[:, None])[:, 0]
        parts = (labels, best.indices, best.values.exp(), true.exp(), -true)
        columns.append([part.cpu().numpy() for part in parts])
    truths, predicted, *shares = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    return PredictionTable(
        tuple(classes),
        tuple(files),
        truths.astype(np.int64),
        predicted.astype(np.int64),
        *(share.astype(np.float64) for share in shares),
    )


def names_within(root: Path, files: Sequence[Path]) -> list[str]:
    """Call pictures as their owner does, from the folder of the data on.

    Args:
        root: the folder, or what stands for one.
        files: its pictures.

    Returns:
        A name a picture.
    """
    top = root.parent if root.suffix == ".csv" else root  # a table's pictures lie beside it
    above = f"{top}{os.sep}"
    return [name.removeprefix(above) for name in own_names(root, files)]
