"""What was found out about one picture: plain numbers, ready to be drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convscope.runs.traces import TraceRecord

Grid = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class LayerPicture:
    """The strongest maps of one convolution for one picture.

    Attributes:
        path: of the convolution.
        maps: (shown, rows, columns), after normalisation and activation.
        channels: the number of each.
        total: how many channels there are.
        silent: how many of them are the same everywhere.
    """

    path: str
    maps: Grid
    channels: tuple[int, ...]
    total: int
    silent: int


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """Where a method says that a network looked.

    Attributes:
        heat: (rows, columns) of the picture: Grad-CAM 0..1, occlusion -1..1.
        facts: what its sentences are filled with: layer, kind, cells, window ...
    """

    heat: Grid
    facts: dict[str, str | int | float]


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """One picture, and what a run's model makes of it.

    Attributes:
        run: name of the run.
        picture: name of the file.
        pixels: (channels, rows, columns), 0..1, as the model got it.
        answers: (class, probability), the likeliest first.
        classes: how many the model knows.
        cam: None where the network has no map to ask.
        no_cam: why, then.
        covered: what covering places did.
        layers: maps of convolutions, in the order of execution.
        layers_total: how many convolutions there are.
        traced: a cell, back to the pixels; None where none could be.
    """

    run: str
    picture: str
    pixels: Grid
    answers: tuple[tuple[str, float], ...]
    classes: int
    cam: Looked | None
    no_cam: str
    covered: Looked
    layers: tuple[LayerPicture, ...]
    layers_total: int
    traced: TraceRecord | None
