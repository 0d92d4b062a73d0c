"""What a person may name where pictures are wanted: a folder, an archive, IDX files, a table.

An archive and IDX files are unpacked into the cache, once, as the folder of pictures they stand
for; from there on nothing knows the difference.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from convscope.errors import DataError, LayoutError, account
from convscope.pictures.entries import (
    cache_folder,
    cache_limit,
    drafted,
    hold,
    make_room,
    published,
)
from convscope.pictures.formats import PICTURE_SUFFIXES
from convscope.pictures.idx import idx_pairs, is_idx, write_pictures
from convscope.pictures.layout import expectation
from convscope.pictures.listing import get_image_files, is_hidden
from convscope.pictures.optional import byte_bars
from convscope.pictures.serving import stamp
from convscope.pictures.table import paths_in
from convscope.pictures.unpacking import CAPS, unpack

Into = Callable[[Path, int], None]
"""Unpacks into a new folder; told the bytes that it may take."""

ARCHIVES = (".zip", ".tgz", ".tar.gz", ".tar")
OTHER_ARCHIVES = (".rar", ".7z", ".bz2", ".xz", ".zst", ".tbz2", ".txz", ".gz")
UNFINISHED = (".part", ".crdownload", ".download", ".partial", ".tmp")
TABLE = ".csv"
PICTURES = "pictures"
VERSION = 1
"""Raise it when anything is unpacked in another way."""


def located(source: Path, *, limit_bytes: int | None = None) -> Path:
    """Give the folder, or the table, in which the pictures of a source are found.

    Args:
        source: a folder of pictures; an archive of one (.zip, .tgz, .tar.gz, .tar); IDX files as
            those of MNIST, or the folder they lie in; a table of paths and labels (.csv).
        limit_bytes: what the cache may take, into which archives and IDX files are unpacked;
            None for `cache_limit()`.

    Returns:
        `source` itself where it is a folder of pictures or a table, else a folder in the cache.

    Raises:
        LayoutError: it is none of these.
        DataError: it is damaged, not safe, or too large for the cache.
    """
    top = source.absolute()
    name = top.name.casefold()
    if pairs := idx_pairs(top):
        files = [file for pair in pairs.values() for file in (pair.images, pair.labels)]
        return _unpacked(top, files, limit_bytes, lambda to, most: write_pictures(pairs, to, most))
    if top.is_dir() or (top.is_file() and name.endswith(TABLE)):
        return top
    if top.is_file() and name.endswith(ARCHIVES):
        return _one_level_down(_unpacked(top, [top], limit_bytes, _unpacker(top)))
    raise LayoutError(_no_source(top, name))


def is_source(path: Path) -> bool:
    """Tell whether a file is an archive, a table or an IDX file by its name, and no picture."""
    name = path.name.casefold()
    return name.endswith((*ARCHIVES, TABLE)) or is_idx(name)


def pictures_of(source: Path) -> list[Path]:
    """List all pictures of a source, whatever their classes and splits.

    Args:
        source: as for `located`; a table needs no labels.

    Returns:
        The files, in the same order on every machine.

    Raises:
        LayoutError: it is no source.
        DataError: it is damaged.
    """
    place = located(source)
    return get_image_files(place) if place.is_dir() else [Path(path) for path in paths_in(place)]


def own_names(source: Path, files: Iterable[Path]) -> list[str]:
    """Call the pictures of a source as its owner does, wherever they were unpacked.

    Args:
        source: as for `located`.
        files: pictures of it.

    Returns:
        A name for each: the path of a file; in an archive the archive's path and, behind it, the
        path inside.

    Example:
        >>> own_names(Path("flowers"), [Path("flowers/rose/1.jpg")])
        ['flowers/rose/1.jpg']
    """
    cache = os.path.join(cache_folder(), "")  # noqa: PTH118 - strings, by the thousand
    names = [str(file) for file in files]
    return [
        # below the cache: the entry, `PICTURES`, and what the archive itself holds
        os.path.join(source, name[len(cache) :].split(os.sep, 2)[2])  # noqa: PTH118
        if name.startswith(cache)
        else name
        for name in names
    ]


def _unpacker(archive: Path) -> Into:
    def into(target: Path, most: int) -> None:
        caps = replace(CAPS, unpacked_bytes=min(CAPS.unpacked_bytes, most))
        with byte_bars() as told:
            unpack(archive, target, lambda done, of: told("unpacking", done, of), caps=caps)

    return into


def _unpacked(top: Path, files: list[Path], limit_bytes: int | None, into: Into) -> Path:
    """Find or make the folder of the cache that stands for these files.

    Returns:
        It; this process holds it until its end.

    Raises:
        DataError: the files cannot be unpacked.
    """
    limit = cache_limit() if limit_bytes is None else limit_bytes
    known = [VERSION, *((os.fsencode(file), stamp(os.fsencode(file))) for file in files)]
    digest = blake2b(repr(known).encode(), digest_size=16).hexdigest()
    entry = cache_folder() / f"{digest}-unpacked"
    if _held(entry):
        return entry / PICTURES
    try:
        with drafted() as draft:
            into(draft / PICTURES, limit)
            size = sum(path.stat().st_size for path in draft.rglob("*") if path.is_file())
            make_room(size, limit)
            published(draft, entry, {"what": f"{top}, unpacked"}, anew=False)
            _held(entry)
    except OSError as error:
        raise DataError(
            account(
                "cannot unpack into the cache",
                facts={"source": top, "folder": cache_folder()},
                because=error.strerror or str(error),
                fix="CONVSCOPE_HOME=/a/folder/with/room",
            )
        ) from error
    return entry / PICTURES


_handles: dict[Path, int] = {}


def _held(entry: Path) -> bool:
    """Hold an entry as long as this process lives: nobody knows when its files are read last."""
    if entry not in _handles or not entry.is_dir():
        handle = hold(entry)
        if handle is None:
            return False
        _handles[entry] = handle
    return True


def _one_level_down(folder: Path) -> Path:
    """Pass over the one folder that most archives put everything into, beside a text or two."""
    while True:
        inside = [path for path in folder.iterdir() if not is_hidden(path.name)]
        inside = [p for p in inside if p.is_dir() or p.suffix.lower() in PICTURE_SUFFIXES]
        if len(inside) != 1 or not inside[0].is_dir():
            return folder
        if not any(path.is_dir() and not is_hidden(path.name) for path in inside[0].iterdir()):
            return folder  # the only class
        folder = inside[0]


def _no_source(top: Path, name: str) -> str:
    fix = (
        "the path of a folder, as below; of an archive or a table (.csv) of pictures; or IDX files"
    )
    because = "it is a file" if top.exists() else "it does not exist"
    if top.exists() and name.endswith(UNFINISHED):
        because, fix = "it was not downloaded whole", "the download to its end"
    elif top.exists() and name.endswith(OTHER_ARCHIVES):
        because = "archives of this kind are not read"
        fix = f"unpack it and name the folder, or pack it as one of: {', '.join(ARCHIVES)}"
    return expectation(f"no folder of pictures at {top}", because, fix=fix)
