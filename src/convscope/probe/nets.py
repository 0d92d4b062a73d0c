"""Two nets that catch what a model executes.

The lower one hangs below autograd, where every operation of PyTorch comes by whoever calls it
(`x + y`, `F.conv2d` on raw weights, layers used twice, TorchScript). The upper one hangs where the
model's own code calls functions: it keeps functions whole that the lower one sees in pieces, and
notices where numbers leave PyTorch's sight.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

_ATEN = torch.ops.aten
_WHOLE: dict[object, OpOverload] = {
    F.linear: _ATEN.linear.default,
    torch.matmul: _ATEN.matmul.default,
    Tensor.matmul: _ATEN.matmul.default,
    Tensor.__matmul__: _ATEN.matmul.default,
    F.scaled_dot_product_attention: _ATEN.scaled_dot_product_attention.default,
    F.adaptive_avg_pool1d: _ATEN.adaptive_avg_pool1d.default,
    F.adaptive_avg_pool2d: _ATEN.adaptive_avg_pool2d.default,
    F.adaptive_avg_pool3d: _ATEN.adaptive_avg_pool3d.default,
}
_ESCAPES = {"numpy", "__array__", "tolist", "__dlpack__", "data_ptr", "untyped_storage"}


@runtime_checkable
class Listener(Protocol):
    """Who is told."""

    called: str
    paused: bool

    def aside(self) -> AbstractContextManager[None]:
        """Stop listening for a moment."""
        ...

    def run(
        self,
        func: OpOverload,
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        call: Callable[[], object],
    ) -> object:
        """Run an operation and write it down."""
        ...

    def escaped(self, content: object) -> None:
        """Hear that tensors were read as numbers."""
        ...


class LowerNet(TorchDispatchMode):
    """Catch every operation of PyTorch."""

    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self._listener = listener

    def __torch_dispatch__(
        self,
        func: OpOverload,
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        """Run one operation."""
        del types
        named = kwargs or {}
        if self._listener.paused:
            return func(*args, **named)
        with torch._C.DisableTorchFunction():  # noqa: SLF001 - the documented way
            return self._listener.run(func, args, named, lambda: func(*args, **named))


class UpperNet(TorchFunctionMode):
    """Catch every function of PyTorch that Python calls."""

    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self._listener = listener

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        """Run one function."""
        del types
        named, listener = kwargs or {}, self._listener
        name = getattr(func, "__name__", "")
        if listener.paused or name == "__get__":
            return func(*args, **named)
        if name in _ESCAPES:
            listener.escaped(args)
        before, listener.called = listener.called, name
        try:
            whole = _kept_whole(func, args, named)
            if whole is None:
                return func(*args, **named)
            with listener.aside():
                return listener.run(whole, args, named, lambda: func(*args, **named))
        finally:
            listener.called = before


def _kept_whole(
    func: object, args: tuple[object, ...], kwargs: Mapping[str, object]
) -> OpOverload | None:
    if func is F.pad:
        mode = args[2] if len(args) > 2 else kwargs.get("mode")
        return _ATEN.pad.default if mode == "circular" else None
    return _WHOLE.get(func)
