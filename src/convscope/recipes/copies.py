"""Judge what is in a folder more than once, and what shows nothing."""

from collections import Counter

from convscope.pictures import Finding, Inspected
from convscope.words import counted

Group = tuple[int, ...]


def copies(seen: Inspected) -> list[Finding]:
    """Judge the pictures that are alike.

    Args:
        seen: a folder.

    Returns:
        A finding for each way in which a copy can do harm.
    """
    return [
        _leak(seen),
        _two_labels(seen),
        _twice(seen),
        _near(seen),
        _blank(seen),
        _one_picture(seen),
    ]


def _across(group: Group, values: list[str]) -> bool:
    return len({values[index] for index in group}) > 1


def _in_bytes(seen: Inspected, groups: list[Group]) -> str:
    equal = sum(group in seen.alike.same_bytes for group in groups)
    return f"{equal:,} of them equal byte for byte, the others as decoded"


def _leak(seen: Inspected) -> Finding:
    groups = [group for group in seen.alike.same if _across(group, seen.sides)]
    if not groups:
        return Finding("leak", "fine", "no picture is on both sides of the split")
    judged = {i for group in groups for i in group if seen.sides[i] != "train"}
    total = sum(side != "train" for side in seen.sides)
    share = f"{len(judged):,} of {total:,} ({len(judged) / total:.1%})"
    return Finding(
        "leak",
        "serious",
        f"the same picture on both sides of the split: {len(groups):,} ({_in_bytes(seen, groups)})",
        f"Of the pictures to judge by, {share} are known by heart: accuracy looks better than it "
        "is. Delete the copies on one side.",
        tuple(groups),
    )


def _two_labels(seen: Inspected) -> Finding:
    groups = [group for group in seen.alike.same if _across(group, seen.labels)]
    if not groups:
        return Finding("two_labels", "fine", "no picture lies in two classes")
    return Finding(
        "two_labels",
        "serious",
        f"the same picture in two classes: {len(groups):,}",
        "One of the labels is wrong, and no network can get both right. Keep each in one class.",
        tuple(groups),
    )


def _twice(seen: Inspected) -> Finding:
    same = seen.alike.same
    groups = [g for g in same if not _across(g, seen.sides) and not _across(g, seen.labels)]
    if not groups:
        return Finding("twice", "fine", "no picture is twice in one class of one side")
    spare = sum(map(len, groups)) - len(groups)
    harm = "They count more than others."
    if "" in seen.sides:
        harm = "The split is made by chance: copies will be on both sides, and accuracy too good."
    return Finding(
        "twice",
        "look",
        f"pictures with copies in their own class: {len(groups):,} ({_in_bytes(seen, groups)})",
        f"{harm} Delete {counted(spare, 'copies', 'en')}.",
        tuple(groups),
    )


def _near(seen: Inspected) -> Finding:
    groups = seen.alike.near
    more = [] if seen.alike.complete else ["there are more: the search was ended, as for a film"]
    if not groups:
        return Finding("near", "fine", "no two pictures are nearly the same", notes=more)
    sides, labels = (
        sum(_across(group, values) for group in groups) for values in (seen.sides, seen.labels)
    )
    harmful_first = sorted(
        groups, key=lambda g: (not _across(g, seen.sides), not _across(g, seen.labels))
    )
    return Finding(
        "near",
        "look",
        f"groups of pictures that are nearly the same: {len(groups):,}, of these on both sides of "
        f"the split {sides:,}, in two classes {labels:,}",
        "Look at them: copies that were stored anew or sized do the harm of copies, frames of one "
        "film nearly so; put all of a group on one side.",
        tuple(harmful_first),
        more,
    )


def _blank(seen: Inspected) -> Finding:
    blank = seen.alike.blank
    if not blank:
        return Finding("blank", "fine", "no picture is of one colour all over")
    sound = Counter(seen.labels[index] for index in seen.sound())
    empty = Counter(seen.labels[index] for index in blank)
    gone = [name for name, count in empty.items() if count == sound[name]]
    return Finding(
        "blank",
        "serious" if gone else "look",
        f"pictures of one colour all over: {len(blank):,}",
        ("All pictures of " + ", ".join(map(repr, gone)) + " are blank. " if gone else "")
        + "They teach nothing but which class has more of them. Delete or replace them.",
        tuple((index,) for index in blank),
    )


def _one_picture(seen: Inspected) -> Finding:
    sizes = Counter(seen.labels[index] for index in seen.sound())
    groups = [
        group
        for group in seen.alike.same
        if not _across(group, seen.labels) and len(group) == sizes[seen.labels[group[0]]]
    ]
    if not groups:
        return Finding("one_picture", "fine", "no class is one picture again and again")
    names = ", ".join(repr(seen.labels[group[0]]) for group in groups)
    return Finding(
        "one_picture",
        "serious",
        f"classes that are one picture again and again: {names}",
        "Nothing can be learnt but this picture. Fill the class, or leave it out.",
        tuple(groups),
    )
