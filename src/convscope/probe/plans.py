"""A network as plain values, and back again: its layers by name, from a list of those we know.

A plan holds no code. Who builds from one calls nothing but the classes of the list, without memory
for their weights, with numbers and words for arguments.
"""

import math
import warnings
from collections.abc import Mapping
from inspect import signature
from typing import Any

import torch
from torch import Tensor, nn

Plan = dict[str, Any]
Kinds = Mapping[str, type[nn.Module]]

KINDS: Kinds = {
    kind.__name__: kind
    for kind in (
        *(nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose2d, nn.Linear, nn.Identity),
        *(nn.Flatten, nn.Unflatten, nn.PixelShuffle, nn.ZeroPad2d, nn.ReflectionPad2d),
        *(nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveMaxPool2d, nn.AdaptiveAvgPool2d),
        *(nn.BatchNorm1d, nn.BatchNorm2d, nn.InstanceNorm2d, nn.GroupNorm, nn.LayerNorm),
        *(nn.RMSNorm, nn.LocalResponseNorm, nn.Dropout, nn.Dropout1d, nn.Dropout2d),
        *(nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.SELU, nn.GELU, nn.SiLU, nn.Mish),
        *(nn.Sigmoid, nn.Tanh, nn.Softplus, nn.Hardswish, nn.Hardsigmoid, nn.Hardtanh),
        *(nn.Softmax, nn.LogSoftmax),
    )
}
"""Layers of torch.nn that are all told by their arguments."""

DEEPEST = 20
"""Networks within networks."""
MOST_LAYERS = 20_000
LARGEST = 2**24
"""No number of channels, features or pixels is larger."""
_PLACED = {"device", "dtype"}


class UnplannedError(ValueError):
    """A network that is no plan, or a plan that is no network; the message says why in a line."""


def plan_of(model: nn.Module) -> Plan:
    """Describe a network of known layers, one behind the other.

    Args:
        model: an `nn.Sequential`, also of others, or one layer. Beside `KINDS` it may hold modules
            whose class has a `plan_name` and keeps its arguments as attributes.

    Returns:
        Plain values for JSON, from which `planned` builds an equal network with new weights.

    Raises:
        UnplannedError: it holds something else; the message says where.

    Example:
        >>> plan_of(nn.Sequential(nn.Linear(4, 2, bias=False)))["layers"]
        [['0', {'kind': 'Linear', 'with': {'in_features': 4, 'out_features': 2, 'bias': False}}]]
    """
    if len([*model.parameters()]) != len([*model.named_parameters(remove_duplicate=False)]):
        raise UnplannedError("two of its layers share their weights")
    ours: dict[str, type[nn.Module]] = {}
    plan = _told(model, "", ours)
    again = planned(plan, ours)
    if repr(again) != repr(model) or _shapes(again) != _shapes(model):
        raise UnplannedError("its layers are not those that their own arguments describe")
    return plan


def planned(plan: object, ours: Kinds | None = None) -> nn.Module:
    """Build the network of a plan on the device "meta": it takes no memory and has no weights yet.

    Args:
        plan: what `plan_of` gave, or anything at all.
        ours: classes by their `plan_name` that are allowed beside `KINDS`.

    Returns:
        The network; load its weights with `load_state_dict(..., assign=True)`.

    Raises:
        UnplannedError: it is no plan, or names something that is not allowed.

    Example:
        >>> planned({"kind": "os.system", "with": {"command": "date"}})
        Traceback (most recent call last):
        convscope.probe.plans.UnplannedError: 'os.system' is no layer that may be built
    """
    builder = _Builder({**KINDS, **(ours or {})})
    try:
        with torch.device("meta"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of layers without weights
            return builder.layer(plan, 0)
    except UnplannedError:
        raise
    except Exception as error:  # the classes check their arguments, each in its own way
        raise UnplannedError(" ".join(str(error).split())[:160] or repr(error)) from error


def _told(module: nn.Module, path: str, ours: dict[str, type[nn.Module]]) -> Plan:
    kind = type(module)
    if "forward" in vars(module):
        raise UnplannedError(f"{path.rstrip('.') or 'it'} has a forward pass of its own")
    if kind is nn.Sequential:
        # not `named_children`: one ReLU may stand in two places
        children = module._modules.items()  # noqa: SLF001
        told = [[name, _told(child, f"{path}{name}.", ours)] for name, child in children if child]
        return {"kind": "Sequential", "layers": told}
    name = getattr(kind, "plan_name", kind.__name__)
    if KINDS.get(name) is not kind:
        if "plan_name" not in vars(kind):
            where = f"layer {path.rstrip('.')}" if path else "the network"
            raise UnplannedError(f"{where} is of class {kind.__name__}, which has no description")
        ours[name] = kind
    return {"kind": name, "with": _arguments(module)}


def _arguments(layer: nn.Module) -> dict[str, Any]:
    """Read off a layer what it was made with: torch keeps arguments under their own names."""
    given: dict[str, Any] = {}
    for name in signature(type(layer)).parameters:
        if name in _PLACED or not hasattr(layer, name):
            continue
        value = getattr(layer, name)
        if name == "bias":
            value = isinstance(value, Tensor)
        given[name] = list(value) if isinstance(value, tuple) else value
        if not _is_plain(given[name]):
            raise UnplannedError(f"{name} of a {type(layer).__name__} is no plain value")
    return given


def _shapes(model: nn.Module) -> dict[str, torch.Size]:
    return {name: values.shape for name, values in model.state_dict().items()}


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return len(value) <= DEEPEST and all(one is None or _is_number(one) for one in value)
    return value is None or isinstance(value, bool | str) or _is_number(value)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= LARGEST


class _Builder:
    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self.layers = 0

    def layer(self, plan: object, depth: int) -> nn.Module:
        self.layers += 1
        if not isinstance(plan, dict) or depth > DEEPEST or self.layers > MOST_LAYERS:
            raise UnplannedError("its description is none, or is endless")
        kind = plan.get("kind")
        if kind == "Sequential":
            return self.sequence(plan.get("layers"), depth)
        if not isinstance(kind, str) or kind not in self.kinds:
            raise UnplannedError(f"{str(kind)[:40]!r} is no layer that may be built")
        arguments = plan.get("with")
        if not isinstance(arguments, dict):
            raise UnplannedError(f"{kind} has no arguments")
        known = {*signature(self.kinds[kind]).parameters} - _PLACED
        strange = [name for name, value in arguments.items() if not _is_plain(value)]
        strange += [name for name in arguments if name not in known]
        if strange:
            raise UnplannedError(f"{kind} cannot be built with this {strange[0][:40]!r}")
        made = {n: tuple(v) if isinstance(v, list) else v for n, v in arguments.items()}
        return self.kinds[kind](**made)

    def sequence(self, layers: object, depth: int) -> nn.Module:
        if not isinstance(layers, list):
            raise UnplannedError("a Sequential without its layers")
        whole = nn.Sequential()
        for entry in layers:
            if not isinstance(entry, list) or len(entry) != 2 or not isinstance(entry[0], str):
                raise UnplannedError("a layer has a name and a description")
            if entry[0] in whole._modules:  # noqa: SLF001 - and torch's own check is about attributes
                raise UnplannedError(f"two layers are called {entry[0][:40]!r}")
            whole.add_module(entry[0], self.layer(entry[1], depth + 1))
        return whole
