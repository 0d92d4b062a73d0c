"""Gradients of weights, and how far each step moves them."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from convscope.instruments.pending import Pending, Place
from convscope.runs import quantities


class Weights:
    """Count around the steps of an optimiser.

    Args:
        pending: counts.
        layers: whose own parameters are followed, and what theirs are computed from.
        step: says which step is being taken; None for one not to look at.
        gradients: count the gradients, as the optimiser gets them.
        updates: count the weights, and what the step adds to them.
    """

    def __init__(
        self,
        pending: Pending,
        layers: Mapping[str, nn.Module],
        step: Callable[[], int | None],
        *,
        gradients: bool,
        updates: bool,
    ) -> None:
        self._pending, self._step = pending, step
        self._gradients, self._updates = gradients, updates
        self._parameters = [
            (Place(f"{layer}.{name}", type(module).__name__, index << 20 | order), parameter)
            for index, (layer, module) in enumerate(layers.items())
            for order, (name, parameter) in enumerate(module.named_parameters())
            if "." not in name or name.startswith("parametrizations.")
        ]
        self._before: list[Tensor] = []

    @torch.no_grad()
    def before(self) -> None:
        """Count gradients and weights, and keep a copy of the weights."""
        step = self._step()
        self._before = []
        if step is None:
            return
        for place, parameter in self._parameters:
            if self._gradients and parameter.grad is not None:
                self._record(quantities.WEIGHT_GRADIENT, place, step, parameter.grad)
            if self._updates:
                self._record(quantities.WEIGHT, place, step, parameter)
                self._before.append(parameter.detach().clone())

    @torch.no_grad()
    def after(self) -> None:
        """Count what was added to the weights."""
        step = self._step()
        if step is None or not self._before:
            return
        for (place, parameter), before in zip(self._parameters, self._before, strict=True):
            self._record(quantities.UPDATE, place, step, parameter - before)
        self._before = []

    def _record(self, quantity: str, place: Place, step: int, tensor: Tensor) -> None:
        self._pending.add(quantity, place, tensor)
        self._pending.take(quantity, step)
