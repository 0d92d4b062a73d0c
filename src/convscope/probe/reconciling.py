"""What other tools would count for the same pass, each by its own convention.

Read from their source: torchinfo 1.8.0, fvcore 0.1.5, thop 0.1.1. A tool is left out where the pass
has something that its convention treats in a way we do not follow.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any

from torch import nn

from convscope.probe.record import ModuleCall, Operation, Recording
from convscope.probe.rows import Group
from convscope.probe.rules import RULES
from convscope.probe.steps import Shape, Step

_NORMS = nn.modules.batchnorm._BatchNorm, nn.LayerNorm, nn.modules.instancenorm._InstanceNorm  # noqa: SLF001
_CONVS = nn.modules.conv._ConvNd  # noqa: SLF001 - the parent of all convolutions
_AVERAGES = nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d
_ADAPTIVE = nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d
_STRANGE = nn.RNNBase, nn.RNNCellBase, nn.MultiheadAttention, nn.PReLU, nn.Softmax, nn.Upsample


class Reconciled(Mapping[str, int]):
    """Multiply-adds of the whole input as others count them; counted when they are first asked for.

    "torchinfo" (adds biases and the weights of normalisations), "fvcore" (adds normalisations and
    adaptive pooling, not fused attention), "thop" (adds normalisations and pooling; only modules),
    "the book" (kernels x places of the *input*). Left out are those that cannot be told.

    Args:
        recording: of the pass.
        groups: its layers, and the operations between them.
    """

    def __init__(self, recording: Recording, groups: Sequence[Group]) -> None:
        self._recording, self._groups = recording, groups

    def __getitem__(self, name: str) -> int:
        return self._counted[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counted)

    def __len__(self) -> int:
        return len(self._counted)

    @cached_property
    def _counted(self) -> dict[str, int]:
        found = self._recording
        calls = [group.call for group in self._groups if group.call is not None]
        counts = {
            "torchinfo": _summed(_torchinfo(found, call) for call in calls),
            "fvcore": _summed(_fvcore(Step(found, one, {})) for one in found.operations),
            "thop": _summed(_thop(found, call) for call in calls),
            "the book": _summed(_book(found, one) for one in found.operations),
        }
        return {name: count for name, count in counts.items() if count is not None}


def _summed(counts: Iterable[int | None]) -> int | None:
    listed = list(counts)
    return None if None in listed else sum(one or 0 for one in listed)


def _torchinfo(recording: Recording, call: ModuleCall) -> int | None:
    """Count parameters called weight or bias: at each place of a convolution, else once an item."""
    parameters = dict(call.module.named_parameters())
    if not parameters:
        return 0
    if not parameters.keys() <= {"weight", "bias"} or not call.outputs:
        return None
    shape = recording.values[call.outputs[0]].shape
    places = prod(shape[:1] + shape[2:]) if "Conv" in type(call.module).__name__ else shape[0]
    return sum(one.numel() for one in parameters.values()) * places


def _fvcore(step: Step) -> int | None:
    """Count operations; normalisation in eval mode 2 for each value, and layer norm 5."""
    name = step.operation.name
    if name not in RULES or "grid_sampler" in name:
        return None
    extra = {
        "adaptive_avg_pool2d": prod(step.shape("self")),
        "upsample_nearest2d": prod(step.result) if step.operation.outputs else 0,
        "upsample_bilinear2d": 4 * prod(step.result) if step.operation.outputs else 0,
    }
    if "attention" in name:
        return 0  # it does not know the fused operation
    if "norm" in name and "input" in step.operation.arguments:
        scaled = step.value("weight") is not None
        averaged = "batch_norm" in name and not step.argument("training")
        return prod(step.shape("input")) * (1 + scaled if averaged else 4 + scaled)
    return extra[name] if name in extra else RULES[name].multiply_adds(step)


def _thop(recording: Recording, call: ModuleCall) -> int | None:
    """Count modules of torch.nn: convolutions, linear layers, normalisation twice, averages."""
    module = call.module
    if isinstance(module, _STRANGE):
        return None
    if not call.inputs or not call.outputs:
        return 0
    given, made = (recording.values[one[0]].shape for one in (call.inputs, call.outputs))
    for kind, count in _THOP:
        if isinstance(module, kind):
            return count(module, given, made)
    return 0


def _norm(module: Any, given: Shape, made: Shape) -> int:  # noqa: ANN401 - of several classes
    del made
    scaled = getattr(module, "affine", False) or getattr(module, "elementwise_affine", False)
    return prod(given) * (4 if scaled else 2)


_THOP: list[tuple[type | tuple[type, ...], Callable[[Any, Shape, Shape], int]]] = [
    (_CONVS, lambda m, x, y: prod(y) * (x[1] // m.groups) * prod(m.weight.shape[2:])),
    (nn.Linear, lambda m, _, y: prod(y) * m.in_features),
    (_NORMS, _norm),
    (_AVERAGES, lambda _, __, y: prod(y)),
    (_ADAPTIVE, lambda _, x, y: round((prod(x[2:]) / prod(y[2:]) + 1) * prod(y))),
]


def _book(recording: Recording, operation: Operation) -> int | None:
    """Count weights at each place of a convolution's input."""
    step = Step(recording, operation, {})
    if operation.name not in RULES:
        return None
    if operation.name != "convolution":
        return RULES[operation.name].multiply_adds(step)
    places = step.shape("input")
    return prod(places[:1] + places[2:]) * prod(step.shape("weight"))
