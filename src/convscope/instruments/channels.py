"""How often each channel fires, over a whole set of pictures."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.modules import activation

from convscope.instruments.pending import Place
from convscope.runs import TallyStore

_NOT_BY_VALUE = ("MultiheadAttention", "Softmax", "Softmax2d", "LogSoftmax", "Softmin")
ACTIVATIONS: tuple[type[nn.Module], ...] = tuple(
    getattr(activation, name) for name in activation.__all__ if name not in _NOT_BY_VALUE
)


class Channels:
    """Add up, channel by channel, at how many places of how many pictures the output is above 0."""

    def __init__(self) -> None:
        self._fired: dict[tuple[str, Place], tuple[NDArray[np.int64], int]] = {}

    def add(self, quantity: str, place: Place, outputs: Tensor) -> None:
        """Count one batch.

        Args:
            quantity: the layer's own output, or that of the activation after it.
            place: of the layer.
            outputs: of shape (pictures, channels, ...); others have no channels and are left out.
        """
        if outputs.dim() < 2 or outputs.is_complex() or not outputs.numel():
            return
        others = [axis for axis in range(outputs.dim()) if axis != 1]
        fired = (outputs > 0).sum(dim=others).cpu().numpy()
        before, places = self._fired.get((quantity, place), (np.zeros_like(fired), 0))
        if before.shape == fired.shape:  # else another kind of output: the first one counts
            more = outputs.numel() // outputs.shape[1]
            self._fired[quantity, place] = (before + fired, places + more)

    def record(self, store: TallyStore, step: int) -> bool:
        """Put the shares into a store, and begin anew.

        Returns:
            Whether there were any.
        """
        for (quantity, place), (fired, places) in self._fired.items():
            series = store.series(place.layer, place.kind, quantity, place.position)
            store.add_vector(series, step, (fired / places).astype(np.float32))
        some = bool(self._fired)
        self._fired.clear()
        return some


@torch.no_grad()
def norm_numbers(layer: nn.Module, inputs: object) -> NDArray[np.float32] | None:
    """Say what a BatchNorm layer normalised with, and what it would use in validation.

    Args:
        layer: after a pass in training mode.
        inputs: its positional arguments.

    Returns:
        Mean and deviation of the batch, running mean and deviation, gamma and beta, of shape
        (6, channels); None for another kind of layer. What a layer does not have is NaN.
    """
    if not isinstance(layer, nn.modules.batchnorm._BatchNorm):  # noqa: SLF001 - their common base
        return None
    images = inputs[0].detach().float()  # pyright: ignore[reportIndexIssue]
    others = [axis for axis in range(images.dim()) if axis != 1]
    variance, mean = torch.var_mean(images, dim=others, correction=0)
    missing = torch.full_like(mean, torch.nan)
    running = layer.running_var
    rows = [
        mean,
        (variance + layer.eps).sqrt(),
        layer.running_mean,
        None if running is None else (running + layer.eps).sqrt(),
        layer.weight,
        layer.bias,
    ]
    return torch.stack([missing if row is None else row.float() for row in rows]).cpu().numpy()
