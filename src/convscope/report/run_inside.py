"""What the page of a run says of the net's inside: layers, what they gave, first kernels."""

from collections.abc import Sequence
from dataclasses import dataclass

from convscope import figures
from convscope.errors import ConfigError, RunError
from convscope.report.pictures import Picture, inlined
from convscope.report.run_kernels import Resembled, resembled
from convscope.report.run_material import RunMaterial
from convscope.runs import Activations, AnatomyRecord, HistogramGrid, LayerLook, layer_look
from convscope.tables import anatomy_cells, number, percent
from convscope.words import label

MOST_LAYERS = 60
"""Layers whose statistics are drawn and told; of more, evenly chosen ones."""


@dataclass(frozen=True, slots=True)
class Inner:
    """The inside.

    Attributes:
        columns: headings of the table of layers.
        numbers: which of them hold numbers.
        layers: its rows.
        totals: names and values under it.
        looks: what each layer gave: texts by column.
        looks_left: layers that are not told.
        pictures: statistics and the colourful dimension.
        problem: why what was recorded cannot be read.
        kernels: of the first convolution.
        kernels_left: how many more there are.
        layer: whose kernels these are.
        side: of a kernel, in pixels.
        channels: of a kernel.
        usual: similarity that half of random kernels reach.
        rare: similarity that one random kernel in twenty reaches.
    """

    columns: Sequence[str]
    numbers: Sequence[bool]
    layers: Sequence[Sequence[str]]
    totals: Sequence[tuple[str, str]]
    looks: Sequence[Sequence[str]]
    looks_left: int
    pictures: Sequence[Picture]
    problem: str
    kernels: Sequence[Resembled]
    kernels_left: int
    layer: str
    side: int
    channels: int
    usual: float
    rare: float


def inner(told: RunMaterial) -> Inner:
    """Gather what is known of the inside.

    Args:
        told: the run.

    Returns:
        What the page says; what is not known is empty.
    """
    columns, layers, totals = _anatomy(told.anatomy)
    looks, left, pictures, problem = _seen(told)
    name, weights = told.kernels or ("", None)
    kernels, usual, rare = ([], 0.0, 0.0) if weights is None else resembled(weights)
    return Inner(
        columns=[heading for heading, _ in columns],
        numbers=[is_number for _, is_number in columns],
        layers=layers,
        totals=totals,
        looks=[_cells(look) for look in looks],
        looks_left=left,
        pictures=pictures,
        problem=problem,
        kernels=kernels,
        kernels_left=0 if weights is None else len(weights) - len(kernels),
        layer=name,
        side=0 if weights is None else weights.shape[2],
        channels=0 if weights is None else weights.shape[1],
        usual=usual,
        rare=rare,
    )


def _anatomy(
    record: AnatomyRecord | None,
) -> tuple[list[tuple[str, bool]], list[list[str]], list[tuple[str, str]]]:
    return ([], [], []) if record is None else anatomy_cells(record)


def _seen(told: RunMaterial) -> tuple[list[LayerLook], int, list[Picture], str]:
    """Sum up and draw what was recorded, which may be damaged anywhere.

    Returns:
        Summaries, how many layers are left out, pictures, and what is wrong.
    """
    if told.seen is None:
        return [], 0, [], ""
    try:
        names = told.seen.layers()
        chosen = _evenly(names)
        looks = [_summed_up(told.seen, name) for name in chosen]
        return looks, len(names) - len(chosen), _pictures(told, told.seen, chosen), ""
    except RunError as error:
        return [], 0, [], " ".join(str(error).split())


def _evenly(names: Sequence[str]) -> list[str]:
    if len(names) <= MOST_LAYERS:
        return [*names]
    last = len(names) - 1
    places = {round(place * last / (MOST_LAYERS - 1)) for place in range(MOST_LAYERS)}
    return [names[place] for place in sorted(places)]


def _summed_up(seen: Activations, name: str) -> LayerLook:
    for is_activated in (True, False):
        if name in seen.channel_layers(activated=is_activated):
            return layer_look(seen.history(name), seen.channels(name, activated=is_activated))
    return layer_look(seen.history(name))


def _cells(look: LayerLook) -> list[str]:
    dead = "-" if look.dead_channels is None else f"{look.dead_channels} / {look.channels}"
    return [
        f"{look.name} {look.kind}",
        *(number(one) for one in (look.mean.first, look.mean.last)),
        *(number(one) for one in (look.std.first, look.std.last)),
        percent(look.near_zero_share.last),
        dead,
        f"{look.broken_steps:,}",
    ]


def _pictures(told: RunMaterial, seen: Activations, names: Sequence[str]) -> list[Picture]:
    histories = [seen.history(name) for name in names]
    told_of = {"layers": len(names), "steps": max(len(one) for one in histories)}
    together = figures.layers_together(histories, steps=told.steps)
    pictures = [inlined(together, label("report_together_alt").format(**told_of))]
    grids = _grids(seen, names)
    if grids:
        drawn = figures.all_layers(grids, steps=told.steps)
        pictures.append(inlined(drawn, label("report_colour_alt").format(**told_of)))
    return pictures


def _grids(seen: Activations, names: Sequence[str]) -> list[HistogramGrid]:
    try:
        return [seen.grid(name) for name in names]
    except ConfigError:  # histograms were switched off; the numbers are there all the same
        return []
