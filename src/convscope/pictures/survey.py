"""What a folder of pictures holds, and how it will be used.

`survey` looks at names only; whether a file can be decoded is found out by `cached_pixels`.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from convscope.errors import LayoutError, account
from convscope.pictures.layout import divided, expectation
from convscope.pictures.sources import located
from convscope.pictures.splits import ROLES, Files, Splits
from convscope.pictures.table import tabled

Classes = Mapping[str, tuple[str, ...]]
"""The files of each class, both sorted; strings, because 70,000 `Path` objects take 0.2 s."""

_SHOWN = 10
UNEQUAL = 20
"""Times as many pictures in the largest class as in the smallest: from here on it is told."""


@dataclass(frozen=True, eq=False, slots=True)
class Survey:
    """The pictures of a folder by split and class.

    Args:
        root: the folder, archive or table, absolute.
        layout: "split" (train and valid folders) or "flat" (all in `train`, to be divided).
        classes: names, sorted as strings; a picture's label is the index here.
        train: absolute paths of the files of each class.
        valid: the same for validation; None with a flat layout.
        test: the same for the end; None where nothing is kept for it.
        valid_is_test: `valid` is what the source calls its test set.
        empty: class folders without pictures.
        ignored: what was left out: path from the root, and why.
        decisions: what was decided, in sentences for the user.
        warnings: what the user should look at, in sentences.
    """

    root: Path
    layout: Literal["split", "flat"]
    classes: tuple[str, ...]
    train: Classes
    valid: Classes | None
    test: Classes | None
    valid_is_test: bool
    empty: tuple[str, ...]
    ignored: tuple[tuple[str, str], ...]
    decisions: tuple[str, ...]
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """Give all but the files' names as plain values for JSON."""
        return {
            "root": str(self.root),
            "layout": self.layout,
            "classes": list(self.classes),
            "train": _counts(self.train),
            "valid": None if self.valid is None else _counts(self.valid),
            "test": None if self.test is None else _counts(self.test),
            "valid_is_test": self.valid_is_test,
            "ignored": [list(one) for one in self.ignored],
            "decisions": list(self.decisions),
            "warnings": list(self.warnings),
        }


def survey(root: Path, *, limit_bytes: int | None = None, judged: bool = False) -> Survey:
    """Find out how a folder of pictures is laid out, or what stands for one: see `located`.

    Either it holds train and valid folders (also training; val, validation; test, testing; in
    any case) of class folders, or class folders alone. All pictures below a class folder are
    of that class.

    Args:
        root: the source; nothing is written to it.
        limit_bytes: what the cache may take, into which archives are unpacked.
        judged: the pictures are only to be judged: one class is enough, and the sides may differ.

    Returns:
        Files by split and class, and every decision taken.

    Raises:
        LayoutError: there is no such source, it holds no pictures, fewer than two classes,
            train and valid classes that differ, or names that cannot be told apart.
        DataError: an archive cannot be unpacked.

    Example:
        >>> survey(Path(__file__))
        Traceback (most recent call last):
        ...
        convscope.errors.LayoutError: no folder of pictures at ...
    """
    top = root.absolute()
    place = located(top, limit_bytes=limit_bytes)
    splits = divided(place, called=top, judged=judged) if place.is_dir() else tabled(place)
    train = _named(top, splits.train)
    valid = None if splits.valid is None else _named(top, splits.valid)
    test = None if splits.test is None else _named(top, splits.test)
    if valid is not None and train.keys() != valid.keys() and not judged:
        raise LayoutError(_classes_differ(top, splits, train, valid))
    if len(train) == 1 and not judged:
        because = "a classifier needs at least two classes to tell apart"
        raise LayoutError(
            expectation(f"only one class of pictures in {top}", because, **{"class": _list(train)})
        )
    return Survey(
        root=top,
        layout="flat" if valid is None else "split",
        classes=tuple(train),
        train=train,
        valid=valid,
        test=test,
        valid_is_test=splits.valid_is_test,
        empty=tuple(splits.empty),
        ignored=tuple(sorted(splits.ignored)),
        decisions=(*splits.decisions, *_left_out(splits)),
        warnings=(*_warnings(splits, train), *(_lonely(train) if valid is None else ())),
    )


