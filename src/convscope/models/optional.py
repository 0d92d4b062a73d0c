"""Networks of timm, where it can be imported. Nothing is downloaded."""

from difflib import get_close_matches
from importlib import import_module
from types import ModuleType
from typing import Any

from torch import nn

from convscope.errors import ConfigError, account, nearest
from convscope.models.sizes import Size

TIMM = "timm:"


def timm_net(name: str, *, size: Size, channels: int, classes: int, **options: object) -> nn.Module:
    """Make a network of timm, with new weights.

    Args:
        name: "timm:" and a name that `timm.list_models()` gives.
        size: side of the pictures in pixels, or their height and width.
        channels: of the pictures.
        classes: number of outputs.
        options: what else that network takes.

    Returns:
        A network from (batch, channels, height, width) to (batch, classes).

    Raises:
        ConfigError: timm cannot be imported, has no such network, or cannot make it like that.
    """
    timm, bare = _timm(name), name.removeprefix(TIMM)
    if _config(timm, name).get("fixed_input_size"):  # a vision transformer's patches are counted
        options["img_size"] = size
    try:
        return timm.create_model(
            bare, pretrained=False, in_chans=channels, num_classes=classes, **options
        )
    except Exception as error:
        raise ConfigError(
            account(
                f"timm cannot make {bare!r} like that",
                facts={"size": size, "channels": channels, "classes": classes},
                because=" ".join(str(error).split())[:160] or type(error).__name__,
                fix="another --size, or another network",
            )
        ) from error


def native_size(name: str) -> tuple[int, int] | None:
    """Look up the size of the pictures that a network of timm was made for.

    Args:
        name: any network's name.

    Returns:
        Height and width in pixels; None for networks that are not timm's.

    Raises:
        ConfigError: timm cannot be imported, or has no such network.

    Example:
        >>> native_size("pooled_cnn") is None
        True
    """
    if not name.startswith(TIMM):
        return None
    _, height, width = _config(_timm(name), name).get("input_size", (3, 224, 224))
    return height, width


def _config(timm: ModuleType, name: str) -> dict[str, Any]:
    bare = name.removeprefix(TIMM)
    # asked before anything else: names with a scheme would make timm look on the network
    if not timm.is_model(bare):
        alike = get_close_matches(bare, timm.list_models()) or ["resnet18"]  # of a thousand names
        raise ConfigError(
            account(
                f"timm has no network {bare!r}",
                facts={"networks in timm": len(timm.list_models())},
                because="only a name of timm.list_models() can be built",
                fix=f"{nearest(bare, alike)}, with {TIMM} before it",
            )
        )
    found = timm.models.get_pretrained_cfg(bare)
    return {} if found is None else found.to_dict()


def _timm(name: str) -> ModuleType:
    try:
        return import_module("timm")
    except ImportError as error:
        raise ConfigError(
            account(
                f"--arch {name} needs timm, which cannot be imported",
                facts={"import timm": str(error)},
                because="timm is not among what convscope brings along",
                fix="pip install timm (it needs a torchvision that fits your torch), or one of our "
                "own networks: --arch small_resnet",
            )
        ) from error
