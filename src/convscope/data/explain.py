"""What happens to a picture on its way into a batch, in sentences."""

from convscope.data.loader import Loader
from convscope.data.preparation import Preparation
from convscope.pictures import Pixels, amount
from convscope.tables import one_line

_COLOURS = {1: "grey", 3: "red, green, blue"}
_SHOWN = 10  # classes


def overview(train: Loader, valid: Loader, prepare: Preparation) -> str:
    """Say how much there is of what.

    Returns:
        One sentence.
    """
    height, width = prepare.size
    return (
        f"{train.n:,} pictures to train with, {valid.n:,} to validate with, {height} x {width} px, "
        f"{_COLOURS[prepare.reading.channels]}, {len(prepare.classes)} classes: {_named(prepare)}"
    )


def kept(pixels: Pixels) -> str:
    """Say what is done with the decoded pictures.

    Returns:
        One sentence.
    """
    size, limit = amount(pixels.size_bytes), amount(pixels.limit_bytes)
    if pixels.streamed:
        return (
            f"the decoded pictures would take {size}, more than the {limit} that the cache may: "
            "they are decoded again in every epoch"
        )
    return f"decoded once, and kept in the cache: {size} of at most {limit}"


def explained(train: Loader, valid: Loader, prepare: Preparation, name: str) -> str:
    """Follow the first training picture into a batch.

    Args:
        train: gives it.
        valid: counted only.
        prepare: what is done to it.
        name: its file.

    Returns:
        A line for each step.
    """
    images, labels = train.batch(train.indices[:1])
    plain = prepare.scaling.undone(images)
    channels, height, width = images.shape[1:]
    number = int(labels[0])
    left = train.n - len(train) * train.bs
    asked = "the size asked for" if prepare.reading.size else "its own size"
    steps = {
        "file": name,
        "label": f"{prepare.classes[number]!r} is number {number} of {_named(prepare)}",
        "decode": f"bytes 0..255, {_COLOURS[channels]}: ({channels}, {height}, {width}), {asked}",
        "floats": f"/ 255: 0..1; in this one {plain.min():.4f} to {plain.max():.4f}",
        **({} if train.change is None else {"augment": "in training only: see show_batch()"}),
        "normalise": f"(x - {_numbers(prepare.scaling.mean)}) / "
        f"{_numbers(prepare.scaling.deviation)}: {images.min():.4f} to {images.max():.4f}",
        "batch": f"{train.bs} of them: images ({train.bs}, {channels}, {height}, {width}) float32, "
        f"labels ({train.bs},) int64, on {train.device}",
        "train": f"{len(train):,} batches an epoch, in a new order each; {left} pictures wait",
        "validate": f"{len(valid):,} batches, always in order, nothing left out",
    }
    pad = max(map(len, steps))
    return "\n".join(
        ["What happens to one item", *(f"  {step:<{pad}} : {what}" for step, what in steps.items())]
    )


def _named(prepare: Preparation) -> str:
    more = len(prepare.classes) - _SHOWN
    return ", ".join(map(one_line, prepare.classes[:_SHOWN])) + (
        f" and {more} more" if more > 0 else ""
    )


def _numbers(values: tuple[float, ...]) -> str:
    text = ", ".join(f"{value:.4f}" for value in values)
    return text if len(values) == 1 else f"[{text}]"
