"""The cache on the disk: entries come whole, know when they were used, and make room for others.

An entry is a folder `home()/cache/KEY` with an index in it. Whoever uses one holds a shared lock
of that index (which dies with the process); only what nobody uses is ever removed.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convscope.pictures.amounts import size_in_bytes
from convscope.pictures.home import home

INDEX = "index.json"
LIMIT = "CONVSCOPE_CACHE_LIMIT"
FREE_SHARE = 0.5
"""Of the disk that would be free without the cache: what it takes where no limit is set."""
_STALE_SECONDS = 24 * 3600
_NEW_SECONDS = 10  # a folder this young may not be locked yet

if sys.platform == "win32":  # pragma: no cover - there a file in use cannot be renamed anyway

    def _locked(handle: int, *, alone: bool) -> bool:
        del handle, alone
        return True
else:
    import fcntl

    def _locked(handle: int, *, alone: bool) -> bool:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the cache.

    Args:
        path: its folder.
        what: what it holds, in words.
        size_bytes: what it takes.
        used: when it was last used, in seconds since 1970.
    """

    path: Path
    what: str
    size_bytes: int
    used: float


def cache_folder() -> Path:
    """Name the folder of the cache, which need not exist."""
    return home() / "cache"


def cache_limit(asked: str | None = None) -> int:
    """Say how large the cache may become.

    Args:
        asked: an amount such as "20GB"; None for `CONVSCOPE_CACHE_LIMIT`.

    Returns:
        Bytes. Without any setting, half of the disk that would be free without the cache.

    Raises:
        ConfigError: the amount means nothing.
    """
    if asked is not None:
        return size_in_bytes(asked, "--cache-limit")
    if os.environ.get(LIMIT):
        return size_in_bytes(os.environ[LIMIT], LIMIT)
    folder = cache_folder()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return int((shutil.disk_usage(there).free + cached_bytes()) * FREE_SHARE)


def entries() -> list[Entry]:
    """List what the cache holds, the longest unused first."""
    folders: list[Path] = []
    with suppress(OSError):
        folders = [path for path in cache_folder().iterdir() if not path.name.startswith(".")]
    return sorted(map(_described, folders), key=lambda entry: entry.used)


def cached_bytes() -> int:
    """Count the bytes of all entries."""
    return sum(entry.size_bytes for entry in entries())


def make_room(wanted_bytes: int, limit_bytes: int) -> None:
    """Remove what was not used for the longest time until `wanted_bytes` fit beside the rest."""
    listed = entries()
    excess = sum(entry.size_bytes for entry in listed) + wanted_bytes - limit_bytes
    for entry in listed:
        if excess <= 0:
            return
        if removed(entry.path):
            excess -= entry.size_bytes


def clear() -> tuple[list[Entry], list[Entry]]:
    """Remove every entry that nobody uses.

    Returns:
        The entries that were removed, and those that stay because a process uses them.
    """
    _sweep(cache_folder(), forsaken=True)
    gone, kept = list[Entry](), list[Entry]()
    for entry in entries():
        (gone if removed(entry.path) else kept).append(entry)
    return gone, kept


def removed(path: Path) -> bool:
    """Remove one entry, unless somebody uses it.

    Returns:
        Whether it is gone.
    """
    with _opened(path) as handle:
        if handle is not None and not _locked(handle, alone=True):
            return False
        grave = path.with_name(f".removed-{path.name}-{os.getpid()}")
        try:
            path.rename(grave)  # at once: nobody finds half of it
        except OSError:
            return not path.exists()
    shutil.rmtree(grave, ignore_errors=True)
    return True


def hold(path: Path) -> int | None:
    """Note that an entry is used, now and until the handle is closed or the process ends.

    Returns:
        An open file, to be closed when the entry is no longer needed; None if there is no entry.
    """
    try:
        handle = os.open(path / INDEX, os.O_RDONLY)
    except OSError:
        return None
    if not _locked(handle, alone=False):  # it is being removed
        os.close(handle)
        return None
    with suppress(OSError):  # a cache that may only be read
        os.utime(path / INDEX)
    return handle


@contextmanager
def drafted() -> Generator[Path]:
    """Lend an empty folder in the cache, which is removed with whatever is still in it.

    Yields:
        The folder.
    """
    draft, handle = passing("building")
    _sweep(cache_folder())
    try:
        yield draft
    finally:
        let_go(handle)
        shutil.rmtree(draft, ignore_errors=True)


def passing(kind: str) -> tuple[Path, int | None]:
    """Make a folder in the cache that `clear` spares while this process lives.

    Args:
        kind: the beginning of its name.

    Returns:
        The folder, and what `let_go` takes when it is of no more use.
    """
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{kind}-", dir=folder))
    with suppress(OSError):  # Windows opens no folders
        handle = os.open(made, os.O_RDONLY)
        _locked(handle, alone=False)
        return made, handle
    return made, None


def let_go(handle: int | None) -> None:
    """Close what `passing` opened."""
    if handle is not None:
        os.close(handle)


def published(draft: Path, entry: Path, index: dict[str, Any], *, anew: bool) -> None:
    """Make an entry of a finished draft, unless another process was quicker.

    Args:
        draft: holds everything but the index.
        entry: the entry's folder.
        index: what the index says beside the size: `what`, for people, and more.
        anew: take the place of an entry that is there.

    Raises:
        OSError: it cannot be written.
    """
    described = {**index, "bytes": _content_bytes(draft)}
    (draft / INDEX).write_text(json.dumps(described))
    for path in draft.iterdir():
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    if anew:
        shutil.rmtree(entry, ignore_errors=True)
    try:
        draft.rename(entry)
    except OSError:
        if not entry.exists():  # else there is one already: another process's, or a damaged one
            raise


def read_index(entry: Path) -> dict[str, Any]:
    """Read what `published` wrote.

    Returns:
        The index.

    Raises:
        OSError: there is none.
        ValueError: it is damaged.
    """
    index = json.loads((entry / INDEX).read_bytes())
    if not isinstance(index, dict):
        message = "no index"
        raise ValueError(message)  # noqa: TRY004 - as for any other damage
    return index


def _described(path: Path) -> Entry:
    try:
        index = read_index(path)
        used = (path / INDEX).stat().st_mtime
        return Entry(path, str(index.get("what", "decoded pictures")), int(index["bytes"]), used)
    except (OSError, ValueError, KeyError, TypeError):
        return Entry(path, "damaged", _content_bytes(path), 0.0)


def _content_bytes(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                status = os.stat(os.path.join(place, name))  # noqa: PTH116, PTH118 - 70,000 times
                total += max(status.st_size, getattr(status, "st_blocks", 0) * 512)
    return total


@contextmanager
def _opened(path: Path) -> Generator[int | None]:
    try:
        handle = os.open(path / INDEX, os.O_RDONLY)
    except OSError:
        yield None
        return
    try:
        yield handle
    finally:
        os.close(handle)


def _sweep(folder: Path, *, forsaken: bool = False) -> None:
    """Remove what killed processes left: what is old, or (`forsaken`) what nobody holds."""
    for pattern in (".building-*", ".removed-*", ".streaming-*"):
        for draft in folder.glob(pattern):
            with suppress(OSError):
                age = time.time() - draft.stat().st_mtime
                left = forsaken and age > _NEW_SECONDS and _forsaken(draft)
                if left or age > _STALE_SECONDS:
                    shutil.rmtree(draft, ignore_errors=True)


def _forsaken(folder: Path) -> bool:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        return _locked(handle, alone=True)
    finally:
        os.close(handle)
