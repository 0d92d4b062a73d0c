"""`convscope look`: what was recorded inside a run, as pictures and as a few numbers a layer."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from convscope import figures
from convscope.errors import ConfigError, RunError, account
from convscope.recipes.places import refuse_among
from convscope.runs import (
    Activations,
    ChannelLook,
    HistogramGrid,
    LayerLook,
    RunFolder,
    Steps,
    channel_looks,
    layer_look,
    quantities,
    read_activations,
    read_steps,
)

Drawings = dict[str, Callable[[], figures.Figure]]


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a run gave.

    Attributes:
        run: its folder.
        layers: a summary of each.
        channels: how often each channel fired, if one layer was asked for and that was recorded.
        pictures: that were drawn.
    """

    run: str
    layers: list[LayerLook]
    channels: list[ChannelLook]
    pictures: list[Path]


def look(run: RunFolder, layer: str | None = None, out: Path | None = None) -> Look:
    """Draw what was recorded inside a run, and sum it up.

    Args:
        run: the run; it may be training still.
        layer: only this one: its name, else its place, from the end where negative.
        out: folder for the pictures; by default `inside` in the run's folder.

    Returns:
        The summaries of the layers, and where the pictures are.

    Raises:
        RunError: nothing was recorded, or the folder cannot be written.
        ConfigError: there is no such layer, or `out` lies among the run's pictures.
    """
    if out is not None:
        refuse_among(Path(run.about.data), out)
    seen = _recorded(run)
    names = seen.layers() if layer is None else [_named(seen, layer)]
    steps = read_steps(run.steps) if run.steps.exists() else None
    grids = _grids(seen, names)
    drawings = _of_the_net(seen, grids, steps) if layer is None else {}
    for name in names:
        drawings |= _of_a_layer(seen, name, steps)
    for grid in grids:
        drawings[f"color_dim_{grid.name}"] = partial(figures.color_dim, grid, steps=steps)
        if layer is not None:
            drawings[f"column_{grid.name}"] = partial(figures.column_made, grid)
    folder = _made(out or run.path / "inside")
    pictures: list[Path] = []
    for name, draw in drawings.items():
        pictures.append(folder / f"{re.sub(r'[^A-Za-z0-9_.-]+', '_', name)}.png")
        figures.save(draw(), pictures[-1])
    layers = [_summed_up(seen, name) for name in names]
    channels = [] if layer is None else _channels(seen, names[0])
    return Look(str(run.path), layers, channels, pictures)


def _of_the_net(seen: Activations, grids: Sequence[HistogramGrid], steps: Steps | None) -> Drawings:
    """Say how the pictures of the net as a whole are drawn, by the names of their files."""
    drawings: Drawings = {}
    if grids:
        drawings["all_layers"] = partial(figures.all_layers, grids, steps=steps)
    fired = seen.channel_layers(activated=True)
    if fired:
        histories = [seen.channels(name, activated=True) for name in fired]
        drawings["channels"] = partial(figures.channels, histories)
    if seen.layers(quantities.WEIGHT_GRADIENT):
        drawings["gradients"] = partial(figures.gradient_flow, seen.gradients(), steps=steps)
    if seen.layers(quantities.KERNEL):
        drawings["kernels"] = partial(figures.kernel_history, seen.kernels())
    return drawings


def _of_a_layer(seen: Activations, name: str, steps: Steps | None) -> Drawings:
    stats = partial(figures.layer_stats, steps=steps, with_schedule=steps is not None)
    drawings: Drawings = {f"layer_stats_{name}": partial(stats, seen.history(name))}
    if name in seen.channel_layers(activated=True):
        channels = seen.channels(name, activated=True)
        drawings[f"channels_{name}"] = partial(figures.channel_map, channels)
    if name in seen.layers(quantities.NORM):
        drawings[f"norm_{name}"] = partial(figures.batch_norm, seen.norm(name), steps=steps)
    return drawings


def _summed_up(seen: Activations, name: str) -> LayerLook:
    for is_activated in (True, False):
        if name in seen.channel_layers(activated=is_activated):
            return layer_look(seen.history(name), seen.channels(name, activated=is_activated))
    return layer_look(seen.history(name))


def _channels(seen: Activations, name: str) -> list[ChannelLook]:
    own, behind = (
        seen.channels(name, activated=is_activated)
        if name in seen.channel_layers(activated=is_activated)
        else None
        for is_activated in (False, True)
    )
    return channel_looks(own, behind)


def _grids(seen: Activations, names: Sequence[str]) -> list[HistogramGrid]:
    try:
        return [seen.grid(name) for name in names]
    except ConfigError:  # histograms were switched off; the numbers are there all the same
        return []


def _named(seen: Activations, layer: str) -> str:
    """A name wins over a place: the layers of a Sequential are called 0, 1, 2."""
    is_place = layer.removeprefix("-").isdecimal() and layer not in seen.layers()
    return seen.layer(int(layer) if is_place else layer)


def _recorded(run: RunFolder) -> Activations:
    if not run.activations.exists():
        raise RunError(_nothing(run, "it was trained without looking inside"))
    seen = read_activations(run.activations)
    if not seen.layers():
        raise RunError(_nothing(run, "it ended before its first step was recorded"))
    return seen


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = account(
            "there is no place for the pictures",
            facts={"folder": folder},
            because=f"{error.strerror}",
            fix="another folder: --out DIR",
        )
        raise RunError(message) from error
    return folder


def _nothing(run: RunFolder, because: str) -> str:
    return account(
        "nothing was recorded inside this run",
        facts={"run": run.path, "missing": run.activations.name},
        because=because,
        fix=f"train again: convscope train {run.about.data}",
    )
