"""Which items are trained with and which are kept to validate."""

import math
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path
from typing import Any

import torch

from convscope.errors import ConfigError, LayoutError, account, nearest

Split = tuple[list[int], list[int]] | tuple[list[int], list[int], list[int]]
"""Indices to train with, to validate with and, where some are kept for the end, to test with."""
Item = Path | str
"""A picture file, as listed."""
Splitter = Callable[[Sequence[Any]], Split]


def parent_label(item: Item) -> str:
    """Take the name of the folder an item lies in as its label.

    Returns:
        The last folder's name.

    Example:
        >>> parent_label("mnist/train/7/12.png")
        '7'
    """
    return _folder(item, 1)


class GrandparentSplitter:
    """Split by the name of the folder two above an item: `train/7/12.png` is in train.

    Args:
        train_name: folder to train with, or several.
        valid_name: folder to validate with, or several.

    Example:
        >>> GrandparentSplitter()([Path("train/7/a.png"), Path("valid/7/b.png"), Path("x/7/c.png")])
        ([0], [1])
    """

    def __init__(
        self,
        train_name: str | Collection[str] = "train",
        valid_name: str | Collection[str] = "valid",
    ) -> None:
        self.train_names = _names(train_name)
        self.valid_names = _names(valid_name)
        both = sorted(self.train_names & self.valid_names)
        if both:
            raise ConfigError(
                account(
                    "a folder cannot be both trained and validated with",
                    facts={"in both": ", ".join(both)},
                    because="validation would show pictures the network has learnt by heart",
                    fix="different names",
                )
            )

    def __call__(self, items: Sequence[Item]) -> tuple[list[int], list[int]]:
        """Split the items; those under neither name are left out.

        Returns:
            Indices to train with and to validate with.

        Raises:
            LayoutError: one of the two would be empty.
        """
        folders = [_folder(item, 2) for item in items]
        train = [i for i, folder in enumerate(folders) if folder in self.train_names]
        valid = [i for i, folder in enumerate(folders) if folder in self.valid_names]
        if not train or not valid:
            raise self._nothing_found(sorted(set(folders)))
        return train, valid

    def _nothing_found(self, found: list[str]) -> LayoutError:
        wanted = sorted(self.train_names | self.valid_names)
        near = "; ".join(f"instead of {name!r}: {nearest(name, found)}" for name in wanted)
        return LayoutError(
            account(
                "no pictures under the folders to train or to validate with",
                facts={"wanted": ", ".join(wanted), "found": ", ".join(found) or "nothing"},
                because="a picture belongs to the folder two above it, as in train/7/12.png",
                fix=f"GrandparentSplitter(train_name=..., valid_name=...); {near}"
                if found
                else "a folder with pictures",
            )
        )


class RandomSplitter:
    """Keep a random part of the items to validate, whatever their labels.

    With a seed it is the chapter's library's own split of the same list.

    Args:
        valid_pct: share to validate with, above 0 and below 1, rounded down.
        seed: of the split; None takes `torch.initial_seed()`, so that `torch.manual_seed` fixes it.

    Raises:
        ConfigError: a share outside 0..1.

    Example:
        >>> RandomSplitter(0.4, seed=42)([Path(name) for name in "abcde"])
        ([3, 0, 1], [2, 4])
    """

    def __init__(self, valid_pct: float = 0.2, seed: int | None = None) -> None:
        _check_share("valid_pct", valid_pct)
        self.valid_pct = valid_pct
        self.seed = seed

    def __call__(self, items: Sequence[Item]) -> tuple[list[int], list[int]]:
        """Split the items.

        Returns:
            Indices to train with and to validate with, in random order.
        """
        seed = torch.initial_seed() if self.seed is None else self.seed
        order = torch.randperm(len(items), generator=torch.Generator().manual_seed(seed)).tolist()
        cut = int(self.valid_pct * len(items))
        return order[cut:], order[:cut]


class StratifiedSplitter:
    """Keep the same share of every class to validate: what a flat folder of classes gets.

    The share is rounded half up, but one item of each class always stays in train. A file's side
    depends on the seed and on names, not on the order of the files or on where the folder lies;
    when pictures are added, few of the others change sides.

    Args:
        valid_share: of each class, above 0 and below 1.
        seed: of the split.
        get_y: gives an item's class.

    Raises:
        ConfigError: a share outside 0..1.

    Example:
        >>> split = StratifiedSplitter(0.5, seed=0)
        >>> split([Path("cat/1.png"), Path("cat/2.png"), Path("cat/3.png"), Path("dog/1.png")])
        ([0, 3], [1, 2])
    """

    def __init__(
        self,
        valid_share: float = 0.2,
        seed: int = 0,
        *,
        get_y: Callable[[Any], Hashable] = parent_label,
    ) -> None:
        _check_share("valid_share", valid_share)
        self.valid_share = valid_share
        self.seed = seed
        self.get_y = get_y

    def __call__(self, items: Sequence[Item]) -> tuple[list[int], list[int]]:
        """Split the items.

        Returns:
            Indices to train with and to validate with, each ascending.
        """
        classes: dict[Hashable, list[int]] = defaultdict(list)
        for index, item in enumerate(items):
            classes[self.get_y(item)].append(index)
        chosen = {index for members in classes.values() for index in self._chosen(items, members)}
        everything = range(len(items))
        return [i for i in everything if i not in chosen], [i for i in everything if i in chosen]

    def _chosen(self, items: Sequence[Item], members: list[int]) -> Iterable[int]:
        # str() first: 0.15 is meant, not the binary number just below it
        exact = Fraction(str(self.valid_share)) * len(members)
        count = min(math.floor(exact + Fraction(1, 2)), len(members) - 1)
        return sorted(members, key=lambda index: self._lot(items[index]))[:count]

    def _lot(self, item: Item) -> tuple[bytes, bytes]:
        place = _bytes(f"{self.seed}/{_folder(item, 1)}/{_folder(item, 0)}")
        return blake2b(place, digest_size=8).digest(), _bytes(os.fspath(item))


def _bytes(text: str) -> bytes:
    """Encode a name; half a surrogate, which no file here can have in its name, too."""
    try:
        return os.fsencode(text)
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _folder(item: Item, up: int) -> str:
    """Name the folder `up` levels above; 0 is the item itself.

    Returns:
        The name, empty above the top.
    """
    # asked twice for each of 70,000 files: item.parent.parent.name takes four times as long
    text = os.fspath(item)
    parts = (text.replace(os.altsep, os.sep) if os.altsep else text).rsplit(os.sep, up + 1)
    return parts[-up - 1] if len(parts) > up else ""


def _names(given: str | Collection[str]) -> frozenset[str]:
    return frozenset([given] if isinstance(given, str) else given)


def _check_share(name: str, share: float) -> None:
    if not 0 < share < 1:
        raise ConfigError(
            account(
                "this share cannot be split off",
                facts={name: share},
                because="both sides need pictures, and a share of all is between 0 and 1",
                fix=f"{name}=0.2",
            )
        )
