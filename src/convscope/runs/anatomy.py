"""What a network is made of: plain numbers, a row a layer or an operation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

FieldStatus = Literal["exact", "upper bound", "whole input", "data-dependent", "unknown"]
Shape = tuple[int, ...]
Shapes = tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class FieldOfView:
    """The receptive field of one place on a map, in pixels of the first input that has places.

    Numbers stand for each axis (height and width of a picture) and describe boxes: with dilation or
    strides some pixels inside are not read. They hold for places far from the borders, where the
    field may be larger than the picture; of several sizes the largest is told.

    Attributes:
        size: pixels from the first to the last that can change the place; 0 where none can.
        jump: pixels from one place's field to the next one's; None where it is not constant.
        centre: middle of the first place's field, 0 being the middle of the first pixel.
        status: "exact"; "upper bound": no place sees more; "whole input": every pixel;
            "data-dependent": which pixels are read depends on the picture; "unknown": an operation
            without a rule stands before it.
        reason: why it is unknown or data-dependent, else "".
    """

    size: tuple[int | None, ...] = ()
    jump: tuple[Fraction | None, ...] = ()
    centre: tuple[Fraction | None, ...] = ()
    status: FieldStatus = "exact"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WindowShape:
    """How a layer's window slides, a number for each axis, in cells of its input."""

    size: Shape
    stride: Shape
    padding: Shape
    dilation: Shape
    groups: int = 1
    transposed: bool = False


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer, each time it runs, or one operation outside of layers.

    Attributes:
        path: the module's name in the network; of an operation, that of the module it belongs to.
        kind: class of the module, or name of the operation.
        is_layer: whether it is a module.
        turn: how often the same layer had run before.
        inputs: shapes of the tensors that came in.
        outputs: shapes of the tensors that came out.
        window: of a convolution or pooling.
        trainable: parameters that learn, and stand in no earlier row.
        frozen: parameters that do not learn, and stand in no earlier row.
        tied: parameters that were counted in an earlier row.
        multiply_adds: of the whole input; None if one of its operations has no rule.
        activation_bytes: memory taken for what its operations gave; views and in-place take none.
        field: receptive field of a place of its first output.
    """

    path: str
    kind: str
    is_layer: bool
    turn: int
    inputs: Shapes
    outputs: Shapes
    window: WindowShape | None
    trainable: int
    frozen: int
    tied: int
    multiply_adds: int | None
    activation_bytes: int
    field: FieldOfView

    @property
    def parameters(self) -> int:
        """All of its parameters, those counted before among them."""
        return self.trainable + self.frozen + self.tied

    @property
    def name(self) -> str:
        """Path and kind, and the turn if it is not the first."""
        again = f" ({self.turn + 1}. time)" if self.turn else ""
        own = self.path if self.is_layer else f"{self.path}.{self.kind}".lstrip(".")
        return f"{own or self.kind}{again}"


@dataclass(frozen=True)
class AnatomyRecord:
    """A network taken apart for one input.

    Attributes:
        network: its class.
        inputs: shapes of the tensors that it was given.
        outputs: shapes of those that it gave.
        rows: in the order of execution, an entry a layer.
        trainable: all parameters that learn, each counted once.
        frozen: all that do not.
        unused: parameters that this pass never touched; they are in the two counts above.
        multiply_adds: of all operations with a rule, for the whole input.
        uncounted: names of executed operations without a rule; with any, `multiply_adds` means "at
            least".
        activation_bytes: of all operations together, if nothing were given back.
        reconciled: what others would count, by name: "torchinfo", "fvcore", "thop", "the book".
        notes: what a reader should know.
    """

    network: str
    inputs: Shapes
    outputs: Shapes
    rows: tuple[LayerRow, ...]
    trainable: int
    frozen: int
    unused: int
    multiply_adds: int
    uncounted: tuple[str, ...]
    activation_bytes: int
    reconciled: Mapping[str, int] = field(default_factory=dict[str, int])
    notes: tuple[str, ...] = ()

    @property
    def parameters(self) -> int:
        """All parameters, each counted once."""
        return self.trainable + self.frozen

    @property
    def batch(self) -> int:
        """Items in the input: the first axis of its first tensor."""
        return self.inputs[0][0] if self.inputs and self.inputs[0] else 1
