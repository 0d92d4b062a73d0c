"""Which picture files lie in a folder, and what else does."""

import os
from collections.abc import Callable, Collection, Generator
from pathlib import Path

from convscope.errors import LayoutError, account
from convscope.pictures.formats import PICTURE_SUFFIXES

Ignore = Callable[[str, str], None]
"""Told a path and the reason why it is left out."""


def get_image_files(
    path: Path | str,
    recurse: bool = True,  # noqa: FBT001, FBT002 - the chapter's own signature
    folders: Collection[str] | None = None,
) -> list[Path]:
    """List the pictures under a folder, sorted by their path's parts.

    Hidden files, symbolic links (which may lead out of the folder or in circles), pipes, devices
    and folders that cannot be read are left out.

    Args:
        path: the folder.
        recurse: look into the folders below.
        folders: names of the folders directly below that are looked into; None for all.

    Returns:
        The files, in the same order on every machine.

    Raises:
        LayoutError: `path` is no folder that can be read.

    Example:
        >>> [file.name for file in get_image_files(Path(__file__).parent, recurse=False)]
        ['photograph.png']
    """
    made: list[Path] = []
    place, folder = "", Path()
    for file in picture_files(path, recurse=recurse, folders=folders):
        where, name = file.rsplit(os.sep, 1)
        if where != place:  # parsing a folder once a file would take half of the time
            place, folder = where, Path(where)
        made.append(folder / name)
    return made


def picture_files(
    path: Path | str,
    *,
    recurse: bool = True,
    folders: Collection[str] | None = None,
    ignore: Ignore | None = None,
) -> list[str]:
    """List as `get_image_files` does, as strings: `Path` objects cost more than the walk.

    Returns:
        The files, sorted by their path's parts.

    Raises:
        LayoutError: `path` is no folder that can be read.
    """
    root = os.fspath(path)
    try:
        top = _entries(root)
    except OSError as error:
        raise LayoutError(
            account(
                f"no folder of pictures at {root}",
                facts={"path": root},
                because=error.strerror or type(error).__name__,
                fix="the path of a folder that you may read",
            )
        ) from error
    if not recurse:
        top = [entry for entry in top if not entry.is_dir(follow_symlinks=False)]
    if folders:
        top = [e for e in top if not e.is_dir(follow_symlinks=False) or e.name in folders]
    return list(_walk(top, ignore or _forget))


def is_hidden(name: str) -> bool:
    """Tell whether a name is one that systems leave behind, not people.

    Returns:
        True for dot files and for what Windows and macOS scatter.
    """
    return name.startswith(".") or name.lower() in {"thumbs.db", "desktop.ini", "__macosx"}


def _entries(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        return sorted(found, key=lambda entry: entry.name)


def _walk(entries: list[os.DirEntry[str]], ignore: Ignore) -> Generator[str]:
    waiting = entries[::-1]  # a stack, so that no depth of folders is too deep
    while waiting:
        entry = waiting.pop()
        try:
            reason = _objection(entry)
            inside = not reason and entry.is_dir(follow_symlinks=False)
            below = _entries(entry.path)[::-1] if inside else []
        except OSError as error:  # many file systems must be asked what an entry is
            ignore(entry.path, error.strerror or type(error).__name__)
            continue
        waiting += below
        if reason:
            ignore(entry.path, reason)
        elif not inside:
            yield entry.path


def _objection(entry: os.DirEntry[str]) -> str:
    name, reason = entry.name, ""
    if is_hidden(name):
        reason = "hidden"
    elif entry.is_symlink():
        reason = "symbolic link"
    elif entry.is_file(follow_symlinks=False):
        if os.path.splitext(name)[1].lower() not in PICTURE_SUFFIXES:  # noqa: PTH122 - 70,000 times
            reason = "not a picture by its suffix"
    elif not entry.is_dir(follow_symlinks=False):
        reason = "neither file nor folder"
    return reason


def _forget(path: str, reason: str) -> None:
    del path, reason
