"""Execute a recorded operation once more, on other numbers than those it had."""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from convscope.probe.overwriting import patched
from convscope.probe.record import Operation, Recording, Ref

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
    packet = getattr(torch.ops.aten, operation.name, None)
    overload = operation.overload or "default"
    if packet is None or overload not in packet.overloads():
        raise NotImplementedError(f"{operation.name}.{overload}")
    made = getattr(packet, overload)(**arguments)
    return [made] if isinstance(made, Tensor) else list(made)


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
    # The derivative of the derivative backwards: forward mode wakes `torch.jit`, which warns.
    with torch.enable_grad():
        asking = [one.detach().clone().requires_grad_() for one in data]
        made = run(*asking)
        upstream = torch.zeros_like(made, requires_grad=True)
        try:
            back = _found(made, asking, upstream, again=True)
            pairs = zip(back, changes, strict=True)
            total = torch.stack([(one * by).sum() for one, by in pairs if one is not None])
            (found,) = _found(total.sum(), [upstream], None, again=False)
        except (NotImplementedError, RuntimeError):
            return None
    return torch.zeros_like(made) if found is None else found


def _found(
    made: Tensor, asking: Sequence[Tensor], upstream: Tensor | None, *, again: bool
) -> tuple[Tensor | None, ...]:
    return torch.autograd.grad(made, asking, upstream, create_graph=again, allow_unused=True)


def refs_in(content: object) -> list[int]:
    """List the values in an argument."""
    if isinstance(content, Ref):
        return [content.value]
    if isinstance(content, list | tuple):
        return [value for one in content for value in refs_in(one)]
    return []


def _tensors(recording: Recording, given: Mapping[int, Tensor], content: object) -> object:
    if isinstance(content, Ref):
        found = given.get(content.value)
        return numbers_of(recording, content.value) if found is None else found
    if isinstance(content, list | tuple):
        return type(content)(_tensors(recording, given, one) for one in content)
    return content
