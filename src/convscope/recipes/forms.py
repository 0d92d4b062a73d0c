"""Judge the files of a folder: which are broken, how large, and whether form betrays class."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

import numpy as np

from convscope.pictures import Finding, Inspected

MOST_BAD_SHARE = 0.05
LONG = 2.0  # times as long as wide: a crop at the centre loses half
RARE_SHARE = 0.01  # of the pictures: a kind of file that no more have is rare
BETRAYED, MUCH_BETRAYED = 0.25, 0.5
"""Share of the way from naming the largest class to knowing all, by form alone."""
_ENOUGH = 20  # pictures, for such a share to mean anything
_SHOWN = 8


def forms(seen: Inspected) -> list[Finding]:
    """Judge what the files are, whatever they show.

    Args:
        seen: a folder.

    Returns:
        A finding for each thing that was looked at.
    """
    return [
        _broken(seen),
        _sizes(seen),
        _long(seen),
        _several(seen),
        *_kinds(seen),
        *_betrayal(seen),
    ]


def _broken(seen: Inspected) -> Finding:
    if not seen.bad:
        return Finding("broken", "fine", "every file can be read")
    share = len(seen.bad) / len(seen.files)
    many = share > MOST_BAD_SHARE
    what_then = "too many to train without asking" if many else "training leaves them out"
    return Finding(
        "broken",
        "serious" if many else "look",
        f"files that cannot be read: {len(seen.bad):,} of {len(seen.files):,} ({share:.1%})",
        f"{what_then[0].upper()}{what_then[1:]}. Replace or delete them.",
        notes=[f"{seen.files[index]}: {reason}" for index, reason in sorted(seen.bad.items())],
    )


def _sizes(seen: Inspected) -> Finding:
    sizes = seen.headers.sizes[seen.sound()].tolist()
    told = _most([f"{width} x {height} px" for width, height in sizes])
    return Finding("sizes", "fine", f"sizes: {told}")


def _long(seen: Inspected) -> Finding:
    sides = np.sort(np.maximum(seen.headers.sizes, 1), axis=1)
    long = [index for index in seen.sound() if sides[index, 1] >= LONG * sides[index, 0]]
    if not long or len(np.unique(sides[seen.sound()], axis=0)) == 1:
        return Finding("long", "fine", f"no picture is {LONG:g} times as long as wide, or all are")
    return Finding(
        "long",
        "look",
        f"pictures at least {LONG:g} times as long as wide: {len(long):,}",
        "A crop at the centre loses half of them: see what is left, cut them yourself, or train "
        "with --resize pad.",
        tuple((index,) for index in long),
    )


def _several(seen: Inspected) -> Finding:
    several = [index for index in seen.sound() if seen.headers.several[index]]
    if not several:
        return Finding("several", "fine", "no file holds more than one picture")
    return Finding(
        "several",
        "look",
        f"files that hold several pictures (animations, pages): {len(several):,}",
        "The first picture of each is used. Save the one you mean if it is another.",
        tuple((index,) for index in several),
    )


def _kinds(seen: Inspected) -> list[Finding]:
    sound = seen.sound()
    kinds = [f"{seen.headers.formats[i]} {seen.headers.modes[i]}".strip() for i in sound]
    counts = Counter(kinds)
    told = Finding("kinds", "fine", "kinds: " + _most(kinds))
    rare = [
        i for i, kind in zip(sound, kinds, strict=True) if counts[kind] <= RARE_SHARE * len(kinds)
    ]
    if not rare:
        return [told, Finding("rare", "fine", "no file is of a rare kind")]
    names = [kind for kind, count in counts.items() if count <= RARE_SHARE * len(kinds)]
    return [
        told,
        Finding(
            "rare",
            "look",
            f"files of a rare kind ({', '.join(names)}): {len(rare):,}",
            "What is stored unlike the others often comes from elsewhere: a placeholder, a scan.",
            tuple((index,) for index in rare),
        ),
    ]


def _most(values: list[str]) -> str:
    counts = Counter(values)
    told = ", ".join(f"{value} ({count:,})" for value, count in counts.most_common(_SHOWN))
    rest = len(counts) - _SHOWN
    return (told or "none") + (f" and {rest:,} more" if rest > 0 else "")


def _betrayal(seen: Inspected) -> list[Finding]:
    chosen = seen.sound("train" if "train" in seen.sides else None)
    labels = [seen.labels[index] for index in chosen]
    traits: dict[str, tuple[str, list[Hashable]]] = {
        "size_tells": ("size", [tuple(seen.headers.sizes[i].tolist()) for i in chosen]),
        "format_tells": ("file format", [seen.headers.formats[i] for i in chosen]),
        "mode_tells": ("kind of pixels", [seen.headers.modes[i] for i in chosen]),
    }
    return [_told(key, name, values, labels) for key, (name, values) in traits.items()]


def _told(key: str, name: str, values: Sequence[Hashable], labels: Sequence[str]) -> Finding:
    right, usual = guessed(values, labels)
    gain = (right - usual) / (1 - usual) if usual < 1 else 0.0
    if gain < BETRAYED or len(labels) < _ENOUGH:
        return Finding(key, "fine", f"the {name} does not tell the class")
    return Finding(
        key,
        "serious" if gain >= MUCH_BETRAYED else "look",
        f"the {name} alone tells the class of {right:.0%} of the pictures; naming always the "
        f"largest class, of {usual:.0%}",
        "A network learns such a trace instead of what is shown, and fails where it is missing. "
        f"Bring all pictures to one {name}, from sources that hold every class.",
    )


def guessed(values: Sequence[Hashable], labels: Sequence[str]) -> tuple[float, float]:
    """Tell how well labels can be guessed from one value of each.

    Each is guessed as most of the *others* of its value; one that is alone with its value, or a
    draw, as the largest class.

    Args:
        values: one of each.
        labels: as many.

    Returns:
        The share guessed right, and the share of the largest class; both 0 for nothing.

    Example:
        >>> guessed(["big", "big", "small", "small"], ["cat", "cat", "dog", "dog"])
        (1.0, 0.5)
    """
    if not labels:
        return 0.0, 0.0
    largest, usual = Counter(labels).most_common(1)[0]
    together: defaultdict[Hashable, Counter[str]] = defaultdict(Counter)
    for value, label in zip(values, labels, strict=True):
        together[value][label] += 1
    right = 0
    for counts in together.values():
        for label, count in counts.items():
            rival = max((other for name, other in counts.items() if name != label), default=0)
            others = count - 1  # of its own class
            right += count if others > rival or (others == rival and label == largest) else 0
    return right / len(labels), usual / len(labels)
