"""How often each channel fires, over a whole set of pictures."""

from typing import Any, NamedTuple
from weakref import ref

import numpy as np
from torch import Tensor, nn
from torch.nn.modules import activation

from convscope.instruments.counting import count_firing
from convscope.instruments.firing import Firing
from convscope.instruments.pending import Place
from convscope.runs import TallyStore

_NOT_BY_VALUE = ("MultiheadAttention", "Softmax", "Softmax2d", "LogSoftmax", "Softmin")
ACTIVATIONS: tuple[type[nn.Module], ...] = tuple(
    getattr(activation, name) for name in activation.__all__ if name not in _NOT_BY_VALUE
)


class Before(NamedTuple):  # made for every output: a dataclass takes three times as long
    """The output that an activation may be given next.

    Attributes:
        place: of its layer.
        firing: what its channels did; None where it has none.
        tensor: the output, if it still lives.
        version: of it, when it was counted: an operation in place raises it.
    """

    place: Place
    firing: Firing | None
    tensor: "ref[Tensor]"
    version: int | None

    @classmethod
    def of(cls, place: Place, firing: Firing | None, tensor: Tensor) -> "Before":
        """Remember an output."""
        return cls(place, firing, ref(tensor), _version(tensor))

    def repeated_by(self, layer: nn.Module, inputs: Any) -> Firing | None:  # noqa: ANN401 - whatever the layer takes
        """Tell what the channels do behind an activation, where that needs no counting.

        Args:
            layer: the activation, when it has run.
            inputs: its positional arguments.

        Returns:
            What they did before a ReLU that was given this very output; else None.
        """
        if type(layer) is not nn.ReLU or self.version is None or not inputs:
            return None
        same = self.tensor() is inputs[0]
        return self.firing if same and _version(inputs[0]) == self.version + layer.inplace else None


def _version(tensor: Tensor) -> int | None:
    return None if tensor.is_inference() else tensor._version  # noqa: SLF001 - torch documents it


class Channels:
    """Add up, channel by channel, how often outputs are above 0."""

    def __init__(self) -> None:
        self._firings: dict[tuple[str, Place], Firing] = {}

    def of(self, quantity: str, place: Place, outputs: Tensor) -> Firing | None:
        """Give what an output is to be added to.

        Args:
            quantity: the layer's own output, or that of the activation after it.
            place: of the layer.
            outputs: of shape (pictures, channels, ...).

        Returns:
            None for an output without channels, and for another kind of output than the first.
        """
        if outputs.dim() < 2 or outputs.is_complex() or not outputs.numel():
            return None
        firing = self._firings.get((quantity, place))
        if firing is None:
            firing = self._firings[quantity, place] = Firing(outputs.shape[1])
        return firing if firing.channels == outputs.shape[1] else None

    def add_behind(
        self, quantity: str, before: Before, layer: nn.Module, inputs: object, outputs: Tensor
    ) -> None:
        """Add what came out of an activation to the layer before it."""
        firing = self.of(quantity, before.place, outputs)
        if firing is None:
            return
        same = before.repeated_by(layer, inputs)
        if same is None:
            count_firing(outputs, firing)
        else:
            firing.repeat(same)

    def record(self, store: TallyStore, step: int, *of: str) -> bool:
        """Put what was counted of these quantities into a store, and begin anew.

        Returns:
            Whether there was anything.
        """
        found = [key for key in self._firings if key[0] in of]
        for quantity, place in found:
            numbers = self._firings.pop((quantity, place)).taken()
            series = store.series(place.layer, place.kind, quantity, place.position)
            store.add_vector(series, step, numbers.astype(np.float32))
        return bool(found)
