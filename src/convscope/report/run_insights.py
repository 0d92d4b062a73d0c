"""What a network did with a few pictures, as pictures of a page."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convscope.report.pages import isolated, unbroken
from convscope.report.run_material import RunMaterial, data_uri
from convscope.runs import Insight, KeptMaps, read_insights
from convscope.words import label

_HEAT = np.array([(13, 8, 135), (156, 23, 158), (237, 121, 83), (240, 249, 33)], np.float64)
_FOR, _AGAINST = np.array((214, 39, 40)), np.array((31, 119, 180))
_STRONGEST = 0.75  # how much of the picture the brightest place hides
_MIDDLE = 128.0
_NOTABLE = 0.1  # a fall of the probability that is coloured in full
Colours = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Look:
    """A picture with what it shows: a data URI, a title, a text for who cannot see it."""

    source: str
    title: str
    alt: str


@dataclass(frozen=True, slots=True)
class MapsLook:
    """Maps of a layer: its name, what is told of it, a data URI for each map and its number."""

    layer: str
    told: str
    maps: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """A picture that was looked into.

    Attributes:
        file: its name.
        said: what it was taken for, and what it is.
        looks: the picture, and what it was judged by.
        layer: where Grad-CAM asked, in a sentence; "" where it did not.
        maps: of its layers.
    """

    file: str
    said: str
    looks: Sequence[Look]
    layer: str
    maps: Sequence[MapsLook]


def insights_told(told: RunMaterial) -> list[Told]:
    """Lay out what was kept of the pictures that were looked into.

    Args:
        told: the run.

    Returns:
        They, in the order in which they were kept.
    """
    made = told.predictions
    if made is None:
        return []
    found = [one for one in read_insights(told.shown) if one.row < len(made)]
    return [_told(told, one) for one in found]


def _told(told: RunMaterial, one: Insight) -> Told:
    made = told.predictions
    if made is None:
        raise ValueError("an insight is of a prediction")
    numbers = made.truths[one.row], made.predicted[one.row]
    truth, predicted = (isolated(made.classes[number]) for number in numbers)
    key = "report_look_right" if truth == predicted else "report_look_wrong"
    shares = {
        "share": unbroken(float(made.probabilities[one.row])),
        "own": unbroken(float(made.truth_probabilities[one.row])),
    }
    rows, columns = one.cam_cells
    layer = label("report_cam_layer").format(layer=one.cam_layer, rows=rows, columns=columns)
    return Told(
        file=made.files[one.row],
        said=label(key).format(truth=truth, predicted=predicted, **shares),
        looks=_looks(one, truth, predicted),
        layer=layer if one.cam is not None else "",
        maps=[_maps(maps) for maps in one.maps],
    )


def _looks(one: Insight, truth: str, predicted: str) -> list[Look]:
    plain = _coloured(one.picture)
    found = [_look(plain, label("report_look_picture"), truth)]
    for cam, name in ((one.cam, predicted), (one.cam_of_truth, truth)):
        if cam is not None:
            key = "report_look_cam" if cam.any() else "report_look_cam_none"
            found.append(_look(_heated(plain, cam), label(key), name))
    if one.fall is not None:
        title = label("report_look_fall").format(
            name=predicted, window=one.window, share=unbroken(one.largest_fall)
        )
        found.append(Look(_source(_signed(plain, one.fall, one.largest_fall)), title, title))
    return found


def _look(colours: Colours, title: str, name: str) -> Look:
    text = title.format(name=name)
    return Look(_source(colours), text, text)


def _maps(maps: KeptMaps) -> MapsLook:
    values = {
        "shown": len(maps.shown),
        "channels": maps.channels,
        "rows": maps.levels.shape[1],
        "columns": maps.levels.shape[2],
        "low": f"{maps.low:.2g}",
        "high": f"{maps.high:.2g}",
    }
    drawn = [
        (number, _source(np.repeat(levels[..., None], 3, axis=2).astype(np.float64)))
        for number, levels in zip(maps.shown, maps.levels, strict=True)
    ]
    return MapsLook(maps.layer, label("report_maps_of").format(**values), drawn)


def _coloured(picture: NDArray[np.uint8]) -> Colours:
    three = np.repeat(picture, 3, axis=0) if len(picture) == 1 else picture[:3]
    return three.transpose(1, 2, 0).astype(np.float64)


def _heated(plain: Colours, cam: NDArray[np.uint8]) -> Colours:
    shares = cam[..., None] / 255.0
    places = np.linspace(0, 1, len(_HEAT))
    heat = np.stack([np.interp(shares[..., 0], places, column) for column in _HEAT.T], axis=-1)
    cover = _STRONGEST * np.sqrt(shares)
    return (1 - cover) * _grey(plain) + cover * heat


def _signed(plain: Colours, fall: NDArray[np.uint8], largest: float) -> Colours:
    """Colour what rises and falls, faintly where the largest fall is next to nothing.

    Returns:
        The picture, grey and coloured.
    """
    shares = (fall[..., None].astype(np.float64) - _MIDDLE) / (255 - _MIDDLE)
    shares *= min(1.0, largest / _NOTABLE)
    cover = _STRONGEST * np.clip(np.abs(shares), 0, 1)
    colour = np.where(shares > 0, _FOR, _AGAINST)
    return (1 - cover) * _grey(plain) + cover * colour


def _grey(plain: Colours) -> Colours:
    return np.repeat(plain @ np.array([[0.299], [0.587], [0.114]]), 3, axis=2)


def _source(colours: Colours) -> str:
    file = io.BytesIO()
    picture = Image.fromarray(colours.round().clip(0, 255).astype(np.uint8))
    picture.quantize(64, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return data_uri("png", file.getvalue())
