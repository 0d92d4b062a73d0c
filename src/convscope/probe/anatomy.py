"""Take a network apart: what it is made of, what it costs, what its cells see."""

from dataclasses import dataclass, field
from functools import cached_property

from torch import nn

from convscope.errors import ConfigError, account, nearest
from convscope.probe.inputs import Given
from convscope.probe.reconciling import Reconciled
from convscope.probe.recording import record
from convscope.probe.rows import Rows
from convscope.runs import AnatomyRecord, LayerRow
from convscope.tables import anatomy_html, anatomy_text


@dataclass(frozen=True)
class Anatomy(AnatomyRecord):
    """A network taken apart; see `anatomy`. It prints as a table.

    Attributes:
        builder: makes rows.
    """

    builder: Rows | None = field(default=None, repr=False, compare=False)

    @cached_property
    def operations(self) -> tuple[LayerRow, ...]:
        """A row for every executed operation, those inside of layers too."""
        return self.builder.operations() if self.builder else ()

    def layer(self, which: str | int) -> LayerRow:
        """Find a layer.

        Args:
            which: its path, such as "layer1.0.conv1", or its number among the layers with
                parameters, from 0, negative from the end.

        Returns:
            Its row, the first one if it runs several times.

        Raises:
            ConfigError: there is no such layer; the message names the nearest.
        """
        if isinstance(which, int):
            learning = [row for row in self.rows if row.parameters and not row.turn]
            if -len(learning) <= which < len(learning):
                return learning[which]
            because = (
                f"{len(learning)} layers with parameters were run, from 0 to {len(learning) - 1}"
            )
            fix = "one of these numbers, negative ones from the end, or a layer's path"
        else:
            found = next((row for row in self.rows if row.path == which), None)
            if found is not None:
                return found
            because = "no layer of that path was run"
            fix = nearest(which, list(dict.fromkeys(row.path for row in self.rows if row.path)))
        facts = {"network": self.network, "asked": repr(which)}
        raise ConfigError(account("there is no such layer", facts=facts, because=because, fix=fix))

    def __str__(self) -> str:
        return anatomy_text(self)

    def _repr_html_(self) -> str:
        return anatomy_html(self)


def anatomy(model: nn.Module, given: Given) -> Anatomy:
    """Take a network apart by running it once on an input.

    It works on what is executed, whoever calls it: layers, `x + y`, `torch.cat`, functional calls.
    An operation without a rule is never guessed at: all that depends on it has an unknown field,
    and its own multiply-adds are left out and named.

    **Multiply-adds** are weights times the places at which they are used, for the input as it is
    given (divide by `batch` for one picture): convolutions, linear layers and products of matrices,
    attention's two among them. Biases, normalisation, activations, pooling, interpolation and sums
    count nothing. Taps on padding count.

    Args:
        model: any module; it comes back as it was.
        given: a tensor, a tuple of arguments, a dictionary of keyword arguments, or a shape: (3,
            224, 224) is one picture. Fields are told for its first tensor with places.

    Returns:
        A row for each layer in the order of execution, and one for each operation outside of
        layers that computes something; totals; rows for all operations in `operations`.

    Raises:
        ConvscopeError: no input was given, the model is lazy or on the meta device, or it failed on
            this input; then the message names the layer and its shapes.

    Example:
        >>> net = nn.Sequential(nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.ReLU())
        >>> found = anatomy(net, (1, 28, 28))
        >>> row = found.layer(0)
        >>> row.outputs, row.parameters, row.multiply_adds, row.field.size
        (((1, 4, 14, 14),), 40, 7056, (3, 3))
    """
    recording = record(model, given)
    built = Rows(recording)
    rows = built.layers()
    uncounted, weights = built.uncounted(), recording.weights.values()
    learning = sum(one.numel() for one in weights if one.requires_grad)
    every = sum(one.numel() for one in weights)
    return Anatomy(
        type(model).__name__,
        built.shapes(recording.inputs),
        built.shapes(recording.outputs),
        rows,
        trainable=learning,
        frozen=every - learning,
        unused=every - sum(row.trainable + row.frozen for row in rows),
        multiply_adds=built.multiply_adds()
        if uncounted
        else sum(row.multiply_adds or 0 for row in rows),
        uncounted=uncounted,
        activation_bytes=sum(row.activation_bytes for row in rows),
        reconciled=Reconciled(recording, built.groups),
        notes=tuple(built.notes()),
        builder=built,
    )
