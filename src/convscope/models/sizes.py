"""How large a picture is, and whether a network can take it."""

from collections.abc import Sequence
from typing import TypeAlias

from convscope.conv import Window, output_size
from convscope.errors import ShapeError, account

Size: TypeAlias = int | tuple[int, int]


def both_sides(size: Size, *, least: int, network: str) -> tuple[int, int]:
    """Give height and width, whether `size` is one side of a square or both.

    Args:
        size: of the pictures, in pixels.
        least: the shortest side that `network` can take, in pixels.
        network: its name, for the message.

    Returns:
        Height and width in pixels.

    Raises:
        ShapeError: a side is shorter than `least`.

    Example:
        >>> both_sides(28, least=2, network="simple_net")
        (28, 28)
    """
    height, width = (size, size) if isinstance(size, int) else size
    if min(height, width) < least:
        raise ShapeError(
            account(
                f"the pictures are too small for {network}",
                facts={
                    "pictures": f"{height} x {width} px (height x width)",
                    "network": f"steps over {least} px until its last map",
                },
                because=f"{min(height, width)} px < {least} px would leave that map only padding",
                fix=f"pictures of {least} px or more, or a network with fewer steps",
            )
        )
    return height, width


def map_sizes(size: tuple[int, int], windows: Sequence[Window]) -> list[tuple[int, int]]:
    """Follow height and width of a picture through a stack of windows.

    Args:
        size: height and width of the picture, in pixels.
        windows: the stack, the picture's side first.

    Returns:
        Height and width of the maps behind each window.

    Raises:
        ShapeError: some window does not fit.

    Example:
        >>> map_sizes((28, 20), [Window(3, stride=2, padding=1)] * 2)
        [(14, 10), (7, 5)]
    """
    sizes: list[tuple[int, int]] = []
    for window in windows:
        size = output_size(size[0], window), output_size(size[1], window)
        sizes.append(size)
    return sizes
