"""The same net on the same pictures as RGB, as HSV and as shades of grey."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import cast

from rich.console import Console
from torch import nn

from convscope.data import DataLoaders, Loader, Scaling
from convscope.models import build, simple_cnn
from convscope.recipes.chapter.comparing.judging import against_the_first
from convscope.recipes.chapter.comparing.lab import Lab, some_pictures, tried
from convscope.recipes.chapter.comparing.painting import painted
from convscope.recipes.chapter.comparing.spaces import SPACES, Recolour
from convscope.recipes.chapter.material import Material
from convscope.recipes.chapter.trial import Outcome, Trial
from convscope.recipes.preparing import prepare
from convscope.runs import Comparison, Phrase, TrainSettings, Tried
from convscope.tensors import Images
from convscope.words import label

SAMPLE = 4_096  # pictures that mean and deviation are taken from


@dataclass(frozen=True, slots=True)
class Coloured:
    """Colour pictures, and how a net is trained on them.

    Args:
        material: three channels, 0..1.
        build: makes the net.
        trial: with the settings.
        note: what was done.
    """

    material: Material
    build: Callable[[], nn.Module]
    trial: Trial
    note: Phrase


def compare_colours(lab: Lab) -> Comparison:
    """Train on colours in each of `SPACES`; grey has three equal channels, so the net is the same.

    Args:
        lab: where; of its folder, else of its digits, painted.

    Returns:
        A row a space; the reference is RGB.
    """
    found = _painted(lab) if lab.folder is None else _of_folder(lab.folder)
    there = replace(lab, material=found.material)
    sample = some_pictures(found.material.dls.train, SAMPLE)[0]
    ways: list[tuple[Tried, list[Outcome]]] = []
    for space in SPACES:
        outcomes = there.outcomes(_trial(found, space, sample))
        ways.append((tried(Phrase(f"compare_space_{space}"), outcomes), outcomes))
    painted_from = Phrase("compare_painted", {"data": lab.material.title})
    data = found.material.name if lab.folder else painted_from
    return against_the_first(there, "colour", ways, found.trial, found.note, data=data)


def _trial(found: Coloured, space: str, sample: Images) -> Trial:
    told = found.trial
    return Trial(
        name=label(f"compare_space_{space}"),
        build=lambda: nn.Sequential(Recolour(space, sample), found.build()),
        batch_size=told.batch_size,
        lr=told.lr,
        epochs=told.epochs,
    )


def _painted(lab: Lab) -> Coloured:
    material = painted(lab.material)
    ready = material.dls.prepare
    net = partial(simple_cnn, size=ready.size, channels=3, classes=len(ready.classes), norm="batch")
    trial = Trial(name="", build=net, batch_size=lab.batch_size)
    return Coloured(material, net, trial, Phrase("compare_note_painted"))


def _of_folder(folder: Path) -> Coloured:
    """Prepare a folder as `convscope train` would, but for the scaling."""
    ready = prepare(folder, TrainSettings(channels=3, seed=0), Console(file=StringIO()))
    settings = ready.settings
    dls = DataLoaders(_unscaled(ready.dls.train), _unscaled(ready.dls.valid), ready.dls.prepare)
    arch = cast(str, settings.arch)
    net = partial(build, arch, size=ready.choice.size, channels=3, classes=dls.c)
    trial = Trial(
        name="",
        build=net,
        batch_size=cast(int, settings.batch_size),
        lr=cast(float, settings.lr_max),
        epochs=cast(int, settings.epochs),
    )
    sides = " x ".join(map(str, ready.dls.prepare.size))
    note = Phrase(
        "compare_note_colour", {"arch": arch, "size": sides, "pictures": f"{dls.train.n:,}"}
    )
    return Coloured(Material(folder.resolve().name, 1, dls, folder), net, trial, note)


def _unscaled(loader: Loader) -> Loader:
    other = copy(loader)
    other.scaling = Scaling.plain(3)
    return other
