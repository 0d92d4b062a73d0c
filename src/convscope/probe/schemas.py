"""How PyTorch declares an operation: names of its arguments, what it writes over, what it views."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import torch
from torch._ops import OpOverload

# names of PyTorch's own for the same thing
_PLAIN = {"_convolution": "convolution", "_unsafe_view": "view", "_reshape_alias": "view"}
# variants that write in place and are called otherwise than those that do not
_TWINS = {
    ("transpose", ""): "int",
    ("pow", "Tensor"): "Tensor_Tensor",
    ("floor_divide", "Tensor"): "",
}


@dataclass(frozen=True, slots=True)
class Form:
    """What is known of an operation before it runs.

    Attributes:
        name: without "aten::" and, for variants that write in place, without the underscore.
        overload: name of the variant; of the one that writes nothing, where there are two.
        names: of the arguments, in order.
        defaults: by name.
        writes: names of the arguments that it writes over.
        is_view: whether what it gives shares memory with an argument.
    """

    name: str
    overload: str
    names: tuple[str, ...]
    defaults: Mapping[str, object]
    writes: tuple[str, ...]
    is_view: bool

    def bound(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> dict[str, object]:
        """Name every argument of a call.

        Returns:
            Arguments by name, defaults filled in.
        """
        first = self.names[0] if self.names else ""
        given = {**self.defaults, **dict(zip(self.names, args, strict=False))}
        given |= {first if name == "input" else name: value for name, value in kwargs.items()}
        return {name: given[name] for name in self.names if name in given}


@cache
def form_of(func: OpOverload) -> Form:
    """Read an operation's declaration.

    Returns:
        Its form.

    Example:
        >>> import torch
        >>> form = form_of(torch.ops.aten.add_.Tensor)
        >>> form.name, form.names, form.writes
        ('add', ('self', 'other', 'alpha'), ('self',))
    """
    schema = func._schema  # noqa: SLF001 - nowhere else are aliases declared
    arguments = schema.arguments
    writes = tuple(one.name for one in arguments if one.alias_info and one.alias_info.is_write)
    name = schema.name.removeprefix("aten::")
    if writes and name.endswith("_") and not name.endswith("__"):
        name = name[:-1]
    overload = schema.overload_name
    overload = _TWINS.get((name, overload), overload) if writes else overload
    return Form(
        *(_PLAIN.get(name, name), overload, tuple(one.name for one in arguments)),
        {one.name: one.default_value for one in arguments if one.has_default_value()},
        writes,
        is_view=not writes and any(one.alias_info is not None for one in schema.returns),
    )


def variant(name: str, overload: str) -> OpOverload:
    """Find an operation of PyTorch by the names in `Form`.

    Returns:
        The operation.
    """
    return getattr(getattr(torch.ops.aten, name), overload or "default")