def _counts(classes: Classes) -> dict[str, int]:
    return {name: len(files) for name, files in classes.items()}


def _named(top: Path, folders: Files) -> dict[str, tuple[str, ...]]:
    """Name and order the classes; macOS and Linux write the same accent in different ways.

    Returns:
        The files of each class.

    Raises:
        LayoutError: two folders have names that look the same.
    """
    folder_of: dict[str, str] = {}
    for folder in sorted(folders):
        twin = folder_of.setdefault(unicodedata.normalize("NFC", folder), folder)
        if twin != folder:
            raise LayoutError(
                account(
                    f"two classes of the same name in {top}",
                    facts={"one": ascii(twin), "another": ascii(folder)},
                    because="the names differ only in how an accent is stored",
                    fix="one folder with the pictures of both",
                )
            )
    return {name: tuple(folders[folder_of[name]]) for name in sorted(folder_of)}


def _warnings(splits: Splits, train: Classes) -> list[str]:
    why = dict(splits.ignored)
    lines = [
        f"{folder}/ cannot be read ({why[folder]}): left out"
        if folder in why
        else f"{folder}/ holds no pictures: left out"
        for folder in splits.empty
    ]
    lines += [
        f"class {name!r} is called as a split is; if it is one, only train/, valid/ and test/ "
        "may lie beside it"
        for name in train
        if name.casefold() in ROLES
    ]
    alike = Counter(name.casefold() for name in train)
    for folded, count in alike.items():
        if count > 1:
            twins = _list(name for name in train if name.casefold() == folded)
            lines.append(f"classes that differ only in case are kept apart: {twins}")
    return lines + _unequal(train)


def _unequal(train: Classes) -> list[str]:
    counts = {name: len(files) for name, files in train.items()}
    most, fewest = max(counts, key=lambda name: counts[name]), min(counts, key=lambda n: counts[n])
    if counts[most] < UNEQUAL * counts[fewest]:
        return []
    return [
        f"the classes are unequal: {counts[most]:,} pictures of {most!r} and {counts[fewest]:,} of "
        f"{fewest!r}; accuracy says little of the small ones, `convscope evaluate` says it of each"
    ]


def _lonely(train: Classes) -> list[str]:
    alone = [name for name, files in train.items() if len(files) == 1]
    return [f"class {name!r} has one picture: it stays in train" for name in alone]


def _left_out(splits: Splits) -> list[str]:
    counts = Counter(reason for _, reason in splits.ignored)
    return [f"left out, {reason}: {count:,}" for reason, count in sorted(counts.items())]


def _classes_differ(top: Path, splits: Splits, train: Classes, valid: Classes) -> str:
    missing = [name for name in train if name not in valid]
    extra = [name for name in valid if name not in train]
    in_case = {name.casefold() for name in missing} & {name.casefold() for name in extra}
    why = dict(splits.ignored)
    shut = [f"{folder} ({why[folder]})" for folder in splits.empty if folder in why]
    return account(
        f"train and valid in {top} do not hold the same classes",
        facts={
            f"only in {splits.train_name.rstrip('/')}": _list(missing),
            f"only in {splits.valid_name.rstrip('/')}": _list(extra),
            **({"cannot be read": ", ".join(shut[:_SHOWN])} if shut else {}),
        },
        because="some differ only in case" if in_case else "every class must be learnt and checked",
        fix="folders of the same names, with pictures, on both sides",
    )


def _list(names: Iterable[str]) -> str:
    all_names = [repr(name) for name in names]
    rest = len(all_names) - _SHOWN
    return ", ".join(all_names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "") or "none"
