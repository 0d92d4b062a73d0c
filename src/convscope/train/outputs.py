"""Which part of a model's output are its logits."""

from collections.abc import Mapping

from torch import Tensor

from convscope.errors import ShapeError, account


def logits_of(output: object) -> Tensor:
    """Find the logits in what a model returns: the first tensor.

    Models with auxiliary outputs return a tuple, a dictionary or an object that is one; the
    objective sees all of it, metrics and predictions see the logits.

    Args:
        output: a tensor, or a tuple, list or dictionary that holds one.

    Returns:
        The tensor.

    Raises:
        ShapeError: there is none.

    Example:
        >>> import torch
        >>> logits_of({"logits": torch.tensor([1.0]), "features": torch.tensor([2.0])})
        tensor([1.])
    """
    found = _first(output)
    if found is None:
        raise ShapeError(
            account(
                "this model's output holds no logits",
                facts={"output": type(output).__name__},
                because="there is no tensor in it",
                fix="a model that returns logits, or a tuple or dictionary that begins with them",
            )
        )
    return found


def _first(output: object) -> Tensor | None:
    if isinstance(output, Tensor):
        return output
    if isinstance(output, Mapping):
        output = tuple(output.values())
    parts = output if isinstance(output, tuple | list) else ()
    return next((found for part in parts if (found := _first(part)) is not None), None)
