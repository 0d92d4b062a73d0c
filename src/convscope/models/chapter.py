"""The chapter's networks: nothing but convolutions with stride 2, until one place is left."""

from itertools import pairwise

from torch import nn

from convscope.conv import Window
from convscope.models.blocks import channels_last, conv
from convscope.models.norms import Norm, Order
from convscope.models.sizes import Size, both_sides, map_sizes

WIDEST = 512  # doubling stops here: a photograph of 1,024 pixels would otherwise reach 2,048 maps


def simple_net(
    *,
    size: Size = 28,
    channels: int = 1,
    classes: int = 2,
    norm: Norm = None,
    order: Order = "before",
) -> nn.Sequential:
    """Make the chapter's 3-or-7 net: 3 x 3 kernels with stride 2, from 4 maps on, always doubling.

    At 28 pixels it has the chapter's five convolutions and 6,722 parameters. Other sizes get as
    many as bring the map to 1 x 1.

    Args:
        size: side of the pictures in pixels, or their height and width; at least 2.
        channels: of the pictures, 1 for grey, 3 for colour.
        classes: number of outputs.
        norm: "batch", "group", "instance", "layer", "local_response", "rms", the class of one of
            them, or None.
        order: "before" or "after" the ReLU.

    Returns:
        A network from (batch, channels, height, width) to (batch, classes), with PyTorch's own
        initialisation.

    Raises:
        ShapeError: a side of the pictures is shorter than 2 pixels.
        ConfigError: `norm` or `order` is unknown.

    Example:
        >>> sum(weights.numel() for weights in simple_net().parameters())
        6722

    Source:
        Howard & Gugger, "Deep learning for coders with fastai and PyTorch" (2020), chapter 13.
    """
    return _halving("simple_net", (4, 3), size, (channels, classes), norm, order)


def simple_cnn(
    *,
    size: Size = 28,
    channels: int = 1,
    classes: int = 10,
    norm: Norm = None,
    order: Order = "before",
) -> nn.Sequential:
    """Make the chapter's 10-digit net: a 5 x 5 kernel first, from 8 maps on, always doubling.

    At 28 pixels it has five convolutions and 30,282 parameters, 30,542 with BatchNorm.

    Args:
        size: side of the pictures in pixels, or their height and width; at least 2.
        channels: of the pictures, 1 for grey, 3 for colour.
        classes: number of outputs.
        norm: as in `simple_net`.
        order: "before" or "after" the ReLU.

    Returns:
        A network from (batch, channels, height, width) to (batch, classes), with PyTorch's own
        initialisation.

    Raises:
        ShapeError: a side of the pictures is shorter than 2 pixels.
        ConfigError: `norm` or `order` is unknown.

    Example:
        >>> sum(weights.numel() for weights in simple_cnn(norm="batch").parameters())
        30542

    Source:
        Howard & Gugger, "Deep learning for coders with fastai and PyTorch" (2020), chapter 13.
    """
    return _halving("simple_cnn", (8, 5), size, (channels, classes), norm, order)


def _halving(
    name: str, kernels: tuple[int, int], size: Size, ends: tuple[int, int], norm: Norm, order: Order
) -> nn.Sequential:
    """Stack convolutions with stride 2 until the map is 1 x 1.

    Args:
        name: of the network, for messages.
        kernels: maps and kernel size of the first convolution.
        size: of the pictures, in pixels.
        ends: channels of the pictures, classes.
        norm: after every convolution, the last included, as in the chapter.
        order: of normalisation and ReLU.

    Returns:
        The convolutions and a Flatten.
    """
    sides = both_sides(size, least=2, network=name)
    steps = (max(sides) - 1).bit_length()  # 28 -> 14 -> 7 -> 4 -> 2 -> 1: five
    first, kernel = kernels
    windows = [Window(side, stride=2, padding=side // 2) for side in [kernel, *[3] * (steps - 1)]]
    widths = [ends[0], *(min(WIDEST, first << step) for step in range(steps - 1)), ends[1]]
    layers = [
        conv(pair, window, size=left, activated=step < steps, norm=norm, order=order)
        for step, (pair, window, left) in enumerate(
            zip(pairwise(widths), windows, map_sizes(sides, windows), strict=True), start=1
        )
    ]
    return channels_last(nn.Sequential(*layers, nn.Flatten()))
