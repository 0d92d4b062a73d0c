"""Keep what the report needs when training ends: later the pictures may be gone."""

import io
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console

from convscope.data import DataLoaders
from convscope.errors import ConvscopeError
from convscope.probe import anatomy
from convscope.recipes.insights import insights
from convscope.recipes.judged import judged, names_within
from convscope.recipes.loading import read_model
from convscope.recipes.preparing import Prepared
from convscope.recipes.saying import say
from convscope.runs import (
    PredictionTable,
    RunFolder,
    insight_files,
    least_sure,
    mistaken,
    read_anatomy,
    write_anatomy,
    write_predictions,
    write_shown,
)

MOST_PICTURES, MOST_BYTES = 1_000, 2_400_000  # small pictures of a report, and all of them together
SIDE = 64  # px; a larger picture is made smaller
MOST_MISTAKES, MOST_UNSURE = 600, 100  # of these first; then the others, class by class
_AT_ONCE = 8  # pictures in memory as floats, several times over: they may be large


def keep_anatomy(run: RunFolder, ready: Prepared, console: Console) -> None:
    """Write anatomy.json before the first step: it is there whenever the training is killed."""
    valid = ready.dls.valid
    with _going_on(console):
        write_anatomy(run.anatomy, anatomy(ready.model, valid.batch(valid.indices[:1])[0]))


def keep(run: RunFolder, ready: Prepared, console: Console) -> None:
    """Write predictions.csv and shown.zip into a run's folder.

    What cannot be kept is said, and stops nothing: the training is done.

    Args:
        run: its best weights are taken; without any nothing is kept.
        ready: the pictures; its network gets the best weights.
        console: where to say what could not be kept.
    """
    if not run.weights.exists():
        return
    model, dls = ready.model, ready.dls
    with _going_on(console):
        model.load_state_dict(read_model(run.weights).weights)
        model.eval()
        found = _predicted(ready)
        write_predictions(run.predictions, found)
        pictures = _small(dls, chosen(found))
        contents = {f"pictures/{row}.{kind}": content for row, kind, content in pictures}
        write_shown(run.shown, contents)
        work = read_anatomy(run.anatomy).multiply_adds
        for number, one in enumerate(insights(ready, found, work)):
            contents |= insight_files(number, one)
        write_shown(run.shown, contents)


@contextmanager
def _going_on(console: Console) -> Generator[None]:
    try:
        yield
    except (ConvscopeError, OSError, RuntimeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        say(console, f"not kept for the report: {reason}")


def _predicted(ready: Prepared) -> PredictionTable:
    dls = ready.dls
    names = names_within(ready.found.root, dls.valid_files)
    return judged(ready.model, dls.valid.epoch_batches(0, 0), dls.vocab, names)


def chosen(found: PredictionTable) -> list[int]:
    """Choose whose small pictures are kept: mistakes, the least sure, then each class in turn.

    Args:
        found: of all.

    Returns:
        Their rows, the most important first, at most `MOST_PICTURES`.
    """
    first = [*mistaken(found)[:MOST_MISTAKES], *least_sure(found)[:MOST_UNSURE]]
    seen: dict[int, int] = {}
    turns: list[tuple[int, int]] = []
    for row, truth in enumerate(found.truths.tolist()):
        seen[truth] = seen.get(truth, 0) + 1
        turns.append((seen[truth], row))
    others = [row for _, row in sorted(turns)]
    return [*dict.fromkeys(map(int, [*first, *others]))][:MOST_PICTURES]


def _small(dls: DataLoaders, rows: list[int]) -> Iterator[tuple[int, str, bytes]]:
    """Give pictures as the model gets them, no larger than `SIDE`, until `MOST_BYTES` are used."""
    total = 0
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        images, _ = dls.valid.batch(dls.valid.indices[some])
        levels = dls.prepare.scaling.undone(images).clamp(0, 1).mul(255).round()
        for row, pixels in zip(some, levels.to(torch.uint8).cpu().numpy(), strict=True):
            kind, content = small_picture(pixels)
            total += len(content)
            if total > MOST_BYTES:
                return
            yield row, kind, content


def small_picture(pixels: NDArray[np.uint8], side: int = SIDE) -> tuple[str, bytes]:
    """Encode a picture for a page.

    Args:
        pixels: (channels, height, width).
        side: the longest that it may be, in pixels.

    Returns:
        Its kind, png or jpg, and the file: PNG where it is tiny, so that every pixel is kept.
    """
    plain = pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)
    picture = Image.fromarray(np.ascontiguousarray(plain))
    is_tiny = max(picture.size) <= side // 2
    picture.thumbnail((side, side))
    file = io.BytesIO()
    save: Callable[..., None] = picture.save
    save(
        file,
        **({"format": "PNG", "optimize": True} if is_tiny else {"format": "JPEG", "quality": 80}),
    )
    return "png" if is_tiny else "jpg", file.getvalue()
