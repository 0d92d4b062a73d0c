"""Change training pictures a little, a whole batch at a time, where the batch lies.

Measured against kornia and torchvision: docs/decisions/0016-augmentation.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from convscope.data.mixing import MIXES, Targets, boxes
from convscope.errors import ConfigError, account, nearest
from convscope.tensors import Images, Labels

Change = Callable[[Images, Labels, np.random.Generator], tuple[Images, Targets]]

WHITE = 255.0
GREY = (0.299, 0.587, 0.114)  # what red, green and blue count for in a grey picture (BT.601)


@dataclass(frozen=True, slots=True)
class Strength:
    """How far each change may go; every picture of a batch draws its own.

    Attributes:
        degrees: turned by at most so much to either side.
        shift: moved by at most this share of its side, 0..1.
        zoom: smallest and largest factor, drawn for height and width apart.
        crops: the enlarged picture is moved to anywhere inside itself.
        flips: half of the pictures are mirrored, left to right.
        colour: brightness moves by at most this share of white; contrast and saturation by this
            share of themselves.
        erase_share: of the pictures lose a rectangle, 0..1.
    """

    degrees: float = 0.0
    shift: float = 0.0
    zoom: tuple[float, float] = (1.0, 1.0)
    crops: bool = False
    flips: bool = False
    colour: float = 0.0
    erase_share: float = 0.0


AUGMENTS: dict[str, Strength] = {
    "none": Strength(),
    "light": Strength(degrees=10, shift=0.08, zoom=(0.9, 1.1)),
    "photo": Strength(zoom=(1.0, 1.5), crops=True, flips=True, colour=0.2, erase_share=0.25),
}


@dataclass(frozen=True)
class Augment:
    """Ask for training pictures that are a little different each time they are seen.

    Give it among `batch_tfms`. Pictures to validate with and to predict are never changed.

    Args:
        name: "light" (small shift, scale and rotation: digits and letters stay what they are),
            "photo" (crop, mirror, colour, erased rectangles) or "none".
        mix: "mixup" or "cutmix": pictures and their classes are mixed in pairs.

    Raises:
        ConfigError: there is no such augmentation, or no such mix.

    Example:
        >>> levels = torch.zeros(2, 1, 4, 4)
        >>> images, targets = Augment("light", mix="mixup")(
        ...     levels, torch.tensor([0, 1]), dice(seed=0, epoch=0, step=0), classes=2
        ... )
        >>> images.shape, targets.shape
        (torch.Size([2, 1, 4, 4]), torch.Size([2, 2]))
    """

    name: str = "light"
    mix: str | None = None

    def __post_init__(self) -> None:
        for what, given, known in (
            ("augmentation", self.name, [*AUGMENTS]),
            ("mix", self.mix or "mixup", [*MIXES]),
        ):
            if given not in known:
                raise ConfigError(
                    account(
                        f"there is no {what} {given!r}",
                        facts={"known": ", ".join(known)},
                        because="only these are made and tested",
                        fix=nearest(given, known),
                    )
                )

    def __call__(
        self, levels: Images, labels: Labels, draw: np.random.Generator, classes: int
    ) -> tuple[Images, Targets]:
        """Change one batch.

        Args:
            levels: pixels as decoded, 0..255, as floats.
            labels: the class of each.
            draw: the only source of chance.
            classes: how many there are.

        Returns:
            New pictures, 0..255, and the labels; with a mix, the share of every class.
        """
        images = augmented(levels, AUGMENTS[self.name], draw)
        return (
            (images, labels) if self.mix is None else MIXES[self.mix](images, labels, draw, classes)
        )


def changing(augment: Augment | None, classes: int) -> Change | None:
    """Make what a loader calls with every batch.

    Args:
        augment: None or "none" without a mix for nothing.
        classes: how many there are.

    Returns:
        The function, or None where nothing is to be done.

    Example:
        >>> changing(Augment("none"), classes=2) is None
        True
    """
    if augment is None or augment == Augment("none"):
        return None
    return partial(augment, classes=classes)


def dice(seed: int, epoch: int, step: int) -> np.random.Generator:
    """Make the source of chance of one batch: a pure function of its place in the training.

    Args:
        seed: of the training.
        epoch: counted from 0 over the whole training.
        step: of the epoch, counted from 0.

    Returns:
        A generator of its own.

    Example:
        >>> one, other = dice(1, 0, 2), dice(1, 0, 2)
        >>> one.random() == other.random()
        True
    """
    text = f"augment {seed} {epoch} {step}"  # hashed, as in `epoch_order`
    mixed = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
    return np.random.Generator(np.random.PCG64(mixed))


def augmented(levels: Images, strength: Strength, draw: np.random.Generator) -> Images:
    """Move, recolour and erase: each picture of the batch in its own way.

    Geometry comes first and is one resampling, so that nothing is blurred twice.

    Args:
        levels: 0..255.
        strength: how far it may go.
        draw: the source of chance.

    Returns:
        New pictures, 0..255; the same tensor where nothing is to be done.
    """
    if strength.zoom != (1.0, 1.0) or strength.degrees or strength.shift or strength.flips:
        levels = moved(levels, _places(levels, strength, draw))
    if strength.colour:
        levels = _recoloured(levels, strength.colour, draw)
    if strength.erase_share:
        levels = _erased(levels, strength.erase_share, draw)
    return levels


def moved(levels: Images, places: Float[Tensor, "batch 2 3"]) -> Images:
    """Look up every pixel of the result where `places` says.

    Twice as fast as `F.affine_grid` and `F.grid_sample` (decision 0016).

    Args:
        levels: pictures.
        places: for each picture the matrix from a place in the result to one in the picture; both
            run from -1 to 1 over each side, x first.

    Returns:
        New pictures, interpolated; beyond its edge a picture goes on as it ends there.

    Example:
        >>> row = torch.tensor([[[[0.0, 1.0, 2.0, 3.0]]]])
        >>> moved(row, torch.tensor([[[1.0, 0.0, 0.5], [0.0, 1.0, 0.0]]]))  # a quarter of the width
        tensor([[[[1., 2., 3., 3.]]]])
    """
    count, _, height, width = levels.shape
    columns, rows = (
        (2 * torch.arange(side, device=levels.device) + 1) / side - 1 for side in (width, height)
    )
    grid = torch.empty(count, height, width, 2, device=levels.device)
    for axis in (0, 1):
        across, down, offset = places[:, axis].unbind(dim=1)
        start = down[:, None] * rows + offset[:, None]
        grid[..., axis] = across[:, None, None] * columns + start[:, :, None]
    return F.grid_sample(levels, grid, padding_mode="border", align_corners=False)


def _places(
    levels: Images, strength: Strength, draw: np.random.Generator
) -> Float[Tensor, "batch 2 3"]:
    count, _, height, width = levels.shape
    angle = np.radians(draw.uniform(-strength.degrees, strength.degrees, count))
    seen = 1 / draw.uniform(*strength.zoom, (2, count))  # share of width and height that is seen
    room = 2 * strength.shift + (1 - seen) * strength.crops
    offset = draw.uniform(-1, 1, (2, count)) * room
    mirror = np.where(draw.random(count) < 0.5, -1, 1) if strength.flips else np.ones(count)
    cos, sin = np.cos(angle), np.sin(angle)
    places = np.empty((count, 2, 3), np.float32)
    # turned in pixels, not in shares of the sides: else an oblong picture would be sheared
    places[:, 0] = np.stack(
        [mirror * seen[0] * cos, -seen[1] * sin * (height / width), offset[0]], axis=1
    )
    places[:, 1] = np.stack(
        [mirror * seen[0] * sin * (width / height), seen[1] * cos, offset[1]], axis=1
    )
    return torch.from_numpy(places).to(levels.device)


def _recoloured(levels: Images, most: float, draw: np.random.Generator) -> Images:
    def drawn(low: float, high: float) -> Tensor:
        values = draw.uniform(low, high, (len(levels), 1, 1, 1)).astype(np.float32)
        return torch.from_numpy(values).to(levels.device)

    brightness, contrast = WHITE * drawn(-most, most), drawn(1 - most, 1 + most)
    mean = levels.mean(dim=(1, 2, 3), keepdim=True)
    levels = (levels - mean) * contrast + (mean + brightness)
    if levels.shape[1] == len(GREY):
        parts = torch.tensor(GREY, device=levels.device).view(1, -1, 1, 1)
        grey = (levels * parts).sum(dim=1, keepdim=True)
        levels = grey + (levels - grey) * drawn(1 - most, 1 + most)
    return levels.clamp_(0, WHITE)


def _erased(levels: Images, share: float, draw: np.random.Generator) -> Images:
    count = len(levels)
    sides = draw.uniform(0.1, 0.4, (2, count)) * (draw.random(count) < share)
    inside = boxes(levels, draw.random((2, count)) * (1 - sides), sides)
    return torch.where(inside, levels.mean(dim=(2, 3), keepdim=True), levels)
