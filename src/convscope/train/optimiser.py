"""Parameter groups, and the optimiser of the chapter.

A *layer group* is what a splitter makes: parameters that share a rate. In the optimiser each one
becomes up to two groups, with weight decay and without.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from torch import nn, optim
from torch.nn.modules.batchnorm import _NormBase  # pyright: ignore[reportPrivateUsage]
from torch.optim import Optimizer

from convscope.errors import ConfigError, account

ParameterGroups: TypeAlias = list[list[nn.Parameter]]
Splitter: TypeAlias = Callable[[nn.Module], ParameterGroups]
OptFunc: TypeAlias = Callable[..., Optimizer]
Rate: TypeAlias = float | Sequence[float] | slice

# `_NormBase` is the common root of every batch and instance norm that PyTorch has
NORMS = (_NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)
_FUSED_DEVICES = {"cpu", "cuda", "mps", "xpu"}


def adam(groups: Sequence[Mapping[str, Any]], lr: float) -> Optimizer:
    """Make the chapter's optimiser: Adam with decoupled weight decay.

    PyTorch's AdamW with betas (0.9, 0.99), eps 1e-5, decay 0.01; one fused kernel a step where the
    parameters allow it.

    Args:
        groups: parameter groups as PyTorch takes them.
        lr: the rate, above 0.

    Returns:
        The optimiser.

    Example:
        >>> opt = adam([{"params": nn.Linear(2, 1).parameters()}], lr=0.1)
        >>> opt.param_groups[0]["betas"], opt.param_groups[0]["weight_decay"]
        ((0.9, 0.99), 0.01)

    Source:
        Loshchilov & Hutter, "Decoupled weight decay regularization" (2019), algorithm 2.
    """
    groups = [{**group, "params": list(group["params"])} for group in groups]
    fused = all(
        parameter.device.type in _FUSED_DEVICES and parameter.is_floating_point()
        for group in groups
        for parameter in group["params"]
    )
    return optim.AdamW(groups, lr=lr, betas=(0.9, 0.99), eps=1e-5, weight_decay=0.01, fused=fused)


def trainable_params(model: nn.Module) -> ParameterGroups:
    """Split nothing: one layer group with every parameter that is to be trained.

    Returns:
        A list of one list.

    Example:
        >>> [len(group) for group in trainable_params(nn.Linear(2, 1))]
        [2]
    """
    return [[parameter for parameter in model.parameters() if parameter.requires_grad]]


def norm_parameters(model: nn.Module) -> set[nn.Parameter]:
    """Find the parameters of normalisation layers: no decay, and trained even when frozen.

    Returns:
        The parameters.

    Example:
        >>> len(norm_parameters(nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))))
        2
    """
    return {p for m in model.modules() if isinstance(m, NORMS) for p in m.parameters()}


def build_optimizer(
    opt_func: OptFunc, model: nn.Module, layer_groups: ParameterGroups, lr: float, wd: float | None
) -> Optimizer:
    """Make an optimiser that does not decay biases and normalisation layers.

    Args:
        opt_func: called with a list of parameter groups and `lr=`: `adam`, or any of PyTorch's.
        model: tells biases and normalisation layers from the rest.
        layer_groups: what a splitter returned.
        lr: the rate to begin with, above 0.
        wd: weight decay of what is decayed, at least 0; None keeps the optimiser's own.

    Returns:
        The optimiser; each of its groups knows its "layer_group" (an index) and if it "decays".

    Raises:
        ConfigError: there is nothing to train.

    Example:
        >>> net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
        >>> opt = build_optimizer(adam, net, trainable_params(net), lr=0.1, wd=None)
        >>> [(len(group["params"]), group["weight_decay"]) for group in opt.param_groups]
        [(1, 0.01), (3, 0.0)]
    """
    biases = {p for name, p in model.named_parameters() if name.split(".")[-1] == "bias"}
    spared = biases | norm_parameters(model)
    groups: list[dict[str, Any]] = []
    for index, parameters in enumerate(layer_groups):
        for decays in (True, False):
            members = [p for p in parameters if (p not in spared) == decays]
            if not members:
                continue
            group: dict[str, Any] = {"params": members, "layer_group": index, "decays": decays}
            if not decays:
                group["weight_decay"] = 0.0
            elif wd is not None:
                group["weight_decay"] = wd
            groups.append(group)
    if not groups:
        raise ConfigError(
            account(
                "there is nothing to train",
                facts={"model": type(model).__name__},
                because="none of its parameters requires a gradient",
                fix="a model with parameters that may be trained (requires_grad) before the "
                "Learner is made",
            )
        )
    return opt_func(groups, lr=lr)


def rates_of(rate: Rate, layer_groups: int) -> list[float]:
    """Give every layer group its rate.

    Args:
        rate: one number for all; a list with one for each; `slice(stop)`: stop / 10 for all but the
            last; `slice(start, stop)`: equal factors from the first group to the last.
        layer_groups: how many there are, at least 1.

    Returns:
        One rate a group, all above 0 and finite.

    Raises:
        ConfigError: a rate is not above 0, or there is not one for each group.

    Example:
        >>> rates_of(slice(1e-4, 1e-2), 3)
        [0.0001, 0.001, 0.01]
        >>> rates_of(slice(1e-2), 3)
        [0.001, 0.001, 0.01]
    """
    if isinstance(rate, slice):
        rates = _spread(rate.start, rate.stop, layer_groups)
    elif isinstance(rate, int | float):
        rates = [float(rate)] * layer_groups
    else:
        rates = [float(one) for one in rate]
    if len(rates) != layer_groups:
        raise ConfigError(
            account(
                "the rates do not match the parameter groups",
                facts={"rates": rates, "parameter groups": layer_groups},
                because="a list needs one rate for each group",
                fix="a single number, or slice(first, last)",
            )
        )
    if not all(0 < one < float("inf") for one in rates):
        raise ConfigError(
            account(
                "this learning rate cannot train anything",
                facts={"rate": rate},
                because="a rate must be a number above 0",
                fix="lr_find, or the default of 1e-3",
            )
        )
    return rates


def _spread(start: float | None, stop: float, layer_groups: int) -> list[float]:
    if start is None:
        return [stop / 10] * (layer_groups - 1) + [stop]
    if layer_groups == 1:
        return [stop]
    factor = (stop / start) ** (1 / (layer_groups - 1))
    return [round(start * factor**index, 15) for index in range(layer_groups)]


def set_rates(opt: Optimizer, rates: Sequence[float]) -> None:
    """Give the groups of `opt` the rates of their layer groups."""
    for group in opt.param_groups:
        group["lr"] = rates[group["layer_group"]]


def momentum(opt: Optimizer) -> float | None:
    """The momentum of `opt`: Adam's first beta, SGD's momentum, else None."""
    group = opt.param_groups[-1]
    return group["betas"][0] if "betas" in group else group.get("momentum")


def set_momentum(opt: Optimizer, value: float) -> None:
    """Set Adam's first beta or SGD's momentum; an optimiser without either is left alone."""
    for group in opt.param_groups:
        if "betas" in group:
            group["betas"] = (value, *group["betas"][1:])
        elif "momentum" in group:
            group["momentum"] = value
