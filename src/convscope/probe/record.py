"""What was executed in one forward pass: values, operations, calls of modules.

The vocabulary is PyTorch's own list of operations (`aten`): `conv(x)`, `F.conv2d(x, w)` and
`torch.conv2d(x, w)` are all one operation called `convolution`, `x + y` is `add`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor, nn

Origin = Literal["input", "parameter", "buffer", "constant", "unseen", "operation"]


@dataclass(frozen=True, slots=True)
class Ref:
    """Where a tensor stood among the arguments of an operation: the value that it was."""

    value: int


@dataclass(slots=True)
class Value:
    """One tensor as it was at one moment; after an in-place operation it is another value.

    Attributes:
        index: its place in `Recording.values`.
        shape: of the tensor.
        dtype: of the tensor.
        origin: "operation" where one of the recorded operations made it; "constant" where it was
            there before; "unseen" where it may have been computed out of PyTorch's sight.
        name: of the input ("0", "1", ... or its keyword, with keys: "0.mask"), the parameter or the
            buffer ("conv1.weight"); empty for others.
        operation: index of the operation that made it, -1 for none.
        slot: which of that operation's outputs it is.
        fresh_bytes: memory that was taken for it; 0 for views and in-place results.
        data: its numbers, where the recording keeps them: a copy, but of weights themselves.
    """

    index: int
    shape: tuple[int, ...]
    dtype: torch.dtype
    origin: Origin
    name: str = ""
    operation: int = -1
    slot: int = 0
    fresh_bytes: int = 0
    data: Tensor | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One executed operation.

    Attributes:
        index: its place in `Recording.operations`, in the order of execution.
        name: PyTorch's name without the underscore of in-place variants: "convolution", "add",
            "cat", "relu", "view", "max_pool2d_with_indices", "native_batch_norm". Kept whole, not
            taken apart: "linear", "matmul", "adaptive_avg_pool2d" and its kin,
            "scaled_dot_product_attention", "pad" (circular). Of our own: "overwritten", for a
            tensor that is read again after other memory of its storage was written through another
            view: its value is that of `old`, but where `new` lies over it; arguments `old`, `new`
            (`Ref`) and `old_place`, `new_place` (size, stride, offset in the storage).
        overload: PyTorch's name of the variant, such as "Tensor" or "default".
        called: the function as the model's code called it ("conv2d", "__iadd__"), or "".
        call: index of the innermost module call it belongs to, -1 outside of all.
        arguments: by the names of PyTorch's schema, defaults filled in; each tensor is a `Ref`.
        inputs: values read, in the order of `arguments`.
        outputs: values made, of tensors only; for in-place operations the written ones.
        in_place: whether it wrote into memory that was there already.
    """

    index: int
    name: str
    overload: str
    called: str
    call: int
    arguments: Mapping[str, object]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    in_place: bool = False


@dataclass(slots=True)
class ModuleCall:
    """One time that a module ran.

    Attributes:
        index: its place in `Recording.calls`, in the order in which they began.
        path: the module's name in the model, "" for the model itself.
        module: itself.
        turn: how often it had been called before, 0 for the first time.
        parent: index of the call that called it, -1 for the model.
        inputs: values given to it.
        outputs: values it gave back.
        children: how many calls of other modules it made, itself.
        begin: how many operations had run before it.
    """

    index: int
    path: str
    module: nn.Module
    turn: int
    parent: int
    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    children: int = 0
    begin: int = 0


@dataclass(slots=True)
class Recording:
    """All that one forward pass executed.

    Attributes:
        operations: in the order of execution.
        values: what they read and made.
        calls: of modules, in the order in which they began.
        inputs: values that the model was given.
        outputs: values that the model gave back, in the order of its output.
        output: what the model gave back, each tensor a `Ref`.
        escapes: values that the model's own code read as numbers (`item`, `numpy`, `if x.sum():`),
            so that another input may take another way.
        weights: the model's own parameters, by name.
        escape_moments: for each of them, how many operations had run before it was read.
    """

    operations: list[Operation] = field(default_factory=list[Operation])
    values: list[Value] = field(default_factory=list[Value])
    calls: list[ModuleCall] = field(default_factory=list[ModuleCall])
    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    output: object = None
    escapes: list[int] = field(default_factory=list[int])
    escape_moments: list[int] = field(default_factory=list[int])
    weights: dict[str, nn.Parameter] = field(default_factory=dict[str, nn.Parameter])

    def producer(self, value: int) -> Operation | None:
        """Find the operation that made a value.

        Returns:
            The operation, or None for inputs, weights and constants.
        """
        index = self.values[value].operation
        return self.operations[index] if index >= 0 else None

    def owner(self, operation: Operation) -> str:
        """Name the module that an operation belongs to.

        Returns:
            The module's path; "" for the model itself.
        """
        return self.calls[operation.call].path if operation.call >= 0 else ""
