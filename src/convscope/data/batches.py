"""Small things one does with batches."""

from collections.abc import Iterable
from typing import Any, TypeVar

from torch import Tensor

T = TypeVar("T")


def first(items: Iterable[T]) -> T | None:
    """Take the first of what can be iterated over: `first(dls.valid)` is a batch.

    Returns:
        The first item, or None if there is none.

    Example:
        >>> first([3, 7]), first([])
        (3, None)
    """
    return next(iter(items), None)


def to_cpu(nested: T) -> T:
    """Copy every tensor in tuples, lists and dictionaries to the CPU.

    Args:
        nested: a tensor, a container of such, or anything else, which stays as it is.

    Returns:
        The same structure.

    Example:
        >>> import torch
        >>> to_cpu([torch.tensor(1), {"label": (torch.tensor(7), "seven")}])
        [tensor(1), {'label': (tensor(7), 'seven')}]
    """
    return _to_cpu(nested)


def _to_cpu(nested: Any) -> Any:  # noqa: ANN401 - whatever the user nests
    if isinstance(nested, Tensor):
        return nested.cpu()
    if isinstance(nested, dict):
        return {key: _to_cpu(value) for key, value in nested.items()}
    if isinstance(nested, list):
        return [_to_cpu(value) for value in nested]
    if isinstance(nested, tuple):
        values = [_to_cpu(value) for value in nested]
        return type(nested)(*values) if hasattr(nested, "_fields") else tuple(values)
    return nested
