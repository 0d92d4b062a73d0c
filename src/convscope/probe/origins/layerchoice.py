"""Which layer is meant: numbered as in the chapter, or named."""

import torch
from torch import nn

from convscope.errors import ConfigError, account, nearest
from convscope.probe.record import ModuleCall, Recording


def numbered_layers(model: nn.Module) -> list[str]:
    """List the modules that have parameters of their own, in the model's order.

    Returns:
        Their paths: the place in the list is the layer's number.

    Example:
        >>> net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16, 2))
        >>> numbered_layers(net)
        ['0', '3']
    """
    return [
        path
        for path, module in model.named_modules()
        if any(True for _ in module.parameters(recurse=False))
    ]


def chosen_call(model: nn.Module, recording: Recording, layer: int | str) -> ModuleCall:
    """Find the call of a layer.

    Args:
        model: whose pass was recorded.
        recording: of the pass.
        layer: its number among `numbered_layers`, negative from the end; or a module's path,
            `path#2` for its second call in the pass.

    Returns:
        The call.

    Raises:
        ConfigError: there is no such layer, or it did not run.
    """
    path, turn = _asked(model, layer)
    calls = [one for one in recording.calls if one.path == path]
    if not calls or turn >= len(calls):
        ran = ", ".join(dict.fromkeys(_ran(recording)))
        scripted = isinstance(dict(model.named_modules()).get(path), torch.jit.ScriptModule)
        because = "only what the network executes on this input can be traced"
        raise ConfigError(
            account(
                f"layer {layer!r} did not run" if not calls else f"there is no call {layer!r}",
                facts={"layer": path, "calls": len(calls)},
                because="the layers of TorchScript cannot be watched" if scripted else because,
                fix=f"one of {ran}"[:300] if ran else "the network that the script was made of",
            )
        )
    return calls[turn]


def _asked(model: nn.Module, layer: int | str) -> tuple[str, int]:
    paths = numbered_layers(model)
    if isinstance(layer, int):
        if not -len(paths) <= layer < len(paths):
            raise ConfigError(
                account(
                    f"there is no layer {layer}",
                    facts={"layers": _listed(paths)},
                    because="layers with parameters are numbered from 0, negative from the end",
                    fix=f"0 to {len(paths) - 1}" if paths else "the path of a module",
                )
            )
        return paths[layer], 0
    known = [path for path, _ in model.named_modules() if path]
    path, _, turn = layer.partition("#")
    if path not in known or (turn and not turn.isdecimal()):
        raise ConfigError(
            account(
                f"there is no layer {layer!r}",
                facts={"layers": _listed(paths)},
                because="a layer is called by its number, or by its path in the network",
                fix=nearest(path, known)[:300],
            )
        )
    return path, max(0, int(turn or 1) - 1)


def _listed(paths: list[str]) -> str:
    named = [f"{number} {path}" for number, path in enumerate(paths)]
    shown = named if len(named) <= 12 else [*named[:6], "...", *named[-5:]]
    return ", ".join(shown) or "none has parameters"


def _ran(recording: Recording) -> list[str]:
    return [one.path for one in recording.calls if one.path]
