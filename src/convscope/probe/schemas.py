"""How PyTorch declares an operation: names of its arguments, what it writes over, what it views."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import torch
from torch._ops import OpOverload, OpOverloadPacket

# names of PyTorch's own for the same thing
_PLAIN = {"_convolution": "convolution", "_unsafe_view": "view", "_reshape_alias": "view"}


@dataclass(frozen=True, slots=True)
class Form:
    """What is known of an operation before it runs.

    Attributes:
        name: without "aten::" and, for variants that write in place, without the underscore.
        overload: name of the variant.
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
    return Form(
        *(_PLAIN.get(name, name), schema.overload_name, tuple(one.name for one in arguments)),
        {one.name: one.default_value for one in arguments if one.has_default_value()},
        writes,
        is_view=not writes and any(one.alias_info is not None for one in schema.returns),
    )


def variant(name: str, overload: str) -> OpOverload | OpOverloadPacket:
    """Find an operation of PyTorch by the names in `Form`.

    Returns:
        The operation; all its variants where the one that writes in place has a name of its own
        (`transpose_` is "default", `transpose` is "int"): PyTorch then chooses by the arguments.
    """
    every = getattr(torch.ops.aten, name)
    return getattr(every, overload or "default", every)
