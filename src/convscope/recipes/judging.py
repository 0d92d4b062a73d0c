"""What was found in a folder, the worst first; and what was not looked for."""

from convscope.pictures import Finding, Inspected
from convscope.recipes.classes import classes
from convscope.recipes.copies import copies
from convscope.recipes.forms import forms

NOT_LOOKED_FOR = (
    "copies that were turned, mirrored, cut or drained of colour",
    "pictures whose label is wrong, but for copies in two classes",
    "pictures of one person, place or film on both sides, where they are not nearly the same",
    "traces of a class inside the pictures: frames, writing, background",
)
_ORDER = ("serious", "look", "fine")


def judge(seen: Inspected) -> list[Finding]:
    """Judge a folder.

    Args:
        seen: the facts; nothing else is looked at.

    Returns:
        A finding for everything that was looked for, also where nothing was found.
    """
    found = [*classes(seen), *copies(seen), *forms(seen)]
    return sorted(found, key=lambda finding: _ORDER.index(finding.severity))
