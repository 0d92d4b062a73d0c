"""What was seen inside each layer, as a table."""

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from convscope.runs import ChannelLook, LayerLook
from convscope.tables.numbers import number, percent
from convscope.words import label

_SHARES = ("|x| ≤ 0.05", "x ≤ 0")  # near zero, stopped by a ReLU


def layers_table(looks: Sequence[LayerLook], lang: str | None = None) -> Table:
    """Lay out layers, a block each: how they began, how they ended, and where they were worst.

    Args:
        looks: of each layer, the first layer first.
        lang: language of the headings, as for `words.label`.

    Returns:
        A table for rich to print.

    Example:
        >>> from convscope.runs import Course
        >>> one = Course(first=1.0, last=0.5, worst=4.0, worst_step=1)
        >>> table = layers_table([LayerLook("0", "Conv2d", 3, one, one, one, one, 0)])
        >>> table.row_count
        4
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(label("layer", lang), overflow="fold")
    table.add_column("")
    for key in ("first", "last", "worst", "at_step"):
        table.add_column(label(key, lang), justify="right", no_wrap=True)
    for look in looks:
        names = (label("mean", lang), label("std", lang), *_SHARES)
        courses = (look.mean, look.std, look.near_zero_share, look.blocked_share)
        for place, (quantity, course) in enumerate(zip(names, courses, strict=True)):
            numbers = [number(value) for value in (course.first, course.last, course.worst)]
            name = Text(f"{look.name} {look.kind}" if place == 0 else "")
            table.add_row(name, quantity, *numbers, f"{course.worst_step}")
        if look.dead_channels is not None:
            dead = f"{look.dead_channels} / {look.channels}"
            table.add_row("", label("dead_channels", lang), "", dead, "", "", style=_warning(look))
        if look.sparse_channels is not None:
            sparse = f"{look.sparse_channels} / {look.channels}"
            table.add_row("", label("sparse_channels", lang), "", sparse, "", "")
        if look.broken_steps:
            broken = f"{look.broken_steps} / {look.steps}"
            table.add_row("", label("broken_steps", lang), "", broken, "", "", style="red")
        table.add_section()
    return table


def channels_table(looks: Sequence[ChannelLook], lang: str | None = None) -> Table:
    """Lay out how often each channel of a layer fired, the dead ones in red.

    Args:
        looks: of each channel, in order.
        lang: language of the headings, as for `words.label`.

    Returns:
        A table for rich to print: shares of places and of pictures, of the layer's own output and
        behind the activation that follows; "-" where that was not watched.

    Example:
        >>> table = channels_table([ChannelLook(0, 0.25, 1.0, 0.25, 1.0)])
        >>> [list(column.cells) for column in table.columns[:3]]
        [['0'], ['25.0 %'], ['100.0 %']]
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    pictures = "fires_in_pictures"
    for key in ("channel", "fires_at_places", pictures, "activated_at_places", pictures):
        table.add_column(label(key, lang), justify="right")
    for look in looks:
        own = (look.fired_share, look.picture_share)
        shares = (*own, look.activated_fired_share, look.activated_picture_share)
        style = "red" if 0 in shares else ""
        table.add_row(f"{look.channel}", *map(percent, shares), style=style)
    return table


def _warning(look: LayerLook) -> str:
    return "red" if look.dead_channels and 2 * look.dead_channels > (look.channels or 0) else ""
