"""Which pictures are for training, which to validate with, which for the very end."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Files = dict[str, list[str]]
"""Files of each class."""

ROLES = {
    role_name: role
    for role, names in {
        "train": ("train", "training"),
        "valid": ("valid", "val", "validation"),
        "test": ("test", "testing"),
    }.items()
    for role_name in names
}
"""What a folder or a split of this name, in any case, is for."""


@dataclass(slots=True)
class Splits:
    """The files of every class on each side, and what was decided on the way.

    `valid` is None where the pictures of `train` are still to be divided, `test` where there are
    no others beside. Names of `empty` and `ignored` are paths from the root.
    """

    train: Files
    valid: Files | None = None
    test: Files | None = None
    train_name: str = "train"
    valid_name: str = "valid"
    valid_is_test: bool = False
    empty: list[str] = field(default_factory=list[str])
    ignored: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    decisions: list[str] = field(default_factory=list[str])


def by_role(sides: Mapping[str, Files], called: Mapping[str, str], kind: str) -> Splits:
    """Decide what each side is used for.

    Args:
        sides: files by role; "train" is there, "valid" and "test" may be.
        called: what the sides are called, by role.
        kind: of thing that makes a side: folder, or split.

    Returns:
        The splits; every decision is said.
    """
    train, valid, test = (sides.get(role) for role in ("train", "valid", "test"))
    splits = Splits(sides["train"], valid, train_name=called["train"])
    say = splits.decisions.append
    if valid is None and test is None:
        name = called["train"]
        say(f"no validation {kind} holds pictures: {name} is divided into train and valid")
        return splits
    splits.valid_name = called["test" if valid is None else "valid"]
    say(f"trained on {called['train']}, validated on {splits.valid_name}")
    if test is None:
        return splits
    name = called["test"]
    strange = sorted(set(test) - set(train or ()))
    if valid is None:
        splits.valid, splits.valid_is_test = test, True
        say(f"there is no validation {kind}: {name} serves as one")
        say(f"the best epoch is chosen on {name} itself, so its result looks better than it is")
    elif strange:
        say(f"{name} is kept aside: it holds classes to train with none of: {_some(strange)}")
    else:
        splits.test = test
        say(f"{name} is used once, at the end: {sum(map(len, test.values())):,} pictures")
    return splits


def _some(names: list[str]) -> str:
    return ", ".join(map(repr, names[:5])) + (f" and {len(names) - 5} more" * (len(names) > 5))
