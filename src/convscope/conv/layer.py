"""One convolution layer as plain numbers."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convscope.conv.formulas import size_formula
from convscope.conv.kernels import Kernel
from convscope.conv.sizes import Window, output_size, same
from convscope.errors import ShapeError, account

Array: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = ArrayLike | tuple[Any, ...]
"""Whatever numpy makes an array of; a tuple too, which its own type leaves out at run time."""
Both: TypeAlias = int | tuple[int, int]
"""One number for rows and columns, or one for each."""


@dataclass(frozen=True, eq=False, slots=True)
class Convolution:
    """A convolution: its weights, and how its window slides. Made by `convolution`.

    Attributes:
        weight: (channels out, channels in / groups, rows, columns), as PyTorch has them.
        bias: one number for each channel out.
        rows: the window down the picture.
        columns: the window across it.
        groups: parts that the channels fall into; each sees only its own.
    """

    weight: Array
    bias: Array
    rows: Window
    columns: Window
    groups: int = 1

    @property
    def channels_in(self) -> int:
        """Channels that the picture must have."""
        return self.weight.shape[1] * self.groups

    @property
    def channels_out(self) -> int:
        """Maps that it makes."""
        return self.weight.shape[0]

    def map_size(self, height: int, width: int) -> tuple[int, int]:
        """Give height and width of its maps on a picture of `height` x `width` pixels."""
        return output_size(height, self.rows), output_size(width, self.columns)

    def formulas(self, height: int, width: int) -> tuple[str, str]:
        """Write out height and width of its maps, with the layer's own numbers."""
        return size_formula(height, self.rows), size_formula(width, self.columns)

    def seen_by(self, channel: int) -> slice:
        """Give the channels of the picture that map `channel` is made of."""
        inside = self.weight.shape[1]
        first = channel // (self.channels_out // self.groups) * inside
        return slice(first, first + inside)


def convolution(
    weight: Numbers | Kernel,
    bias: Numbers | None = None,
    *,
    stride: Both = 1,
    padding: Both | Literal["same"] = 0,
    dilation: Both = 1,
    groups: int = 1,
    uneven: bool = False,
) -> Convolution:
    """Describe a convolution, in PyTorch's words.

    Args:
        weight: one kernel, by hand or as (rows, columns); or
            (channels out, channels in / groups, rows, columns).
        bias: one number for each channel out; by default zeros.
        stride: pixels from one place to the next.
        padding: pixels of zeros on each side; "same" keeps the size, see `same`.
        dilation: pixels from one tap to the next.
        groups: parts that the channels fall into.
        uneven: let "same" pad an even kernel with one pixel more at the far end, as PyTorch does.

    Returns:
        The convolution, in float64.

    Raises:
        ShapeError: the numbers do not fit together, or no padding keeps the size.

    Example:
        >>> layer = convolution([[1, 2], [3, 4]], stride=2, padding=1)
        >>> layer.map_size(28, 20)
        (15, 11)
        >>> layer.formulas(28, 20)[0]
        'floor((28 + 2 x 1 - 2) / 2) + 1 = 15'
    """
    weights = as_array(weight)
    if weights.ndim == 2:
        weights = weights[None, None]
    biases = np.zeros(len(weights)) if bias is None else np.atleast_1d(as_array(bias))
    _check(weights, biases, groups)
    rows, columns = weights.shape[2:]
    pads = ("same", "same") if padding == "same" else both(padding)
    steps, gaps = both(stride), both(dilation)
    down = _window(rows, steps[0], pads[0], gaps[0], uneven=uneven)
    across = _window(columns, steps[1], pads[1], gaps[1], uneven=uneven)
    return Convolution(weights, biases, down, across, groups)


def as_image(picture: Numbers, conv: Convolution) -> Array:
    """Bring a picture to (channels, height, width), as `conv` wants it.

    Returns:
        The picture in float64.

    Raises:
        ShapeError: it has other channels, or is no picture.
    """
    image = as_array(picture)
    image = image[None] if image.ndim == 2 else image
    if image.ndim != 3 or len(image) != conv.channels_in:
        message = account(
            "the picture does not fit the convolution",
            facts={"picture": image.shape, "weight": conv.weight.shape, "groups": conv.groups},
            because=f"it wants ({conv.channels_in}, height, width)",
            fix=f"a picture of {conv.channels_in} channels, channels first",
        )
        raise ShapeError(message)
    return image


def as_array(given: Numbers | Kernel) -> Array:
    """Give the numbers in float64, whatever holds them: a kernel, lists, an array, a tensor."""
    if isinstance(given, Kernel):
        given = given.matrix
    detach = getattr(given, "detach", None)  # torch's, without waking torch
    return np.array(given if detach is None else detach().cpu().double().numpy(), np.float64)


def both(setting: Both) -> tuple[int, int]:
    """Give a setting for rows and for columns."""
    return setting if isinstance(setting, tuple) else (setting, setting)


def _window(size: int, stride: int, padding: int | str, dilation: int, *, uneven: bool) -> Window:
    if isinstance(padding, str):
        return same(size, stride=stride, dilation=dilation, uneven=uneven)
    return Window(size, stride, padding, dilation)


def _check(weight: Array, bias: Array, groups: int) -> None:
    reasons = {
        "weights have the axes out, in, rows, columns": weight.ndim == 4 and weight.size > 0,
        "there is one bias for each channel out": bias.shape == weight.shape[:1],
        "groups divide the channels out": groups > 0 and len(weight) % max(groups, 1) == 0,
    }
    for because, holds in reasons.items():
        if not holds:
            message = account(
                "no convolution has these weights",
                facts={"weight": weight.shape, "bias": bias.shape, "groups": groups},
                because=because,
                fix="weights as a layer of PyTorch has them, or one kernel: rows and columns",
            )
            raise ShapeError(message)
