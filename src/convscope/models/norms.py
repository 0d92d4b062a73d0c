"""Which normalisation follows a convolution, and where none can."""

import logging
from typing import TypeAlias

from torch import nn

from convscope.errors import ConfigError, account, nearest

Norm: TypeAlias = str | type[nn.Module] | None
Order: TypeAlias = str  # "before" or "after"; a mistake gets our message

NORMS: dict[str, type[nn.Module]] = {
    "batch": nn.BatchNorm2d,
    "group": nn.GroupNorm,
    "instance": nn.InstanceNorm2d,
    "layer": nn.LayerNorm,
    "local_response": nn.LocalResponseNorm,
    "rms": nn.RMSNorm,
}

GROUP_CHANNELS = 4  # with one channel to a group it would be instance normalisation
GROUP_VALUES = 16  # a mean of fewer says too little
SPREAD_VALUES = 3  # one value has no variance; two always normalise to -1 and 1
LOCAL_CHANNELS = 5  # neighbours in AlexNet's local response (Krizhevsky et al. 2012, section 3.3)


def norm_class(norm: Norm) -> type[nn.Module] | None:
    """Find the layer that `norm` names.

    Args:
        norm: a key of `NORMS`, one of its classes, or None for no normalisation.

    Returns:
        The class, or None.

    Raises:
        ConfigError: `norm` is not a normalisation of two-dimensional maps that we know.

    Example:
        >>> norm_class("batch").__name__
        'BatchNorm2d'
    """
    if norm is None or (isinstance(norm, type) and norm in NORMS.values()):
        return norm
    if isinstance(norm, str) and norm in NORMS:
        return NORMS[norm]
    name = norm if isinstance(norm, str) else norm.__name__
    raise ConfigError(
        account(
            f"there is no normalisation {name!r} for maps of a convolution",
            facts={"known": ", ".join(NORMS)},
            because="it needs a layer of torch.nn that takes (batch, channels, height, width)",
            fix=f"norm={nearest(name, list(NORMS))}, or norm=None",
        )
    )


def norm_layer(norm: Norm, channels: int, *, size: tuple[int, int]) -> nn.Module | None:
    """Make the normalisation of maps with `channels` channels, if it has something to do.

    A layer that subtracts a mean inside one picture is left out, with a notice in the log, where
    fewer than three values share that mean: one value has no variance, so PyTorch stops training
    with instance normalisation of a 1 x 1 map, and two values always come out as -1 and 1.

    Args:
        norm: see `norm_class`.
        channels: of the maps, at least 1.
        size: height and width of the maps, in pixels.

    Returns:
        The layer, with trainable scale and shift where it has any, or None.

    Raises:
        ConfigError: `norm` is unknown.

    Example:
        >>> type(norm_layer("group", 12, size=(7, 7))).__name__
        'GroupNorm'
        >>> norm_layer("instance", 12, size=(1, 1)) is None
        True
    """
    found = norm_class(norm)
    if found is None:
        return None
    values = _averaged(found, channels, size)
    if values is not None and values < SPREAD_VALUES:
        logging.getLogger("convscope").warning(
            "%s left out on %d maps of %d x %d: a mean of %d value(s) leaves nothing of them",
            *(found.__name__, channels, *size, values),
        )
        return None
    return _made(found, channels, size)


def group_count(channels: int, places: int) -> int:
    """Choose groups of channels that hold four channels and sixteen values at least.

    Args:
        channels: at least 1.
        places: of each map, height times width, at least 1.

    Returns:
        The largest divisor of `channels` that allows that and is at most 32, else 1.

    Example:
        >>> [group_count(channels, places=49) for channels in (8, 10, 64, 7, 256)]
        [2, 2, 16, 1, 32]
        >>> group_count(10, places=1)  # ten class scores: halving them would hide the best of them
        1

    Source:
        Wu & He, "Group normalization" (2018): 32 groups, fewer for narrow layers.
    """
    most = min(32, channels // GROUP_CHANNELS, channels * places // GROUP_VALUES)
    return next((count for count in range(most, 1, -1) if channels % count == 0), 1)


def _averaged(found: type[nn.Module], channels: int, size: tuple[int, int]) -> int | None:
    """Count the values of one picture that share a mean; None if the layer takes no such mean."""
    places = size[0] * size[1]
    counts: dict[type[nn.Module], int] = {
        nn.InstanceNorm2d: places,
        nn.GroupNorm: channels // group_count(channels, places) * places,
        nn.LayerNorm: channels * places,
    }
    return counts.get(found)


def _made(found: type[nn.Module], channels: int, size: tuple[int, int]) -> nn.Module:
    if found is nn.GroupNorm:
        return nn.GroupNorm(group_count(channels, size[0] * size[1]), channels)
    if found is nn.InstanceNorm2d:
        return nn.InstanceNorm2d(channels, affine=True)
    if found is nn.LocalResponseNorm:
        return nn.LocalResponseNorm(LOCAL_CHANNELS)
    if found in {nn.LayerNorm, nn.RMSNorm}:
        return found([channels, *size])
    return found(channels)
