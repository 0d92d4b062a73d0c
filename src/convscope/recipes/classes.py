"""Judge the classes of a folder: how many pictures each has, and what they are called."""

import os
import re
from collections import Counter
from difflib import get_close_matches

from convscope.pictures import ROLES, Finding, Inspected

UNEVEN, VERY_UNEVEN = 5, 50  # times as many pictures in the largest class as in the smallest
FEW = 10  # pictures of a class to train with
_ALIKE = 0.9  # of the letters: "validaton" is, "trail" is not like "train"
_SPLIT = re.compile(
    rf"({'|'.join(ROLES)})[\W_\d]*(s|ate|data|images?|pictures?|sets?|splits?)?[\W_\d]*"
)


def classes(seen: Inspected) -> list[Finding]:
    """Judge counts and names.

    Args:
        seen: a folder.

    Returns:
        A finding for each thing that was looked at.
    """
    return [
        _refused(seen),
        _balance(seen),
        _few(seen),
        _twins(seen),
        _splits(seen),
        _left_out(seen),
    ]


def _refused(seen: Inspected) -> Finding:
    if not seen.refusal:
        return Finding("refused", "fine", "this folder can be trained on")
    headline, *details = seen.refusal.splitlines()
    advice = "convscope train refuses this folder; the reason stands below."
    return Finding("refused", "serious", headline, advice, notes=details)


def _counts(seen: Inspected, side: str | None = None) -> Counter[str]:
    return Counter(seen.labels[index] for index in seen.sound(side))


def _balance(seen: Inspected) -> Finding:
    counts = _counts(seen, "train" if "train" in seen.sides else None).most_common()
    if len(counts) < 2:
        return Finding("balance", "fine", "there are not two classes to compare")
    (most, many), (least, few) = counts[0], counts[-1]
    ratio = many / few
    told = f"{many:,} pictures to train with in {most!r}, {few:,} in {least!r}: {ratio:.1f} to 1"
    if ratio < UNEVEN:
        return Finding("balance", "fine", told)
    return Finding(
        "balance",
        "serious" if ratio >= VERY_UNEVEN else "look",
        told,
        "A network that never names the small class still looks good: read the accuracy of each "
        "class. Collect more pictures of it, or weigh the classes (--class-weights auto).",
    )


def _few(seen: Inspected) -> Finding:
    names = dict.fromkeys(seen.labels)
    sides = dict.fromkeys(seen.sides)
    lacking: list[str] = []
    for side in sides:
        counts = _counts(seen, side)
        least = 1 if side in {"valid", "test"} else FEW
        lacking += [
            f"{name!r}: {counts[name]:,}{f' in {side}' if side else ''}"
            for name in names
            if counts[name] < least
        ]
    if not lacking:
        return Finding("few", "fine", f"every class has {FEW} readable pictures to train with")
    return Finding(
        "few",
        "look",
        f"classes with few readable pictures: {len(lacking):,}",
        "So few show neither what the class has in common nor how well it is known. Collect more, "
        "or leave the class out.",
        notes=lacking,
    )


def _twins(seen: Inspected) -> Finding:
    spelt: dict[str, list[str]] = {}
    for name in dict.fromkeys(seen.labels):
        spelt.setdefault(re.sub(r"[\W_]+", "", name.casefold()), []).append(name)
    twins = [names for plain, names in spelt.items() if len(names) > 1 and plain]
    if not twins:
        return Finding("twins", "fine", "no two classes have nearly the same name")
    return Finding(
        "twins",
        "serious",
        f"classes that differ only in case, spaces or punctuation: {len(twins):,}",
        "If they are one kind of picture, the network is asked to tell the same apart. Merge the "
        "folders, or rename one.",
        notes=[" and ".join(map(repr, names)) for names in twins],
    )


def _splits(seen: Inspected) -> Finding:
    aside = (path.split("/")[0] for path, why in seen.ignored if why == "outside train and valid")
    names = [*dict.fromkeys(seen.labels), *sorted({*aside})]
    odd = [name for name in names if looks_like_a_split(name)]
    if not odd:
        return Finding("splits", "fine", "no class has the name of a split")
    sure = any(name.casefold() in ROLES or name in _with_folders(seen) for name in odd)
    return Finding(
        "splits",
        "serious" if sure else "look",
        f"folders that may be meant as a split: {', '.join(map(repr, odd))}",
        "As it is, what lies in them is one class, or left out. If they are splits, call them "
        "train and valid, and put nothing beside them.",
    )


def _with_folders(seen: Inspected) -> set[str]:
    """Name the classes whose pictures lie in folders below the one of the class."""
    parents = {(os.path.dirname(f), name) for f, name in zip(seen.files, seen.labels, strict=True)}  # noqa: PTH120 - 70,000 times
    return {name for parent, name in parents if os.path.basename(parent) != name}  # noqa: PTH119


def looks_like_a_split(name: str) -> bool:
    """Tell whether a folder's name is that of a split, or nearly so.

    Returns:
        True for "Train", "trian", "test_set" and "val 2", also for the vehicle "trains".

    Example:
        >>> [looks_like_a_split(name) for name in ("trian", "validate", "test-set", "rain")]
        [True, True, True, False]
    """
    plain = name.casefold()
    if _SPLIT.fullmatch(plain):
        return True
    turned = len(plain) > len("val") and sorted(plain) in [sorted(role) for role in ROLES]
    return turned or bool(get_close_matches(plain, ROLES, n=1, cutoff=_ALIKE))


def _left_out(seen: Inspected) -> Finding:
    if not seen.ignored:
        return Finding("left_out", "fine", "everything in the folder is used")
    reasons = Counter(reason for _, reason in seen.ignored)
    only_hidden = set(reasons) == {"hidden"}
    return Finding(
        "left_out",
        "fine" if only_hidden else "look",
        f"things in the folder that are not used: {len(seen.ignored):,}",
        "" if only_hidden else "If there are pictures among them, put them into a class folder.",
        notes=[f"{count:,} {reason}: {_first(seen, reason)}" for reason, count in reasons.items()],
    )


def _first(seen: Inspected, reason: str) -> str:
    return next(path for path, why in seen.ignored if why == reason)
