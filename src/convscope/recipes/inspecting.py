"""Look at a folder as a training would, and at what a training would not look at."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from convscope.errors import ConvscopeError
from convscope.pictures import (
    ROLES,
    Inspected,
    Reading,
    Survey,
    alike,
    cached_pixels,
    glance,
    headers,
    located,
    pictures_of,
    survey,
)
from convscope.recipes.choosing import Facts, choose
from convscope.recipes.preparing import Prepared, prepare
from convscope.runs import TrainSettings

Named = tuple[str, str, str]
"""A file, its class, its side."""


def inspect(folder: Path, console: Console) -> tuple[Inspected, Prepared | None]:
    """Gather everything that is judged; decoding fills the cache of the training to come.

    Args:
        folder: what `convscope train` takes; nothing is written to it.
        console: shows that it goes on.

    Returns:
        The facts, and what would be trained: None where nothing can be.

    Raises:
        ConvscopeError: there is nothing to look at: no such folder, or no pictures in it.
    """
    ready, found, refusal = None, None, ""
    try:
        ready = prepare(folder, TrainSettings(), Console(quiet=True))
        found = ready.found
    except ConvscopeError as error:
        refusal = str(error)
        with suppress(ConvscopeError):  # where the folder is sound, and something else is not
            found = survey(folder)
        if found is None and not pictures_of(folder):
            raise
    named = [*(_surveyed(found) if found else _by_names(folder))]
    files = [file for file, _, _ in named]
    with console.status("comparing pictures"):
        pixels = cached_pixels(files, ready.dls.prepare.reading if ready else _reading(files))
        seen = Inspected(
            root=str(folder.absolute()),
            files=files,
            labels=[label for _, label, _ in named],
            sides=[side for _, _, side in named],
            ignored=_ignored(found) if found else (),
            headers=headers(files),
            bad=pixels.bad,
            array=pixels.array,
            alike=alike(pixels),
            refusal=refusal,
        )
    return seen, ready


def _surveyed(found: Survey) -> Iterator[Named]:
    """Give the files in the order in which a training decodes them: so it finds them decoded."""
    sides = {"": found.train} if found.valid is None else {"train": found.train}
    sides |= {"valid": found.valid or {}, "test": found.test or {}}
    for side, classes in sides.items():
        for label, files in classes.items():
            for file in files:
                yield file, label, side


def _ignored(found: Survey) -> tuple[tuple[str, str], ...]:
    return *found.ignored, *((folder, "class folder without pictures") for folder in found.empty)


def _by_names(source: Path) -> Iterator[Named]:
    """Guess class and side where a survey refuses: the folders of a split, then of a class."""
    top = located(source)
    for path in pictures_of(source):
        *parts, _ = path.relative_to(top).parts if path.is_relative_to(top) else path.parts[-2:]
        side = ROLES.get(parts[0].casefold(), "") if parts else ""
        yield os.fspath(path), "/".join(parts[1:] if side else parts[:1]), side


def _reading(files: list[str]) -> Reading:
    seen = glance(files)
    choice = choose(TrainSettings(), Facts(len(files), seen.one_size, seen.coloured))
    return Reading(*choice.size, choice.settings.channels or 1)
