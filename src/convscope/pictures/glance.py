"""A first look at some of the pictures: their sizes, and whether there is colour in them."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from convscope.pictures.decoding import file_bytes, read_picture, strict_pillow
from convscope.pictures.formats import READ
from convscope.pictures.reading import COLOUR, Reading

LOOKED_AT = 48
_THUMB = 16  # px: enough to see a colour
_GREY_LEVELS = 2  # JPEG stores grey photographs with a rounding of colour


@dataclass(frozen=True, slots=True)
class Glance:
    """What some of the pictures look like.

    Args:
        sizes: (height, width) in pixels and how often, the most frequent first.
        coloured: one of them at least shows a colour.
        looked_at: how many could be opened.
    """

    sizes: tuple[tuple[tuple[int, int], int], ...]
    coloured: bool
    looked_at: int

    @property
    def one_size(self) -> tuple[int, int] | None:
        """The size of all of them, or None where they differ."""
        return self.sizes[0][0] if len(self.sizes) == 1 else None


def glance(files: Sequence[str], most: int = LOOKED_AT) -> Glance:
    """Open a few pictures, chosen by chance but always the same ones.

    Args:
        files: picture files; those that cannot be read are passed over.
        most: how many to open.

    Returns:
        Sizes and colour of the ones that were opened.

    Example:
        >>> glance([])
        Glance(sizes=(), coloured=False, looked_at=0)
    """
    chosen = random.Random(0).sample(list(files), min(most, len(files)))
    sizes: Counter[tuple[int, int]] = Counter()
    coloured = False
    for name in chosen:
        try:
            data = file_bytes(name)  # not Pillow: a table may name a pipe
            with strict_pillow(), Image.open(BytesIO(data), formats=READ) as image:
                width, height = image.size
            if not coloured:
                thumb = read_picture(data, Reading(_THUMB, _THUMB, COLOUR)).astype(np.int16)
                coloured = bool(np.ptp(thumb, axis=0).max() > _GREY_LEVELS)
        except Exception:  # noqa: BLE001 - Pillow raises anything, see `decoding`
            continue  # whoever decodes all of them tells which and why
        sizes[height, width] += 1
    return Glance(tuple(sizes.most_common()), coloured, sum(sizes.values()))
