"""What to train with, from what was found: every choice comes with its reason.

The numbers were measured: docs/decisions/0003-default-recipe.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from convscope.pictures import RESIZES
from convscope.runs import TrainSettings

SMALL = 64  # px: up to here pictures keep their size
PHOTO = 96  # px: larger ones are brought to this side
MANY = 10_000  # pictures: from here on a batch of 128 takes enough steps
VALID_SHARE = 0.2  # where the folder has no split of its own
AUGMENT: tuple[object, str] = ("none", "pictures are learnt from as they are")
TUNING_SHARE, TUNING_RATE = 1 / 3, 0.01  # of the usual epochs, after one of the last layer alone
FEWEST_TUNING_EPOCHS = 3
PICTURES_SEEN = 48_000  # in a whole training, within the limits below
FEWEST_EPOCHS, FEWEST_EPOCHS_IN_COLOUR, MOST_EPOCHS = 5, 8, 30

Pick = tuple[object, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the choice depends on.

    Attributes:
        pictures: to train with.
        size: (height, width) in pixels of all of them, None where they differ.
        coloured: some show a colour.
        divided: the folder has a split of its own.
        native: (height, width) in pixels that the network was made for, or trained with, and why.
        begun: training begins with the weights of another run.
    """

    pictures: int
    size: tuple[int, int] | None
    coloured: bool
    divided: bool = True
    native: tuple[tuple[int, int], str] | None = None
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Settings with nothing left open but what means "none", and a sentence for each choice."""

    settings: TrainSettings
    size: tuple[int, int]
    reasons: list[str]


def choose(asked: TrainSettings, facts: Facts, unused: Sequence[str] = ()) -> Choice:
    """Fill in every setting that was left open.

    Args:
        asked: what was set stays as it is.
        facts: what was found.
        unused: settings that the caller makes no use of: no sentence for these.

    Returns:
        The settings, the size in pixels, and a sentence for each choice that was made here.

    Example:
        >>> choice = choose(TrainSettings(epochs=3), Facts(60_000, (28, 28), coloured=False))
        >>> choice.settings.epochs, choice.settings.batch_size
        (3, 128)
        >>> choice.reasons[0]
        'size 28 x 28 px: the size that the pictures have'
    """
    (size, why_size) = _size(asked, facts)
    photos = min(size) > SMALL
    picks = {
        "channels": _channels(facts),
        "arch": _network(facts, photos=photos),
        "batch_size": _batch(facts.pictures, photos=photos),
        "epochs": _epochs(facts),
        "lr_max": (0.005 if photos else 0.02, "the top of one cycle, from small to this and back"),
        "augment": AUGMENT,
    }
    if facts.begun:
        picks |= _tuning(facts, photos=photos)
    if not facts.divided:
        picks["valid_share"] = (VALID_SHARE, "a fifth of each class is kept to judge by")
    silent: dict[str, Pick] = {
        "seed": (0, ""),
        "weight_decay": (0.01, ""),
        "device": ("auto", ""),
        "label_smoothing": (0.0, ""),
        "class_weights": ("none", ""),
    }
    settings = asked.resolved(**{name: value for name, (value, _) in (silent | picks).items()})
    reasons = [
        f"{name.replace('_', ' ')} {value}: {why}"
        for name, (value, why) in picks.items()
        if getattr(asked, name) is None and name not in unused
    ]
    if facts.divided and asked.valid_share is not None:
        passed_over = (
            f"valid share {asked.valid_share} is not used: the folder has a split of its own"
        )
        reasons.append(passed_over)
    return Choice(settings, size, [f"size {size[0]} x {size[1]} px: {why_size}", *reasons])


def _size(asked: TrainSettings, facts: Facts) -> tuple[tuple[int, int], str]:
    way = RESIZES[asked.resize or "crop"]
    if asked.size is not None:
        return (asked.size, asked.size), f"as asked; pictures of other sizes are {way}"
    if facts.native is not None:
        return facts.native
    if facts.size is not None and min(facts.size) <= SMALL:
        return facts.size, "the size that the pictures have"
    which = "their sizes differ" if facts.size is None else "they are larger"
    return (PHOTO, PHOTO), f"{which}, so they are {way}"


def _channels(facts: Facts) -> Pick:
    return (3, "some pictures show colours") if facts.coloured else (1, "no picture shows a colour")


def _network(facts: Facts, *, photos: bool) -> Pick:
    if facts.coloured and not photos:
        return "wide_cnn", "convolutions and max pooling, twice the maps for small colour pictures"
    return "pooled_cnn", "convolutions and max pooling"


def _batch(pictures: int, *, photos: bool) -> Pick:
    usual = 32 if photos else 128 if pictures >= MANY else 64
    if pictures < 8 * usual:
        return max(2, min(usual, pictures // 8)), "an eighth of the pictures to train with"
    return usual, f"suits {pictures:,} pictures to train with"


def _tuning(facts: Facts, *, photos: bool) -> dict[str, Pick]:
    usual, _ = _epochs(facts)
    epochs = max(FEWEST_TUNING_EPOCHS, round(TUNING_SHARE * usual))
    rate = TUNING_RATE / 2 if photos else TUNING_RATE
    return {
        "epochs": (epochs, "of all layers, after one of the last alone"),
        "lr_max": (rate, "for the last layer; then half of it, and 1/200 for the first"),
    }


def _epochs(facts: Facts) -> tuple[int, str]:
    fewest = FEWEST_EPOCHS_IN_COLOUR if facts.coloured else FEWEST_EPOCHS
    epochs = min(MOST_EPOCHS, max(fewest, PICTURES_SEEN // max(1, facts.pictures)))
    return epochs, f"each of {facts.pictures:,} pictures is seen so often"
