"""A model is borrowed: whatever a pass does to it is undone, however it ends."""

import random
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn


class Kept:
    """Numbers that a pass is about to write over, and how to put them back."""

    def __init__(self) -> None:
        self._copies: dict[int, tuple[Tensor, Tensor]] = {}

    def keep(self, tensor: Tensor) -> None:
        """Copy a tensor's numbers, the first time only."""
        whole = tensor.detach()
        if whole.data_ptr() not in self._copies:
            self._copies[whole.data_ptr()] = (whole, whole.clone())

    def put_back(self) -> None:
        """Write the numbers back."""
        with torch.no_grad():
            for tensor, copy in reversed(self._copies.values()):
                tensor.copy_(copy)


@contextmanager
def borrowed(model: nn.Module, devices: Iterable[torch.device] = ()) -> Generator[Kept]:
    """Put a model into eval mode without gradients, and give it back as it was.

    Modes, attributes, parameters and buffers of every module are those of before, and so are the
    dice of Python, NumPy and PyTorch. Numbers that are written in place must be told to `Kept`.

    Args:
        model: any module.
        devices: where it has weights, for their dice.

    Yields:
        Where to tell.

    Example:
        >>> drop = nn.Dropout()
        >>> with borrowed(drop):
        ...     print(drop.training)
        False
        >>> drop.training
        True
    """
    attributes = [_attributes(module) for module in model.modules()]
    scripts = [one for one in model.modules() if isinstance(one, torch.jit.ScriptModule)]
    modes = [(one, one.training) for one in scripts if hasattr(one, "training")]
    kept, python, numpy = Kept(), random.getstate(), np.random.get_state()  # noqa: NPY002 - the global dice, not used but kept
    try:
        with torch.random.fork_rng(_graphics(devices)), torch.no_grad():
            model.eval()
            yield kept
    finally:
        kept.put_back()
        for content, copy in (one for pairs in attributes for one in pairs):
            content.clear()
            content.update(copy)
        for script, mode in modes:  # TorchScript keeps it out of Python's sight
            script.training = mode
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002 - as above


def _attributes(module: nn.Module) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    inner: Iterator[Any] = (
        module.__dict__.get(name) for name in ("_parameters", "_buffers", "_modules")
    )
    # compiled TorchScript keeps these three elsewhere and can neither gain nor lose any
    plain = [content for content in inner if isinstance(content, dict)]
    return [(content, dict(content)) for content in (module.__dict__, *plain)]


def _graphics(devices: Iterable[torch.device]) -> list[int]:
    return [device.index or 0 for device in devices if device.type == "cuda"]
