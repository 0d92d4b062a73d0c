"""What a model answers to pictures that somebody wants explained."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from convscope.errors import DataError, ShapeError, account
from convscope.tensors import Images, Labels, Logits
from convscope.train import logits_of, not_taken, reason_of

Classes = Sequence[int] | Labels | None
"""The class to explain for each picture; None for the likeliest."""


class Answered(NamedTuple):
    """The classes to explain, and the model's probabilities of all classes (batch, classes)."""

    classes: Labels
    probabilities: Tensor


def answers(model: nn.Module, images: Images) -> Logits:
    """Ask a model that is in eval mode.

    Returns:
        Its logits, finite.

    Raises:
        ShapeError: it cannot take these pictures, or gives no logits.
        DataError: its answer is not a number.
    """
    if not len(images):
        raise ShapeError(not_taken(images, "there is no picture in this batch"))
    try:
        logits = logits_of(model(images))
    except (RuntimeError, ValueError) as error:
        raise ShapeError(not_taken(images, reason_of(error))) from error
    if logits.dim() != 2 or len(logits) != len(images):
        shape = f"it gives {tuple(logits.shape)} for {len(images)} pictures"
        raise ShapeError(not_taken(images, f"{shape}, and classes are (pictures, classes)"))
    if not logits.isfinite().all():
        of_weights = any(not weights.isfinite().all() for weights in model.parameters())
        raise DataError(
            account(
                "the model's answer is not a number",
                facts={"network": type(model).__name__, "pictures": len(images)},
                because="its weights hold NaN or infinity"
                if of_weights
                else "the pictures, or what becomes of them, hold NaN or infinity",
                fix="the best weights of a run that learnt something"
                if of_weights
                else "pictures as `prepare` makes them",
            )
        )
    return logits


def answered(model: nn.Module, images: Images, classes: Classes) -> Answered:
    """Settle which class is explained for each picture.

    Returns:
        The classes, and the probabilities of all.

    Raises:
        ShapeError: the model cannot take these pictures, or has no such class.
        DataError: its answer is not a number.
    """
    logits = answers(model, images).detach()
    if classes is None:
        return Answered(logits.argmax(dim=1), logits.softmax(dim=1))
    asked = torch.as_tensor(classes, dtype=torch.int64, device=logits.device)
    known = logits.shape[1]
    if asked.shape != (len(images),) or int(asked.min()) < 0 or int(asked.max()) >= known:
        raise ShapeError(
            account(
                "these classes cannot be explained",
                facts={"asked": asked.tolist(), "pictures": len(images), "classes": known},
                because="each picture needs the number of one class of the model",
                fix=f"a number from 0 to {known - 1} for each picture, or none for the likeliest",
            )
        )
    return Answered(asked, logits.softmax(dim=1))
