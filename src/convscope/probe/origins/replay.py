"""Execute a recorded operation once more, on other numbers than those it had."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

from convscope.probe.overwriting import patched
from convscope.probe.record import Operation, Recording, Ref

ATTENTION = (
    "scaled_dot_product_attention",
    "_scaled_dot_product_flash_attention_for_cpu",
    "_scaled_dot_product_flash_attention",
    "_scaled_dot_product_efficient_attention",
)
_NOT_AGAIN = ("dtype", "device", "layout", "pin_memory", "memory_format")  # all is float64 here


def replayed(
    recording: Recording,
    operation: Operation,
    given: Mapping[int, Tensor],
    changed: Mapping[str, object] | None = None,
) -> list[Tensor]:
    """Execute an operation again.

    Args:
        recording: with values kept.
        operation: one of its operations; if it wrote in place, its twin that does not is executed.
        given: tensors instead of recorded values, by index; the others are taken in float64.
        changed: arguments to change, by name.

    Returns:
        What it gives.

    Raises:
        NotImplementedError: PyTorch has no such twin.
    """
    arguments: dict[str, object] = {
        name: None if name in _NOT_AGAIN else _tensors(recording, given, content)
        for name, content in operation.arguments.items()
    }
    arguments |= changed or {}
    if operation.name == "overwritten":
        return [patched(*arguments.values())]  # pyright: ignore[reportArgumentType] - see `record`
    if operation.name in ATTENTION:
        return [_attended(arguments)]
    packet = getattr(torch.ops.aten, operation.name, None)
    overload = operation.overload or "default"
    if isinstance(size := arguments.get("output_size"), int):  # one for all axes
        arguments["output_size"] = [size] * int(operation.name[-2])
    if packet is None or overload not in packet.overloads():
        raise NotImplementedError(f"{operation.name}.{overload}")
    made = getattr(packet, overload)(**arguments)
    return [made] if isinstance(made, Tensor) else list(made)


def _attended(arguments: Mapping[str, object]) -> Tensor:
    names = ("query", "key", "value", "attn_mask", "is_causal", "scale")
    given: dict[str, Any] = {name: arguments.get(name) for name in names}
    given["is_causal"] = given["is_causal"] is True
    with sdpa_kernel(SDPBackend.MATH):  # the only one that can be derived twice
        return F.scaled_dot_product_attention(**given)


def numbers_of(recording: Recording, value: int) -> Tensor:
    """Give the numbers of a value, floats as float64.

    Returns:
        A tensor; not a copy where it is float64 already.

    Raises:
        ValueError: the recording was made without keeping values.
    """
    data = recording.values[value].data
    if data is None:
        message = "the recording was made without keeping values"
        raise ValueError(message)
    return data.double() if data.is_floating_point() else data


def pushed(
    run: Callable[..., Tensor], data: Sequence[Tensor], changes: Sequence[Tensor]
) -> Tensor | None:
    """Find how a function's result changes with its arguments, in the first order.

    Args:
        run: the function.
        data: its arguments.
        changes: one for each argument, in its shape.

    Returns:
        The change of the result; None where PyTorch cannot derive it.
    """
    with warnings.catch_warnings():  # torch's own, when it loads its decompositions
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return torch.func.jvp(run, tuple(data), tuple(changes))[1]
        except (NotImplementedError, RuntimeError):
            return None


def refs_in(content: object) -> list[int]:
    """List the values in an argument."""
    if isinstance(content, Ref):
        return [content.value]
    if isinstance(content, list | tuple):
        return [value for one in content for value in refs_in(one)]
    return []


def _tensor(recording: Recording, given: Mapping[int, Tensor], value: int) -> Tensor:
    found = given.get(value)
    return numbers_of(recording, value) if found is None else found


def _tensors(recording: Recording, given: Mapping[int, Tensor], content: object) -> object:
    if isinstance(content, Ref):
        return _tensor(recording, given, content.value)
    if isinstance(content, list | tuple):
        return type(content)(_tensors(recording, given, one) for one in content)
    return content
