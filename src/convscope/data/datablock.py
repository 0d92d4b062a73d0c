"""The chapter's declaration of a data set: what the parts are, where they come from, who is who."""

import gc
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import numpy as np
import torch

from convscope.data.augment import Augment, changing
from convscope.data.blocks import CategoryBlock, ImageBlock, Resize
from convscope.data.dataloaders import DataLoaders
from convscope.data.devices import chosen_device
from convscope.data.explain import kept
from convscope.data.leaks import leaks
from convscope.data.loader import Loader
from convscope.data.normalise import Normalize, Scaling
from convscope.data.preparation import Preparation
from convscope.data.progress import progress_bar
from convscope.data.selection import Selection, Tolerance, classify, leave_out, on_a_side
from convscope.data.splitters import Item, RandomSplitter, Splitter, parent_label
from convscope.errors import ConfigError, account
from convscope.pictures import Pixels, Reading, cached_pixels, get_image_files

T = TypeVar("T")
TOLERANCE = Tolerance()


@dataclass(frozen=True)
class DataBlock:
    """Say what a data set is made of; `dataloaders` then makes batches of one.

    Args:
        blocks: the picture and its class: `(ImageBlock, CategoryBlock)`.
        get_items: gives all picture files of a source.
        splitter: gives the indices to train and to validate with, of a list of files.
        get_y: gives a file's label.
        item_tfms: `Resize(...)`; None keeps the pictures' own size, which must be one for all.
        batch_tfms: `Normalize()`, `Augment("light")`, or a list of both; None gives the pictures as
            they are, as floats 0..1. Only training pictures are augmented, always before they are
            normalised.

    Raises:
        ConfigError: a block or a transform that is none of the above.

    Example:
        >>> DataBlock(splitter=RandomSplitter(seed=42), item_tfms=Resize(32)).reading
        Reading(height=32, width=32, channels=3, resize='crop')
    """

    blocks: Sequence[object] = (ImageBlock, CategoryBlock)
    _: KW_ONLY
    get_items: Callable[[Any], Sequence[Item]] = get_image_files
    splitter: Splitter = field(default_factory=RandomSplitter)
    get_y: Callable[[Any], Any] = parent_label
    item_tfms: object = None
    batch_tfms: object = None

    def __post_init__(self) -> None:
        if len(self.blocks) != 2:
            _refuse(self.blocks, "blocks", "(ImageBlock, CategoryBlock)")
        for kind, given, name in (
            (ImageBlock, self.blocks[0], "blocks[0]"),
            (CategoryBlock, self.blocks[1], "blocks[1]"),
            (Resize, self.item_tfms, "item_tfms"),
        ):
            _only(kind, given, name)
        self._transforms()

    @property
    def reading(self) -> Reading:
        """How the pictures are decoded."""
        block = _only(ImageBlock, self.blocks[0], "blocks[0]") or ImageBlock()
        resize = _only(Resize, self.item_tfms, "item_tfms")
        channels = block.cls.channels
        return resize.reading(channels) if resize else Reading(None, None, channels)

    def dataloaders(
        self,
        source: Path | str,
        bs: int = 64,
        *,
        val_bs: int | None = None,
        device: torch.device | str | None = None,
        tolerance: Tolerance = TOLERANCE,
        cache_limit_bytes: int | None = None,
    ) -> DataLoaders:
        """Find, split, label and decode the pictures of a source.

        Decoding happens once: the next call with the same files finds the result.

        Args:
            source: what `get_items` takes, as a rule a folder.
            bs: pictures a batch, at least 1.
            val_bs: pictures a batch of validation; None for `bs`.
            device: where batches go; None for the fastest there is.
            tolerance: how many of the files may be unreadable.
            cache_limit_bytes: pictures that take more are decoded anew in every epoch; None for
                `pictures.cache_limit()`.

        Returns:
            The batches, and what was found and decided.

        Raises:
            LayoutError: the files do not make two sides and two classes.
            DataError: too many files cannot be read, or their sizes differ and there is no Resize.
            ConfigError: `bs` or `device` cannot be met.
        """
        place = chosen_device(device)
        with _uncollected():
            listed = list(self.get_items(source))
            files, sides = on_a_side(listed, self.splitter(listed))
            chosen = Selection(files, [self.get_y(file) for file in files], *sides)
        block = _only(CategoryBlock, self.blocks[1], "blocks[1]") or CategoryBlock()
        classify(chosen, block.vocab)
        with progress_bar("decoding pictures") as report:
            pixels = cached_pixels(
                files,
                self.reading,
                progress=report,
                limit_bytes=cache_limit_bytes,
                strict=tolerance.strict,
            )
        leave_out(chosen, pixels.bad, tolerance)
        if len(files) < len(listed):
            chosen.found.append(f"{len(listed) - len(files):,} files are on neither side: not used")
        chosen.found += leaks(chosen, pixels.looks)
        return self._batches(chosen, pixels, bs, val_bs or bs, place)

    def _transforms(self) -> tuple[Normalize | None, Augment | None]:
        given = self.batch_tfms if isinstance(self.batch_tfms, list | tuple) else [self.batch_tfms]
        augments = [one for one in given if one is Augment or isinstance(one, Augment)]
        others = [one for one in given if one not in augments]
        name = "batch_tfms"
        return _only(Normalize, others, name), _only(Augment, augments, name)

    def summary(self, source: Path | str, bs: int = 4) -> str:
        """Explain step by step what happens to one item of a source.

        Returns:
            What `dls.summary()` gives.
        """
        return self.dataloaders(source, bs).summary()

    def _batches(
        self, chosen: Selection, pixels: Pixels, bs: int, val_bs: int, device: torch.device
    ) -> DataLoaders:
        train = np.array(chosen.train, dtype=np.int64)
        normalize, augment = self._transforms()
        channels, height, width = pixels.array.shape[1:]
        scaling = normalize.scaling(pixels.array, train) if normalize else Scaling.plain(channels)
        labels = torch.tensor(chosen.numbers())
        loader = partial(Loader, pixels.array, labels, device=device, scaling=scaling)
        classes = tuple(map(str, chosen.classes))
        side = partial(loader, bs=val_bs, shuffled=False, drop_last=False)
        return DataLoaders(
            loader(
                train, bs, shuffled=True, drop_last=True, change=changing(augment, len(classes))
            ),
            side(chosen.valid),
            Preparation(self.reading, (height, width), scaling, classes),
            test=side(chosen.test) if chosen.test else None,
            files=chosen.files,
            skipped=chosen.skipped,
            found=chosen.found,
            kept=kept(pixels),
        )


@contextmanager
def _uncollected() -> Generator[None]:
    """Spare the garbage collector a hundred thousand new objects, none of them garbage."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _only(kind: type[T], given: object, name: str) -> T | None:
    """Find the one thing of a kind in what may be it, its class, a sequence of such, or None.

    Returns:
        The last of its kind, as in the chapter's library; None for nothing.
    """
    several = given if isinstance(given, list | tuple) else [given]
    found: T | None = None
    for one in several:
        made: object = kind() if one is kind else one
        if made is not None and not isinstance(made, kind):
            _refuse(one, name, kind.__name__)
        found = found if made is None else made
    return found


def _refuse(given: object, name: str, wanted: str) -> NoReturn:
    raise ConfigError(
        account(
            f"DataBlock cannot use this as {name}",
            facts={"given": given},
            because="it makes batches of pictures and their classes, and nothing else yet",
            fix=f"{name}={wanted}",
        )
    )
