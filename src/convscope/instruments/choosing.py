"""Which layers are watched."""

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from torch import nn
from torch.jit import ScriptModule

from convscope.errors import ConfigError, account, nearest

One = nn.Module | str | type[nn.Module] | Callable[[str, nn.Module], bool]
Modules = One | Iterable[One] | None


def chosen_layers(
    model: nn.Module, modules: Modules = None, *, include_paramless: bool = False
) -> dict[str, nn.Module]:
    """Choose layers of a model.

    Args:
        model: wrappers of PyTorch (parallel, compiled) are looked through.
        modules: by default every layer with parameters; else a module, a name, a type, a function
            of (name, module), or several of these.
        include_paramless: by default also layers without parameters, such as ReLU.

    Returns:
        Name to module, in the order of the model.

    Raises:
        ConfigError: it is no module, or something names no layer; the nearest names are told.

    Example:
        >>> net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3))
        >>> list(chosen_layers(net)), list(chosen_layers(net, nn.ReLU))
        (['0', '2'], ['1'])
    """
    if not isinstance(cast(object, model), nn.Module) or isinstance(model, ScriptModule):
        raise ConfigError(_no_module(model))
    named = {
        name or "model": module
        for name, module in bare(model).named_modules()
        if not isinstance(module, ScriptModule)  # hooks are refused there
    }
    if modules is None:
        leaves = {name: module for name, module in named.items() if _is_leaf(module)}
        return {
            name: module
            for name, module in leaves.items()
            if include_paramless or any(True for _ in module.parameters())
        }
    single = isinstance(modules, nn.Module | str | int) or callable(modules)
    wanted = cast(Iterable[One], [modules] if single else modules)
    found = {name for one in wanted for name in _matching(named, one)}
    if not found:
        raise ConfigError(_no_names(named))
    return {name: module for name, module in named.items() if name in found}


def bare(model: nn.Module) -> nn.Module:
    """Look through the wrappers of PyTorch.

    Returns:
        The model that was parallelised or compiled.
    """
    for name in ("_orig_mod", "module"):
        inside = model._modules  # noqa: SLF001 - getattr would find a user's layer
        inner = inside[name] if name in inside else None  # noqa: SIM401 - a scripted one has no get
        if inner is not None and type(model).__module__.startswith("torch."):
            return bare(inner)
    return model


def _is_leaf(module: nn.Module) -> bool:
    """A layer that does its own work: its children, if any, only hold what it uses."""
    own = isinstance(module, nn.MultiheadAttention)
    return own or not set(dict(module.named_children())) - {"parametrizations"}


def _matching(named: Mapping[str, nn.Module], one: One) -> list[str]:
    if isinstance(one, str):
        found = [one] if one in named else []
    elif isinstance(one, nn.Module):
        found = [name for name, module in named.items() if module is one]
    elif isinstance(one, type):
        found = [name for name, module in named.items() if isinstance(module, one)]
    elif callable(one):
        found = [name for name, module in named.items() if one(name, module)]
    else:
        found = []
    if found:
        return found
    asked = getattr(one, "__name__", one if isinstance(one, str | int) else type(one).__name__)
    raise ConfigError(
        account(
            "there is no such layer to watch",
            facts={"asked for": asked, "layers": len(named)},
            because="no module of this model matches it",
            fix=nearest(str(asked), list(named)),
        )
    )


def _no_names(named: Mapping[str, nn.Module]) -> str:
    return account(
        "no layer is named to watch",
        facts={"layers": len(named)},
        because="modules is empty",
        fix=f"leave modules out for all layers with parameters, or name some: {', '.join(named)}",
    )


def _no_module(model: object) -> str:
    return account(
        "only a PyTorch module can be watched",
        facts={"given": type(model).__name__},
        because="its layers are asked for what they give, which a scripted one does not allow",
        fix="the nn.Module that your loop calls, before torch.jit.script",
    )
