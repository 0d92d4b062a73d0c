"""What excites a channel most: the strongest places over many pictures, with what they see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import NoReturn

from torch import Tensor, nn

from convscope.errors import ConfigError, account
from convscope.interpret.maplayers import map_layer
from convscope.probe import anatomy, borrowed, watching
from convscope.runs import FieldOfView, FieldStatus

Box = tuple[int, int, int, int]
"""First and last row, first and last column, all included."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A place of a picture that excites a channel.

    Attributes:
        picture: its number among all, from 0.
        cell: row and column on the channel's map.
        value: the channel's number there.
        box: pixels that the cell sees, cut at the picture's edge; the whole picture where the field
            is not known exactly.
        status: of the box: "exact", "whole input", or why it is an outer bound.
    """

    picture: int
    cell: tuple[int, int]
    value: float
    box: Box
    status: FieldStatus


def strongest_patches(
    model: nn.Module,
    images: Tensor | Iterable[Tensor],  # the last batch may be smaller than the others
    layer: int | str,
    channel: int,
    count: int = 9,
) -> list[Patch]:
    """Find the places that excite a channel most, of each picture its strongest.

    The model runs in eval mode without gradients, a batch at a time, and is left as it was.

    Args:
        model: any module.
        images: one batch, or batches of pictures of one size, as the model takes them.
        layer: a layer that makes maps, by number or path.
        channel: of the layer, from 0.
        count: at most so many places, at least 1.

    Returns:
        The places, the strongest first; of equals the first.

    Raises:
        ConfigError: there is no such layer or channel, it makes no map, or there are no pictures.
        ConvscopeError: the network failed on these pictures.

    Example:
        >>> import torch
        >>> net = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU())
        >>> pictures = torch.zeros(2, 1, 8, 8)
        >>> _ = nn.init.ones_(net[0].weight), nn.init.zeros_(net[0].bias)
        >>> pictures[1, 0, 2:5, 3:6] = 1
        >>> [
        ...     (one.picture, one.cell, one.box)
        ...     for one in strongest_patches(net, pictures, "1", 0, 1)
        ... ]
        [(1, (2, 3), (2, 4, 3, 5))]
    """
    batches = iter([images] if isinstance(images, Tensor) else images)
    first = next(batches, None)
    if first is None or not len(first):
        _refuse("there are no pictures", {"layer": layer}, "a batch with pictures")
    where = map_layer(model, first, layer)
    if not 0 <= channel < where.channels:
        facts = {"layer": where.path, "channel": channel}
        _refuse("there is no such channel", facts, f"0 to {where.channels - 1}")
    places = _places(model, where.path, channel, first, batches)
    field = anatomy(model, first[:1]).layer(where.path).field
    order = sorted(range(len(places)), key=lambda one: -places[one][1])[: max(1, count)]
    size = int(first.shape[2]), int(first.shape[3])
    found: list[Patch] = []
    for picture in order:
        cell, value = places[picture]
        at = divmod(cell, where.cells[1])
        box, status = seen_by(field, at, size)
        found.append(Patch(picture, at, value, box, status))
    return found


def seen_by(
    field: FieldOfView, cell: tuple[int, int], size: tuple[int, int]
) -> tuple[Box, FieldStatus]:
    """Say which pixels a cell sees.

    Args:
        field: of the layer, as `convscope.probe.anatomy` tells it.
        cell: row and column of its map.
        size: height and width of the picture.

    Returns:
        The box, cut at the picture's edge, and its status.

    Example:
        >>> from fractions import Fraction
        >>> two = (Fraction(2), Fraction(2))
        >>> seen_by(FieldOfView((3, 3), two, (Fraction(0), Fraction(0))), (1, 0), (8, 8))
        ((1, 3, 0, 1), 'exact')
    """
    ends: list[int] = []
    for at, side in enumerate(size):
        wide, jump, centre = field.size[at], field.jump[at], field.centre[at]
        if wide is None or jump is None or centre is None:
            ends += [0, side - 1]
            continue
        middle = centre + jump * cell[at]
        half = (wide - 1) / 2
        ends += [max(0, ceil(middle - half)), min(side - 1, floor(middle + half))]
    top, bottom, left, right = ends
    return (top, bottom, left, right), field.status


def _places(
    model: nn.Module, path: str, channel: int, first: Tensor, others: Iterable[Tensor]
) -> list[tuple[int, float]]:
    """Find the strongest cell of each picture."""
    found: list[tuple[int, float]] = []

    def see(_: str, maps: Tensor) -> None:
        values, cells = maps[:, channel].flatten(1).max(dim=1)
        found.extend(zip(cells.tolist(), values.tolist(), strict=True))

    with borrowed(model, {first.device}), watching({path: model.get_submodule(path)}, see):
        model(first)
        for images in others:
            model(images)
    return found


def _refuse(headline: str, facts: Mapping[str, object], fix: str) -> NoReturn:
    because = "patches are cut out of pictures, for one channel of a layer"
    raise ConfigError(account(headline, facts=facts, because=because, fix=fix))
