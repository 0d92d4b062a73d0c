"""A model's answers beside the pictures."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from convscope import figures
from convscope.errors import DataError, account
from convscope.train.inference import mode_kept
from convscope.train.outputs import logits_of
from convscope.train.state import Batch, Training
from convscope.words import label


def viewable(dls: object, images: Tensor) -> NDArray[np.float32]:
    """Bring pictures back from what the model gets to what people see.

    Args:
        dls: whose `prepare.scaling` is undone; where it has none, each picture is stretched from
            its darkest to its brightest.
        images: (batch, channels, height, width).

    Returns:
        The same shape, 0..1, on the CPU.

    Example:
        >>> viewable(None, torch.tensor([[[[-1.0, 3.0]]]])).tolist()
        [[[[0.0, 1.0]]]]
    """
    scaling: Any = getattr(getattr(dls, "prepare", None), "scaling", None)
    if scaling is not None:
        return scaling.undone(images).cpu().numpy()
    low = images.amin(dim=(1, 2, 3), keepdim=True)
    span = (images.amax(dim=(1, 2, 3), keepdim=True) - low).clamp_min(1e-9)
    return ((images - low) / span).cpu().numpy()


@torch.no_grad()
def results_shown(
    training: Training,
    batches: Iterable[Batch],
    max_n: int,
    figsize: tuple[float, float] | None,
) -> list[figures.Axes]:
    """Draw the first pictures of a set with what they are and what the model takes them for.

    Returns:
        The axes of the figure, which pyplot shows.

    Raises:
        DataError: there are no pictures.
    """
    images, truths = next(iter(batches), (torch.zeros(0), torch.zeros(0)))
    images, truths = images[: max(1, max_n)], truths[: max(1, max_n)]
    if not len(images):
        raise DataError(
            account(
                "there are no results to show",
                facts={"pictures": 0},
                because="the set is empty",
                fix="ds_idx=0, or dl= with other batches",
            )
        )
    with mode_kept(training.model):
        logits = logits_of(training.model.eval()(images.to(training.device)))
    taken = logits.argmax(dim=1).tolist()
    whats = truths.argmax(dim=1) if truths.dim() == 2 else truths  # mixed: the larger share
    vocab = getattr(training.dls, "vocab", None) or [f"{one}" for one in range(logits.shape[1])]
    pairs = list(zip(whats.tolist(), taken, strict=True))
    return figures.judged_pictures(
        list(viewable(training.dls, images)),
        [[f"{vocab[truth]}", f"{vocab[other]}"] for truth, other in pairs],
        [truth == other for truth, other in pairs],
        title=label("title_results"),
        key="read_results",
        figure=figures.pyplot_figure(figsize or figures.grid_inches(len(pairs))),
    ).axes
