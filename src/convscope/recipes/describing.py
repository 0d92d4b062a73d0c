"""`convscope summary`: take a network apart, wherever it comes from."""

import sys
from importlib import import_module
from pathlib import Path

from torch import nn

from convscope.errors import ConfigError, account, nearest
from convscope.models import BUILDERS, build, native_size
from convscope.probe import Anatomy, anatomy
from convscope.recipes.loading import load_trained
from convscope.runs import RunFolder

Size = tuple[int, ...]
CLASSES = 1000  # what published networks tell apart


def describe(name: str | RunFolder, size: Size | None = None) -> Anatomy:
    """Take a network apart.

    Args:
        name: a run; "timm:NAME"; "package.module:function", called without arguments, or a module
            of that name; or a name of `convscope.models.BUILDERS`.
        size: channels, height and width of a picture, or a whole shape. A run and a named network
            know their own.

    Returns:
        Its layers, costs and fields, for one picture.

    Raises:
        ConfigError: there is no such network, or no size.
        ConvscopeError: it fails on that size.
    """
    if isinstance(name, RunFolder):
        trained = load_trained(name)
        own = (trained.prepare.reading.channels, *trained.prepare.size)
        return anatomy(trained.model, size or own)
    return anatomy(*untrained(name, size))


def untrained(name: str, size: Size | None = None) -> tuple[nn.Module, Size]:
    """Make a network that is no run.

    Args:
        name: as for `describe`.
        size: channels, height and width of a picture, or a whole shape.

    Returns:
        The network with new weights, and the size of its input.

    Raises:
        ConfigError: there is no such network, or no size.
    """
    if name.startswith("timm:"):
        size = size or (3, *(native_size(name) or (224, 224)))
        return _built(name, size, CLASSES), size
    if ":" in name:
        if size is None:
            raise ConfigError(_message(name, "no size was given", "--size 3,224,224"))
        return _imported(name), size
    if name not in BUILDERS:
        known = nearest(name, list(BUILDERS))
        because = "it is no run's folder, no name of ours, and names no module"
        fix = f"{known}, a run's folder, timm:NAME or package.module:function"
        raise ConfigError(_message(name, because, fix))
    one = BUILDERS[name]
    size = size or (one.channels, one.size, one.size)
    return _built(name, size, one.classes), size


def _built(name: str, size: Size, classes: int) -> nn.Module:
    if len(size) < 3:
        fix = "--size 3,224,224: channels, height, width"
        raise ConfigError(_message(name, f"{size} is not the size of a picture", fix))
    channels, height, width = size[-3:]
    return build(name, size=(height, width), channels=channels, classes=classes)


def _imported(name: str) -> nn.Module:
    """Call the function that makes a network.

    Returns:
        The network.

    Raises:
        ConfigError: it cannot be imported, fails, or makes no network.
    """
    module, _, function = name.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:  # as `python -m` does
        sys.path.insert(0, here)
    try:
        made = getattr(import_module(module), function)
        made = made if isinstance(made, nn.Module) else made()
    except Exception as error:
        because = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        fix = "a function of an importable module that takes no arguments and returns a network"
        raise ConfigError(_message(name, because, fix)) from error
    if not isinstance(made, nn.Module):
        because = f"it gives {type(made).__name__}, not a torch.nn.Module"
        raise ConfigError(_message(name, because, "a function that returns a network"))
    return made


def _message(name: str, because: str, fix: str) -> str:
    facts = {"asked": name}
    return account("there is no network to summarise", facts=facts, because=because, fix=fix)
