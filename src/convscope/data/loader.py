"""Batches out of memory: one gather from the decoded bytes, then to the device, then floats."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from hashlib import blake2b

import numpy as np
import torch
from jaxtyping import Int, UInt8
from torch import Tensor

from convscope.data.augment import Change, dice
from convscope.data.mixing import Targets
from convscope.data.normalise import Scaling
from convscope.errors import ConfigError, ShapeError, account
from convscope.pictures import Stream
from convscope.tensors import Images, Labels

Bytes = (
    UInt8[np.ndarray, "items channels height width"]
    | UInt8[Tensor, "items channels height width"]
    | Stream
)
Gathered = UInt8[np.ndarray, "batch channels height width"]


def epoch_order(n: int, seed: int, epoch: int) -> Int[Tensor, " n"]:
    """Shuffle 0..n-1 as a pure function of seed and epoch; no generator is touched.

    Whoever wants the very batches of a `Loader` in a loop of their own calls this.

    Args:
        n: number of items.
        seed: any whole number; the Learner takes `torch.initial_seed()`.
        epoch: counted from 0 over the whole training, not from each fit.

    Returns:
        Each of 0..n-1 once.

    Example:
        >>> epoch_order(5, seed=42, epoch=0).tolist()
        [2, 0, 4, 3, 1]
    """
    # hashed, because seed + epoch would make seed 1's second epoch seed 2's first
    mixed = int.from_bytes(blake2b(f"{seed} {epoch}".encode(), digest_size=8).digest(), "little")
    return torch.randperm(n, generator=torch.Generator().manual_seed(mixed))


class Loader:
    """Iterate over batches of pictures that lie decoded in memory (or in a memory-mapped file).

    There are no worker processes: a batch of 512 digits is gathered in 0.03 ms. Only a `Stream`,
    whose pictures are too many to lie decoded anywhere, has some; its batches are the same.

    Args:
        pixels: all pictures as decoded, also those of other loaders.
        labels: the class of each of them.
        indices: which of them this loader gives, in order.
        bs: pictures a batch, at least 1.
        shuffled: in a new order each epoch.
        drop_last: leave out the last batch where it is smaller than `bs`.
        device: where the batches go.
        scaling: makes floats of bytes.
        change: what `epoch_batches` does to a batch of levels 0..255 before they are scaled; None
            for nothing. It may draw only from the generator that it is given.

    Raises:
        ConfigError: `bs` is below 1, or (with `drop_last`) larger than the number of pictures.
        ShapeError: pixels and labels are not equally many.

    Example:
        >>> pixels = np.zeros((5, 1, 2, 2), np.uint8)
        >>> loader = Loader(
        ...     pixels,
        ...     torch.arange(5),
        ...     range(5),
        ...     2,
        ...     shuffled=False,
        ...     drop_last=False,
        ...     device=torch.device("cpu"),
        ...     scaling=Scaling.plain(1),
        ... )
        >>> [labels.tolist() for images, labels in loader]
        [[0, 1], [2, 3], [4]]
    """

    def __init__(
        self,
        pixels: Bytes,
        labels: Labels,
        indices: Sequence[int] | Int[np.ndarray, " n"],
        bs: int,
        *,
        shuffled: bool,
        drop_last: bool,
        device: torch.device,
        scaling: Scaling,
        change: Change | None = None,
    ) -> None:
        # numpy gathers: it copies rows without waking torch's threads, which wait for each other
        # whenever somebody else uses a core (0.03 ms against up to 8 ms), and it reads a memory map
        # that may not be written, of which torch warns
        pixels = pixels.numpy() if isinstance(pixels, Tensor) else pixels
        self._pixels = pixels if isinstance(pixels, Stream) else np.asarray(pixels)
        self._labels = labels.numpy()
        self.indices = np.asarray(indices, dtype=np.int64)
        self.bs = bs
        self.shuffled = shuffled
        self.drop_last = drop_last
        self.device = device
        self.scaling = scaling
        self.change = change
        self._epoch = 0
        self._check()

    @property
    def n(self) -> int:
        """Number of pictures, those of a dropped batch included."""
        return len(self.indices)

    @property
    def counts(self) -> dict[int, int]:
        """Number of pictures of each class that there is."""
        numbers, counts = np.unique(self._labels[self.indices], return_counts=True)
        return dict(zip(numbers.tolist(), counts.tolist(), strict=True))

    @property
    def labels(self) -> Int[np.ndarray, " n"]:
        """The class of each picture, in the order of `indices`."""
        return self._labels[self.indices]

    def __len__(self) -> int:
        return self.n // self.bs if self.drop_last else -(-self.n // self.bs)

    def __iter__(self) -> Iterator[tuple[Images, Targets]]:
        epoch, self._epoch = self._epoch, self._epoch + 1
        return self.epoch_batches(torch.initial_seed(), epoch)

    def epoch_batches(
        self, seed: int, epoch: int, start: int = 0
    ) -> Iterator[tuple[Images, Targets]]:
        """Give the batches of one epoch, which depend on nothing but the arguments.

        Args:
            seed: of the training.
            epoch: counted from 0.
            start: how many batches to leave out at the front, as when a run goes on.

        Yields:
            Images (float32, changed and scaled) and labels (or, of mixed pictures, the share of
            every class), on the device.
        """
        order = epoch_order(self.n, seed, epoch).numpy() if self.shuffled else np.arange(self.n)
        rows = self.indices[order[start * self.bs : len(self) * self.bs]]
        with closing(self._gathered(rows)) as batches:
            for step, gathered in enumerate(batches, start):
                first = (step - start) * self.bs
                pixels, labels = self._placed(gathered, rows[first : first + self.bs])
                if self.change is None:
                    yield self.scaling(pixels), labels
                else:
                    levels, targets = self.change(pixels.float(), labels, dice(seed, epoch, step))
                    yield self.scaling.scaled_(levels), targets

    def in_order(self) -> "Loader":
        """Give the same pictures unshuffled, unchanged and whole in number, to be predicted.

        Returns:
            Another loader of the same pixels.
        """
        return Loader(
            self._pixels,
            torch.from_numpy(self._labels),
            self.indices,
            self.bs,
            shuffled=False,
            drop_last=False,
            device=self.device,
            scaling=self.scaling,
        )

    def decoding_seconds(self) -> float:
        """Measure what decoding takes in every pass; 0 where the pictures lie decoded."""
        return self.n * self._pixels.seconds_each() if isinstance(self._pixels, Stream) else 0.0

    @property
    def fingerprint(self) -> str:
        """The same text, 32 digits, for the same pictures and labels in the same order."""
        digest = blake2b(digest_size=16)
        if isinstance(self._pixels, Stream):
            digest.update(self._pixels.looks.data)
        else:
            for picture in self._pixels:  # one by one, as a stream knows them
                digest.update(blake2b(picture.tobytes(), digest_size=16).digest())
        for part in (self._labels, self.indices):
            digest.update(np.ascontiguousarray(part).data)
        return digest.hexdigest()

    def batch(self, rows: Int[np.ndarray, " batch"]) -> tuple[Images, Labels]:
        """Give the pictures at these rows of the pixels as one batch.

        Returns:
            Images (float32, scaled) and labels, on the device.
        """
        pixels, labels = self._placed(self._taken(rows), rows)
        return self.scaling(pixels), labels

    def _taken(self, rows: Int[np.ndarray, " batch"]) -> Gathered:
        whole = self._pixels
        return whole[rows] if isinstance(whole, Stream) else np.take(whole, rows, axis=0)

    def _gathered(self, rows: Int[np.ndarray, " n"]) -> Generator[Gathered]:
        if isinstance(self._pixels, Stream):
            yield from self._pixels.gathered(rows, self.bs)
            return
        for first in range(0, len(rows), self.bs):
            yield self._taken(rows[first : first + self.bs])

    def _placed(self, gathered: Gathered, rows: Int[np.ndarray, " batch"]) -> tuple[Tensor, Labels]:
        pixels = torch.from_numpy(gathered)
        labels = torch.from_numpy(np.take(self._labels, rows))
        if self.device.type == "cuda":  # only from pinned memory does the copy not stop the GPU
            pixels, labels = pixels.pin_memory(), labels.pin_memory()
            return (
                pixels.to(self.device, non_blocking=True),
                labels.to(self.device, non_blocking=True),
            )
        return pixels.to(self.device), labels.to(self.device)

    def _check(self) -> None:
        if len(self._pixels) != len(self._labels):
            raise ShapeError(
                account(
                    "pictures and labels do not match",
                    facts={"pictures": len(self._pixels), "labels": len(self._labels)},
                    because="each picture has exactly one label",
                    fix="arrays of equal length",
                )
            )
        if self.bs < 1 or (self.drop_last and self.bs > self.n):
            raise ConfigError(
                account(
                    "there would be no batch at all",
                    facts={"pictures to train with": self.n, "batch size": self.bs},
                    because="a batch of training is full: what is left over is dropped",
                    fix=f"a batch size between 1 and {self.n}"
                    if self.n
                    else "a folder with pictures",
                )
            )
