"""What to train with, from what was found: every choice comes with its reason."""

from dataclasses import dataclass

from convscope.runs import TrainSettings

SMALL = 64  # px: up to here pictures keep their size
PHOTO = 128  # px: larger ones are brought to this side


@dataclass(frozen=True, slots=True)
class Facts:
    """What the choice depends on.

    Attributes:
        pictures: to train with.
        size: (height, width) in pixels of all of them, None where they differ.
        coloured: some show a colour.
    """

    pictures: int
    size: tuple[int, int] | None
    coloured: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Settings with nothing left open but what means "none", and a sentence for each choice."""

    settings: TrainSettings
    size: tuple[int, int]
    reasons: list[str]


def choose(asked: TrainSettings, facts: Facts) -> Choice:
    """Fill in every setting that was left open.

    Args:
        asked: what was set stays as it is.
        facts: what was found.

    Returns:
        The settings, the size in pixels, and a sentence for each choice that was made here.

    Example:
        >>> choose(TrainSettings(epochs=3), Facts(60_000, (28, 28), False)).settings.channels
        1
    """
    size, why_size = _size(asked, facts)
    small = min(size) <= SMALL
    steps = min(64 if facts.pictures < 20_000 else 256, facts.pictures)
    picked: dict[str, tuple[object, str]] = {
        "channels": (3, "some pictures are coloured") if facts.coloured else (1, "all are grey"),
        "arch": ("pooled_cnn", "small pictures") if small else ("small_resnet", "photographs"),
        "batch_size": (steps, f"{facts.pictures:,} pictures to train with"),
        "epochs": (12 if facts.pictures < 20_000 else 5, f"{facts.pictures:,} pictures"),
        "lr_max": (0.01, "the top of one cycle"),
        "valid_share": (0.2, "the usual share"),
        "seed": (0, "the same run again"),
        "weight_decay": (0.01, "the optimiser's own"),
        "device": ("auto", "the fastest there is"),
    }
    left_open = {name: value for name, value in picked.items() if getattr(asked, name) is None}
    settings = asked.resolved(size=size[0] if size[0] == size[1] else None)
    settings = settings.resolved(**{name: value for name, (value, _) in left_open.items()})
    reasons = [
        f"{name.replace('_', ' ')} {value}: {why}" for name, (value, why) in left_open.items()
    ]
    return Choice(settings, size, [why_size, *reasons])


def _size(asked: TrainSettings, facts: Facts) -> tuple[tuple[int, int], str]:
    if asked.size is not None:
        return (asked.size, asked.size), f"size {asked.size} px: as asked"
    if facts.size is not None and min(facts.size) <= SMALL:
        return facts.size, f"size {facts.size[0]} x {facts.size[1]} px: the pictures' own"
    return (PHOTO, PHOTO), f"size {PHOTO} px: larger pictures are scaled and cropped"
