"""`convscope trace`: a number of a run's network on a picture, back to the pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import nn

from convscope.data import Preparation, Scaling
from convscope.errors import ConfigError, account
from convscope.figures import save, traced
from convscope.pictures import Reading
from convscope.probe import Trace, terms_of, told
from convscope.probe import trace as trace_cell
from convscope.recipes.describing import untrained
from convscope.recipes.loading import load_trained
from convscope.runs import RunFolder, TraceRecord

MOST_TERMS = 200_000  # in a JSON answer: some 30 MB


@dataclass(frozen=True, slots=True)
class Traced:
    """A trace that was asked for.

    Attributes:
        record: its numbers: the maps, and the strongest path.
        found: the trace itself, for whatever else is asked.
        pixels: the picture's own values 0..255, in the shape of the network's input.
        file: the drawing.
    """

    record: TraceRecord
    found: Trace
    pixels: NDArray[np.float64]
    file: Path

    def steps(self) -> list[dict[str, object]]:
        """List every step of the trace with all its terms.

        Returns:
            One mapping a step.

        Raises:
            ConfigError: there are too many to write down.
        """
        count = 0
        for _, step in self.found.steps():
            count += sum(len(part.cells) for part in step.parts)
            if count > MOST_TERMS:
                raise ConfigError(
                    account(
                        "this trace has too many terms to list them all",
                        facts={"depth": self.found.depth, "terms": f"more than {MOST_TERMS:,}"},
                        because="each layer further back multiplies them",
                        fix="a smaller --depth; without --json the strongest path goes on",
                    )
                )
        return terms_of(self.found, self.pixels)


def trace(
    network: RunFolder | str,
    picture: Path,
    layer: int | str,
    cell: Sequence[int],
    *,
    size: Sequence[int] | None = None,
    channel: int | None = None,
    depth: int = 1,
    out: Path | None = None,
) -> Traced:
    """Trace a number of a network on a picture, and draw it.

    Args:
        network: a run with weights, or an untrained network as `describe` names them.
        picture: a picture file, decoded, sized and scaled as in training; for an untrained
            network, brought to `size` and 0..1.
        layer: number or path, as for `convscope.probe.trace`.
        cell: row and column.
        size: channels, height and width of an untrained network's input, if it does not know it.
        channel: by default the one with the largest number at this cell.
        depth: how many layers' sums are shown, one behind the other; at least 1.
        out: PNG to write; by default trace_PICTURE.png where one is.

    Returns:
        What was found; the drawing is written.

    Raises:
        RunError: the run has no model, or the drawing cannot be written.
        DataError: the picture cannot be read.
        ConfigError: there is no such network or layer, or the depth is less than 1.
        ShapeError: there is no such cell or channel.
    """
    if isinstance(network, RunFolder):
        trained = load_trained(network)
        model, prepare = trained.model, trained.prepare
    else:
        model, shape = untrained(network, None if size is None else tuple(size))
        channels, height, width = shape[-3:]
        reading = Reading(height, width, channels)
        prepare = Preparation(reading, (height, width), Scaling.plain(channels), ())
    return trace_model(
        *(model, prepare, picture, layer, cell), channel=channel, depth=depth, out=out
    )


def trace_model(
    model: nn.Module,
    prepare: Preparation,
    picture: Path,
    layer: int | str,
    cell: Sequence[int],
    *,
    channel: int | None = None,
    depth: int = 1,
    out: Path | None = None,
) -> Traced:
    """Trace a number of any network on a picture; see `trace`.

    Args:
        model: any module.
        prepare: how the picture becomes its input.
        picture: a picture file.
        layer: number or path.
        cell: row and column.
        channel: by default the one with the largest number at this cell.
        depth: how many layers' sums are shown; at least 1.
        out: PNG to write; by default trace_PICTURE.png where one is.

    Returns:
        What was found; the drawing is written.

    Raises:
        ConfigError: the depth is less than 1.
    """
    if depth < 1:
        raise ConfigError(
            account(
                "no layer would be shown",
                facts={"depth": depth},
                because="depth counts the layers whose sums are opened, one behind the other",
                fix="--depth 1, or more",
            )
        )
    images = prepare(picture)
    pixels = (255 * prepare.scaling.undone(images)).round().double().numpy()
    found = trace_cell(model, images, layer, cell, channel, depth)
    record = told(model, found, pixels)
    file = Path(f"trace_{picture.stem}.png") if out is None else out
    save(traced(record), file)
    return Traced(record, found, pixels, file)
