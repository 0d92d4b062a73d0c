"""What training needs of a data set, in one hand: batches, classes, and the way of a picture."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int, UInt8
from torch import Tensor

from convscope import figures
from convscope.data.augment import Augment, changing
from convscope.data.devices import chosen_device
from convscope.data.explain import explained, overview
from convscope.data.loader import Loader
from convscope.data.mixing import Targets, titles
from convscope.data.normalise import Normalize, Scaling
from convscope.data.preparation import Preparation
from convscope.data.splitters import Item
from convscope.pictures import Reading
from convscope.tensors import Images


class DataLoaders:
    """The batches to train and to validate with, and all that was decided to make them.

    Args:
        train: shuffled, full batches.
        valid: every picture, in order.
        test: pictures that are kept for the end, in order; None where there are none.
        prepare: makes a batch of any picture as training saw its own.
        files: of the pictures, in the order of the loaders' pixels; none for arrays.
        skipped: files left out, with the reason.
        found: sentences about what was found and decided.
        kept: a sentence about where the decoded pictures are.
    """

    def __init__(
        self,
        train: Loader,
        valid: Loader,
        prepare: Preparation,
        *,
        test: Loader | None = None,
        files: Sequence[Item] = (),
        skipped: Sequence[tuple[Path, str]] = (),
        found: Sequence[str] = (),
        kept: str = "",
    ) -> None:
        self.train = train
        self.valid = valid
        self.test = test
        self.prepare = prepare
        self.skipped = list(skipped)
        self.found = [overview(train, valid, prepare), *found]
        self.kept = kept
        self._files = files

    @classmethod
    def from_arrays(
        cls,
        train_x: UInt8[Tensor, "n_train channels height width"],
        train_y: Int[Tensor, " n_train"],
        valid_x: UInt8[Tensor, "n_valid channels height width"],
        valid_y: Int[Tensor, " n_valid"],
        *,
        vocab: Sequence[str],
        bs: int = 64,
        batch_tfms: Normalize | None = None,
        augment: Augment | None = None,
        device: torch.device | str | None = None,
    ) -> "DataLoaders":
        """Make batches of pictures that are tensors already.

        Args:
            train_x: pictures to train with, bytes.
            train_y: their classes, numbers into `vocab`.
            valid_x: pictures to validate with.
            valid_y: their classes.
            vocab: names of the classes.
            bs: pictures a batch.
            batch_tfms: `Normalize()`; None gives floats 0..1.
            augment: what is done to the pictures to train with.
            device: where batches go; None for the fastest there is.

        Returns:
            The same object that a `DataBlock` makes of files.

        Example:
            >>> x, y = torch.zeros(6, 1, 4, 4, dtype=torch.uint8), torch.arange(6) % 2
            >>> dls = DataLoaders.from_arrays(x, y, x, y, vocab=["a", "b"], bs=4, device="cpu")
            >>> len(dls.train), len(dls.valid), dls.one_batch()[0].shape
            (1, 2, torch.Size([4, 1, 4, 4]))
        """
        place = chosen_device(device)
        _, channels, height, width = train_x.shape
        everything = np.arange(len(train_x))
        scaling = (
            batch_tfms.scaling(train_x.numpy(), everything)
            if batch_tfms
            else Scaling.plain(channels)
        )
        loader = partial(Loader, bs=bs, device=place, scaling=scaling)
        change = changing(augment, len(vocab))
        train = loader(
            train_x, train_y, range(len(train_x)), shuffled=True, drop_last=True, change=change
        )
        valid = loader(valid_x, valid_y, range(len(valid_x)), shuffled=False, drop_last=False)
        reading = Reading(height, width, channels)
        return cls(train, valid, Preparation(reading, (height, width), scaling, tuple(vocab)))

    @property
    def vocab(self) -> list[str]:
        """Names of the classes, by label."""
        return list(self.prepare.classes)

    @property
    def c(self) -> int:
        """Number of classes, the chapter's name for it."""
        return len(self.prepare.classes)

    @property
    def train_counts(self) -> list[int]:
        """Pictures of each class to train with, by label."""
        counts = self.train.counts
        return [counts.get(label, 0) for label in range(self.c)]

    @property
    def bs(self) -> int:
        """Pictures a batch of training."""
        return self.train.bs

    @property
    def device(self) -> torch.device:
        """Where the batches go."""
        return self.train.device

    @property
    def train_files(self) -> list[Path]:
        """Files trained with; none for arrays."""
        return self._paths(self.train)

    @property
    def valid_files(self) -> list[Path]:
        """Files validated with, in the order of the batches; none for arrays."""
        return self._paths(self.valid)

    def one_batch(self) -> tuple[Images, Targets]:
        """Give the first batch of the first epoch, as training sees it; looking changes nothing.

        Returns:
            Images and labels (or the share of every class), on the device.
        """
        return next(self.train.epoch_batches(torch.initial_seed(), epoch=0))

    def show_batch(
        self, max_n: int = 9, figsize: tuple[float, float] | None = (4, 4)
    ) -> list[figures.Axes]:
        """Draw pictures of a training batch with their classes, augmented where they are.

        Args:
            max_n: at most so many pictures, at least 1.
            figsize: width and height in inches; None lets the figure choose.

        Returns:
            The axes of the figure, which pyplot shows.
        """
        images, labels = self.one_batch()
        plain = self.prepare.scaling.undone(images[:max_n]).cpu().numpy()
        names = titles(labels[:max_n], self.vocab)
        return figures.sample_batch(plain, names, figure=figures.pyplot_figure(figsize)).axes

    def summary(self) -> str:
        """Explain step by step what happens to one item on its way into a batch.

        Returns:
            A line for each step.
        """
        name = str(self._files[self.train.indices[0]]) if self._files else "an array"
        return explained(self.train, self.valid, self.prepare, name)

    def _paths(self, loader: Loader) -> list[Path]:
        return [Path(self._files[row]) for row in loader.indices.tolist()] if self._files else []
