"""How often each channel fires, over a whole set of pictures."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.modules import activation

from convscope.instruments.counting import counting_library
from convscope.instruments.pending import Place
from convscope.runs import TallyStore

_COMPARABLE = {torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.bool, torch.int64}
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
        fired = fired_places(outputs)
        before, places = self._fired.get((quantity, place), (np.zeros_like(fired), 0))
        if before.shape == fired.shape:  # else another kind of output: the first one counts
            more = outputs.numel() // outputs.shape[1]
            self._fired[quantity, place] = (before + fired, places + more)

    def record(self, store: TallyStore, step: int, *of: str) -> bool:
        """Put the shares of these quantities into a store, and begin anew.

        Returns:
            Whether there were any.
        """
        found = [key for key in self._fired if key[0] in of]
        for quantity, place in found:
            fired, places = self._fired.pop((quantity, place))
            series = store.series(place.layer, place.kind, quantity, place.position)
            store.add_vector(series, step, (fired / places).astype(np.float32))
        return bool(found)


@torch.no_grad()
def fired_places(outputs: Tensor) -> NDArray[np.int64]:
    """Count for each channel where it fires.

    Args:
        outputs: real, of shape (pictures, channels, ...), not empty.

    Returns:
        Places of pictures with x > 0, of shape (channels,).

    Example:
        >>> fired_places(torch.tensor([[[1.0, -1.0], [0.0, 0.0]], [[2.0, 3.0], [torch.nan, 1.0]]]))
        array([3, 1])
    """
    channels, library = outputs.shape[1], counting_library()
    rows = len(outputs) if outputs.is_contiguous() else outputs.numel() // channels
    is_last = outputs.dim() == 4 and outputs.is_contiguous(memory_format=torch.channels_last)
    if library is None or outputs.dtype is not torch.float32 or not outputs.is_cpu:
        return _fired_slowly(outputs)
    if not (outputs.is_contiguous() or is_last):
        return _fired_slowly(outputs)
    fired, inner = np.zeros(channels, np.int64), outputs.numel() // channels // rows
    library.convscope_fired(outputs.data_ptr(), rows, channels, inner, fired.ctypes.data)
    return fired


def _fired_slowly(outputs: Tensor) -> NDArray[np.int64]:
    others = [axis for axis in range(outputs.dim()) if axis != 1]
    values = outputs if outputs.dtype in _COMPARABLE else outputs.double()
    return (values > 0).sum(dim=others).cpu().numpy()


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
    if not inputs:  # they came by name, which hooks do not tell
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
