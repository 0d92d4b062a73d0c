"""Arrays that are kept on request: statistics of BatchNorm, kernels, the chapter's own numbers."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm  # pyright: ignore[reportPrivateUsage] - the common base

from convscope.instruments.book import book_numbers
from convscope.instruments.pending import Place
from convscope.instruments.schedule import Schedule
from convscope.runs import TallyStore, quantities

_NORM_ROWS = 6  # of `norm_numbers`


class Arrays:
    """Put arrays into a store.

    Args:
        store: gets them.
        schedule: how often those that grow with the layer are kept.
    """

    def __init__(self, store: TallyStore, schedule: Schedule) -> None:
        self._store, self._schedule = store, schedule

    def keep_norm(self, place: Place, step: int, layer: nn.Module, inputs: object) -> None:
        """Keep what a BatchNorm layer normalised with; of a large one not at every step.

        Args:
            place: of the layer.
            step: under way.
            layer: of any kind.
            inputs: its positional arguments; where they came by name, hooks do not tell them.
        """
        if not isinstance(layer, _BatchNorm) or not isinstance(inputs, tuple) or not inputs:
            return
        if self._schedule.keeps(step, 4 * _NORM_ROWS * layer.num_features):
            self._keep(quantities.NORM, place, step, norm_numbers(layer, inputs[0]))

    def keep_book(self, place: Place, step: int, tensor: Tensor) -> None:
        """Keep the chapter's own numbers of an output, where it has any."""
        if tensor.numel() and not tensor.is_complex():
            self._keep(quantities.BOOK, place, step, book_numbers(tensor))

    def keep_kernels(
        self, layers: Mapping[str, nn.Module], positions: Mapping[str, int], step: int
    ) -> None:
        """Keep the kernels of the first convolution, if there is one.

        Args:
            layers: by name.
            positions: of each.
            step: that was the last to change them.
        """
        for name, layer in layers.items():
            if isinstance(layer, nn.Conv2d):
                place = Place(name, "Conv2d", positions[name])
                self._keep(quantities.KERNEL, place, step, kernels_of(layer))
                return

    def _keep(self, quantity: str, place: Place, step: int, values: NDArray[np.float32]) -> None:
        series = self._store.series(place.layer, place.kind, quantity, place.position)
        self._store.add_vector(series, step, values)


@torch.no_grad()
def norm_numbers(layer: _BatchNorm, images: Tensor) -> NDArray[np.float32]:
    """Say what a BatchNorm layer normalised with, and what it would use in validation.

    Args:
        layer: after a pass in training mode.
        images: what it was given, of shape (pictures, channels, ...).

    Returns:
        Mean and deviation of the batch, running mean and deviation, gamma and beta, of shape
        (6, channels). What a layer does not have is NaN.
    """
    images = images.detach().float()
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


def kernels_of(layer: nn.Conv2d) -> NDArray[np.float32]:
    """Read a convolution's kernels, also where they are computed from other parameters.

    Returns:
        An array of the weight's shape, which may share its memory.
    """
    modes = {module: module.training for module in layer.modules()}
    layer.eval()  # a spectral norm moves on each time that it is asked for its weight in training
    try:
        return layer.weight.detach().float().cpu().numpy()
    finally:
        for module, mode in modes.items():
            module.training = mode
