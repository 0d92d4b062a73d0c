"""Which folder is training, which validation, which a class."""

import os
from contextlib import suppress
from pathlib import Path

from convscope.errors import LayoutError, account
from convscope.pictures.listing import is_hidden, picture_files
from convscope.pictures.splits import ROLES, Files, Splits, by_role

EXPECTED = """\
  flowers/                or  flowers/
  ├── train/                  ├── daisy/  1.jpg ...
  │   ├── daisy/  1.jpg ...   └── rose/   3.jpg ...
  │   └── rose/   3.jpg ...
  └── valid/
      ├── daisy/  7.jpg ...
      └── rose/   8.jpg ..."""


def expectation(headline: str, because: str, *, fix: str = "", **facts: object) -> str:
    """Say what is wrong with a folder and draw the layouts that are right.

    Returns:
        A message of several lines, the first of which stands alone.
    """
    fix = fix or "a folder that holds a folder for each class, as below"
    return account(headline, facts=facts, because=because, fix=fix) + "\n" + EXPECTED


def divided(top: Path, *, called: Path | None = None, judged: bool = False) -> Splits:
    """Assign every picture below a folder to a split and a class folder.

    Args:
        top: the folder, absolute; it exists.
        called: what people named, where that is not `top`: an archive that was unpacked.
        judged: the pictures are only to be judged: one class is enough.

    Returns:
        The splits; class folders without pictures are in `empty` only.

    Raises:
        LayoutError: no pictures in it, or no way to tell the splits apart.
    """
    ignored: list[tuple[str, str]] = []
    prefix = len(os.path.join(top, ""))  # noqa: PTH118 - with the final separator
    files = picture_files(top, ignore=lambda path, why: ignored.append((path[prefix:], why)))
    if not files:
        because = f"{len(ignored)} things lie there, none a picture" if ignored else "it is empty"
        raise LayoutError(expectation(f"no pictures in {called or top}", because))
    tree = _Tree(top, called or top, prefix, files)
    splits = _from_split_folders(tree) or _from_class_folders(tree, least=1 if judged else 2)
    splits.ignored += [*ignored, *((name, "in no class folder") for name in tree.loose)]
    return splits


class _Tree:
    """The files by their first folder, and by their first two."""

    def __init__(self, top: Path, called: Path, prefix: int, files: list[str]) -> None:
        self.top = top
        self.called = called
        self.prefix = prefix
        self.loose: list[str] = []
        self.first: Files = {name: [] for name in _folders(top)}
        self.second: dict[str, Files] = {name: {} for name in self.first}
        for file in files:
            parts = file[prefix:].split(os.sep, 2)
            if len(parts) == 1:
                self.loose.append(parts[0])
                continue
            self.first.setdefault(parts[0], []).append(file)  # it may just have come, or gone
            within = self.second.setdefault(parts[0], {})
            if len(parts) > 2:
                within.setdefault(parts[1], []).append(file)

    def roles(self) -> dict[str, str]:
        """Find the folder of each role that holds class folders with pictures.

        Returns:
            Names of folders by role.

        Raises:
            LayoutError: two folders claim one role.
        """
        found: dict[str, str] = {}
        for name in self.first:
            role = ROLES.get(name.casefold())
            if role is None or not self.second[name]:
                continue
            if role in found:
                raise LayoutError(
                    expectation(
                        f"two folders for one purpose in {self.called}",
                        f"both are names of the {role} folder",
                        fix="one of them elsewhere",
                        folders=f"{found[role]}, {name}",
                    )
                )
            found[role] = name
        return found

    def only_side(self) -> str | None:
        """Name the folder of a split where all pictures lie in that one."""
        filled = [name for name, files in self.first.items() if files]
        sides = list(self.roles().values())
        return filled[0] if sides == filled and len(filled) == 1 else None

    def classes(self, split: str) -> tuple[Files, list[str]]:
        """Part the class folders of a split into those with pictures and the names of others."""
        folders = self.second[split]
        empty = [name for name in _folders(self.top / split) if name not in folders]
        return folders, [f"{split}/{name}" for name in empty]


def _from_split_folders(tree: _Tree) -> Splits | None:
    only = tree.only_side()  # such as t10k of MNIST without its train files
    roles = tree.roles() if only is None else {"train": only}
    if "train" not in roles:
        return None
    sides: dict[str, Files] = {}
    empty: list[str] = []
    for role, name in roles.items():
        sides[role], without = tree.classes(name)
        empty += without
    splits = by_role(sides, {role: f"{name}/" for role, name in roles.items()}, "folder")
    splits.empty += empty
    for name, files in tree.first.items():
        _set_aside(splits, tree, name, files, is_side=name in roles.values())
    return splits


def _set_aside(splits: Splits, tree: _Tree, name: str, files: list[str], *, is_side: bool) -> None:
    """Account for the pictures of a top folder that are in no split."""
    if is_side:
        direct = (f[tree.prefix :] for f in files if f.count(os.sep, tree.prefix) == 1)
        splits.ignored += [(file, "in no class folder") for file in direct]
    elif ROLES.get(name.casefold()) == "test" and files:
        splits.decisions.append(
            f"{name}/ is kept aside: its {len(files):,} pictures are in no class folders"
        )
    else:
        splits.ignored += [(file[tree.prefix :], "outside train and valid") for file in files]


def _from_class_folders(tree: _Tree, *, least: int) -> Splits:
    filled = {name: files for name, files in tree.first.items() if files}
    if not filled or all(name.casefold() in ROLES for name in filled):
        where = ", ".join(f"{name}/" for name in filled) or "the folder itself"
        direct = f"a picture's class is the name of its folder, and these lie directly in {where}"
        because = f"there is nothing to train on beside {where}" if tree.roles() else direct
        raise LayoutError(
            expectation(
                f"no class folders in {tree.called}",
                because,
                pictures=f"{sum(map(len, filled.values())) + len(tree.loose):,}",
            )
        )
    if len(filled) < least:
        raise LayoutError(_one_class(tree, *filled))
    empty = [name for name, files in tree.first.items() if not files]
    decision = "a folder for each class: the pictures are divided into train and valid"
    return Splits(filled, empty=empty, decisions=[decision])


def _one_class(tree: _Tree, name: str) -> str:
    inside = len(tree.second[name]) > 1
    return expectation(
        f"only one class of pictures in {tree.called}",
        "a classifier needs at least two classes to tell apart",
        fix=f"{tree.called / name}, which holds folders itself" if inside else "",
        **{"class": repr(name)},
    )


def _folders(path: Path) -> list[str]:
    with suppress(OSError), os.scandir(path) as found:  # it may be gone by now
        return sorted(
            e.name for e in found if e.is_dir(follow_symlinks=False) and not is_hidden(e.name)
        )
    return []
