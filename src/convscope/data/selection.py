"""Which of the files found are used, under which class: every check between listing and batches."""

import math
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from convscope.data.splitters import Item, Split
from convscope.errors import ConfigError, DataError, LayoutError, account, nearest

_SHOWN = 5  # of a long list in a message


@dataclass
class Selection:
    """Files with their labels and sides; each step below narrows it or refuses it.

    Args:
        files: those on either side, in the order of the listing.
        labels: one for each file, as `get_y` gave it.
        train: indices of the files to train with.
        valid: indices of the files to validate with.
        test: indices of the files kept for the end.
        classes: labels by number.
        found: sentences about what was found and decided.
        skipped: files left out, each with the reason.
    """

    files: list[Item]
    labels: list[Any]
    train: list[int]
    valid: list[int]
    test: list[int] = field(default_factory=list[int])
    classes: list[Any] = field(default_factory=list[Any])
    found: list[str] = field(default_factory=list[str])
    skipped: list[tuple[Path, str]] = field(default_factory=list[tuple[Path, str]])

    def numbers(self) -> list[int]:
        """Give every file's class as a number; 0 for files that are on no side."""
        number = {label: index for index, label in enumerate(self.classes)}
        return [number.get(label, 0) for label in self.labels]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many pictures may be unreadable.

    Args:
        share: of all files, 0..1; more is refused.
        strict: not one, and the first that is met ends the work.
        called: how a larger share is asked for, for the message.

    Example:
        >>> Tolerance(0.1, called="--max-bad {}")
        Tolerance(share=0.1, strict=False, called='--max-bad {}')
    """

    share: float = 0.05
    strict: bool = False
    called: str = "tolerance=Tolerance({})"


Sides = tuple[list[int], list[int], list[int]]


def on_a_side(files: Sequence[Item], split: Split) -> tuple[list[Item], Sides]:
    """Drop the files that are on no side, without changing the order of the others.

    The order stays that of the listing so that every split of a folder finds the same cache.

    Args:
        files: as listed.
        split: indices into them.

    Returns:
        The files on a side, and the three sides as indices into these; the last may be empty.

    Raises:
        ConfigError: a file is on both sides.
        LayoutError: a side is empty.
    """
    train, valid, *rest = (list(map(int, side)) for side in split)
    test = rest[0] if rest else []
    used = sorted({*train, *valid, *test})
    if len(used) != len(train) + len(valid) + len(test):
        raise ConfigError(
            account(
                "the splitter put files on both sides, or twice on one",
                facts={"files": len(used), "indices": len(train) + len(valid) + len(test)},
                because="validation would show pictures the network has learnt by heart",
                fix="a splitter whose two lists share nothing",
            )
        )
    for side, name in ((train, "train"), (valid, "validate")):
        if not side:
            raise LayoutError(
                account(
                    f"there are no pictures to {name} with",
                    facts={"to train": len(train), "to validate": len(valid)},
                    because="a network learns from some pictures and is judged by others",
                    fix="more pictures in each class, or another splitter",
                )
            )
    if len(used) == len(files):
        return list(files), (train, valid, test)
    place = {old: new for new, old in enumerate(used)}
    train, valid, test = ([place[i] for i in side] for side in (train, valid, test))
    return [files[i] for i in used], (train, valid, test)


def classify(selection: Selection, vocab: Sequence[Any] | None) -> None:
    """Settle the classes: those given, else the sorted labels of the files to train with.

    Raises:
        LayoutError: a label is in no class, or there are fewer than two classes.
        ConfigError: the given classes name one twice.
    """
    train = {selection.labels[i] for i in selection.train}
    valid = {selection.labels[i] for i in selection.valid}
    test = {selection.labels[i] for i in selection.test}
    selection.classes = sorted(train) if vocab is None else list(vocab)
    if len(set(selection.classes)) < len(selection.classes):
        twice = [name for name, n in Counter(selection.classes).items() if n > 1]
        raise ConfigError(
            account(
                "a class is named twice",
                facts={"twice": _listed(twice)},
                because="a class has one number",
                fix="CategoryBlock(vocab=...) with each class once",
            )
        )
    unknown = (train | valid | test) - set(selection.classes)
    if unknown:
        _refuse_label(selection, min(unknown, key=str), given=vocab is not None)
    _demand_two(selection)
    unseen = [label for label in selection.classes if label not in valid]
    if unseen:
        selection.found.append(
            f"no picture to validate with in {_plural(unseen)} {_listed(unseen)}"
        )


def leave_out(selection: Selection, bad: Mapping[int, str], tolerance: Tolerance) -> None:
    """Take files that cannot be read off their sides, and classes with nothing left out.

    Args:
        selection: classified.
        bad: index and reason of every file that cannot be read.
        tolerance: how many of all files that may be.

    Raises:
        DataError: more than that cannot be read.
        LayoutError: what is left is fewer than two classes, or one side.
    """
    if not bad:
        return
    count, total = len(bad), len(selection.files)
    selection.skipped = [(Path(selection.files[i]), reason) for i, reason in sorted(bad.items())]
    if count > tolerance.share * total:
        _refuse_damage(selection.skipped, total, tolerance)
    selection.found.append(f"{count:,} of {total:,} files cannot be read and are left out")
    readable = {selection.labels[i] for i in selection.train if i not in bad}
    gone = [label for label in selection.classes if label not in readable]
    if gone:
        sentence = (
            f"not one training picture of {_plural(gone)} {_listed(gone)} can be read: left out"
        )
        selection.found.append(sentence)
        warnings.warn(sentence, stacklevel=3)  # at whoever calls `dataloaders`
    selection.classes = [label for label in selection.classes if label in readable]
    for side in (selection.train, selection.valid, selection.test):
        side[:] = [i for i in side if i not in bad and selection.labels[i] in readable]
    _demand_two(selection)
    on_a_side(selection.files, (selection.train, selection.valid, selection.test))


def _demand_two(selection: Selection) -> None:
    if len(selection.classes) < 2:
        raise LayoutError(
            account(
                "there are not two classes to tell apart",
                facts={"classes": _listed(selection.classes), "files": len(selection.files)},
                because="a classifier answers which of several classes a picture belongs to",
                fix="a folder for each class, at least two",
            )
        )


def _refuse_label(selection: Selection, label: object, *, given: bool) -> NoReturn:
    members = [
        f for f, known in zip(selection.files, selection.labels, strict=True) if known == label
    ]
    classes = list(map(str, selection.classes))
    raise LayoutError(
        account(
            f"the label {str(label)!r} is not among the classes",
            facts={
                "pictures": f"{len(members)}, the first is {members[0]}",
                "classes": _listed(classes),
            },
            because="it is not in the vocab that was given"
            if given
            else "it is only among the pictures to validate with; classes are those trained with",
            fix=f"another name for it ({nearest(str(label), classes)}?), or leave these files out",
        )
    )


def _refuse_damage(skipped: list[tuple[Path, str]], total: int, tolerance: Tolerance) -> NoReturn:
    share = len(skipped) / total
    first = {f"file {n}": f"{file}: {why}" for n, (file, why) in enumerate(skipped[:_SHOWN], 1)}
    raise DataError(
        account(
            "too many of the pictures cannot be read",
            facts={"unreadable": f"{len(skipped):,} of {total:,} ({share:.1%})", **first},
            because=f"at most {tolerance.share:.1%} may be left out without asking",
            fix="whole files in their place, or allow more: "
            + tolerance.called.format(math.ceil(100 * share) / 100),
        )
    )


def _plural(labels: list[Any]) -> str:
    return "class" if len(labels) == 1 else "classes"


def _listed(labels: Sequence[Any]) -> str:
    more = f" and {len(labels) - _SHOWN:,} more" if len(labels) > _SHOWN else ""
    return (", ".join(repr(str(label)) for label in labels[:_SHOWN]) or "none") + more
