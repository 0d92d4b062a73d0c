"""Every network we ship, by name."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from convscope.errors import ConfigError, account, nearest
from convscope.models.chapter import simple_cnn, simple_net
from convscope.models.optional import TIMM, timm_net
from convscope.models.pooled import pooled_cnn, wide_cnn
from convscope.models.residual import small_resnet
from convscope.models.sizes import Size


@dataclass(frozen=True, slots=True)
class Builder:
    """How a network is made, and what must come out.

    Attributes:
        make: takes `size`, `channels`, `classes` and the network's own options.
        parameters: how many it has at exactly the numbers below.
        size: side of the pictures in pixels.
        channels: of the pictures.
        classes: number of outputs.
    """

    make: Callable[..., nn.Module]
    parameters: int
    size: int = 28
    channels: int = 1
    classes: int = 10


BUILDERS: dict[str, Builder] = {
    "simple_net": Builder(simple_net, 6_722, classes=2),
    "simple_cnn": Builder(simple_cnn, 30_282),
    "pooled_cnn": Builder(pooled_cnn, 24_170),
    "wide_cnn": Builder(wide_cnn, 94_986, size=32, channels=3),
    "small_resnet": Builder(small_resnet, 1_228_450, size=128, channels=3, classes=2),
}


def build(name: str, *, size: Size, channels: int, classes: int, **options: object) -> nn.Module:
    """Make the network called `name`.

    Args:
        name: a key of `BUILDERS`, or "timm:" and a name of timm's.
        size: side of the pictures in pixels, or their height and width.
        channels: of the pictures, 1 for grey, 3 for colour.
        classes: number of outputs, at least 2.
        options: what else that network takes, such as `norm`.

    Returns:
        A network from (batch, channels, height, width) to (batch, classes).

    Raises:
        ConfigError: there is no network of that name.

    Example:
        >>> len(build("simple_net", size=28, channels=1, classes=2))
        6
    """
    if name.startswith(TIMM):
        return timm_net(name, size=size, channels=channels, classes=classes, **options)
    if name not in BUILDERS:
        raise ConfigError(
            account(
                f"there is no network {name!r}",
                facts={"known": ", ".join(BUILDERS)},
                because="only these networks have a name, and timm:NAME where timm can be imported",
                fix=f"{nearest(name, list(BUILDERS))}; in Python also any nn.Module of your own",
            )
        )
    return BUILDERS[name].make(size=size, channels=channels, classes=classes, **options)
