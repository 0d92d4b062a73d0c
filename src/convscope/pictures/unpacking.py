"""Unpack an archive that nobody vouches for.

`tarfile`'s own filters were bypassed more than once by crafted links (CVE-2025-4517 and its
kin). Here nothing is extracted by `tarfile` or `zipfile`: regular files are copied one by one into
a folder that did not exist before, under names checked part by part; anything else is refused.
"""

import gzip
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import IO, BinaryIO, cast

from convscope.errors import DataError, account
from convscope.pictures.amounts import amount

_CHUNK_BYTES = 2**20
_LISTED_BYTES = 64
"""Of a zip's own list of contents, for each member: what a name of usual length takes."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How much an archive may hold before it is taken for an attack.

    Args:
        members: files and folders.
        unpacked_bytes: what they may hold together.
        ratio: unpacked bytes for each packed one; honest text stays below 50, a bomb reaches
            1,000.
    """

    members: int = 500_000
    unpacked_bytes: int = 32 * 2**30
    ratio: int = 200


CAPS = Caps()


@dataclass(frozen=True, slots=True)
class Member:
    """What an archive says of one of its members; `kind` is "file", "folder" or "other"."""

    name: str
    kind: str
    size_bytes: int
    opened: Callable[[], IO[bytes] | None]


Members = AbstractContextManager[Generator[Member]]


def unpack(
    archive: Path, target: Path, progress: Callable[[int, int], None], *, caps: Caps = CAPS
) -> None:
    """Unpack a `.zip`, `.tgz` or `.tar` into a new folder, reading it to its last checksum.

    Which of them it is is told by its content.

    Args:
        archive: the file; it is not changed.
        target: the folder to make.
        progress: told bytes of the archive that are done, of how many.
        caps: the most it may hold.

    Raises:
        DataError: the archive is damaged, or holds what an honest one does not: links, devices,
            names that lead elsewhere or come twice, more than `caps`. `target` may then hold a
            part: the caller removes it.
    """
    size_bytes = archive.stat().st_size
    most = min(caps.unpacked_bytes, caps.ratio * size_bytes)
    try:
        target.mkdir()
        with archive.open("rb") as packed, _members(packed, most, caps) as members:
            left = most
            for count, member in enumerate(members, 1):
                if count > caps.members:
                    raise DataError(_refused(archive, f"more than {caps.members:,} members"))
                left -= _copy(archive, member, target, left)
                progress(packed.tell(), size_bytes)
    except _TooLargeError:
        raise DataError(_too_large(archive, most, caps)) from None
    except _BROKEN as error:
        raise DataError(
            account(
                "cannot unpack this archive",
                facts={"archive": archive},
                because=_reason(error),
                fix="a whole .zip, .tgz or .tar file, and a disk with room",
            )
        ) from error


class _TooLargeError(Exception):
    """An archive holds more than it may."""


_BROKEN = (
    *(tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, zlib.error),
    *(NotImplementedError, RuntimeError, ValueError, MemoryError),  # zipfile's own way to say no
)


def _reason(error: BaseException) -> str:
    if isinstance(error, zipfile.BadZipFile) and "not a zip" in str(error):
        return "its end is missing: it was not downloaded whole"
    if isinstance(error, tarfile.TarError) and "header" in str(error):
        return f"it is no archive, or a damaged one: {error}"
    if isinstance(error, EOFError):
        return f"it is cut off: {error}"
    return str(error) or type(error).__name__


def _members(packed: BinaryIO, most: int, caps: Caps) -> Members:
    head = packed.read(4)
    packed.seek(0)
    if head[:2] == b"PK":
        return _zipped(packed, caps)
    return _tarred(packed, most, zipped=head[:2] == b"\x1f\x8b")


@contextmanager
def _tarred(packed: BinaryIO, most: int, *, zipped: bool) -> Generator[Generator[Member]]:
    sparing = _Bounded(packed, most) if zipped else _Sparing(packed, _CHUNK_BYTES)
    unpacked = cast("BinaryIO", sparing)
    with tarfile.open(fileobj=unpacked, mode="r:") as tar:
        yield (_of_tar(tar, member) for member in tar)
        while unpacked.read(_CHUNK_BYTES):  # to the end, where the checksum is
            pass


def _of_tar(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Member:
    plain = member.type in {tarfile.REGTYPE, tarfile.AREGTYPE}
    kind = "folder" if member.type == tarfile.DIRTYPE else "file" if plain else "other"
    return Member(member.name, kind, member.size, lambda: tar.extractfile(member))


@contextmanager
def _zipped(packed: BinaryIO, caps: Caps) -> Generator[Generator[Member]]:
    with zipfile.ZipFile(cast("BinaryIO", _Sparing(packed, caps.members * _LISTED_BYTES))) as whole:
        yield (_of_zip(whole, member) for member in whole.infolist())


def _of_zip(whole: zipfile.ZipFile, member: zipfile.ZipInfo) -> Member:
    form = stat.S_IFMT(member.external_attr >> 16)  # as Unix stores it; 0 where it does not
    kind = "folder" if member.is_dir() else "file" if form in {0, stat.S_IFREG} else "other"
    name = member.filename.replace("\\", "/")  # as some programs on Windows write it
    return Member(name, kind, member.file_size, lambda: whole.open(member))


class _Sparing:
    """Let nobody read a header, or a list of contents, that fills the memory."""

    def __init__(self, packed: BinaryIO, most: int) -> None:
        self.seek, self.tell, self.close = packed.seek, packed.tell, packed.close
        self.seekable, self._packed, self._most = packed.seekable, packed, most

    def read(self, size: int = -1) -> bytes:
        if size > self._most:
            message = f"a header of {size:,} bytes"
            raise ValueError(message)
        return self._packed.read(size)


class _Bounded(gzip.GzipFile):
    """Decompress no more than `most` bytes, and never much at once."""

    def __init__(self, packed: BinaryIO, most: int) -> None:
        super().__init__(fileobj=packed, mode="rb")
        self.most = most

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= _CHUNK_BYTES:  # a header that fills the memory
            raise tarfile.ReadError(f"a header of {size:,} bytes")
        data = super().read(size)
        if self.tell() > self.most:
            raise _TooLargeError
        return data


def _copy(archive: Path, member: Member, target: Path, most: int) -> int:
    place = target.joinpath(*_parts(archive, member))
    if member.kind == "folder":
        place.mkdir(parents=True, exist_ok=True)
        return 0
    if member.kind == "other":
        raise DataError(_refused(archive, f"{member.name!r} is neither a file nor a folder"))
    if member.size_bytes > most:
        raise _TooLargeError
    content = member.opened()
    place.parent.mkdir(parents=True, exist_ok=True)
    left = member.size_bytes
    try:
        file = place.open("xb")
    except FileExistsError:
        raise DataError(_refused(archive, f"{member.name!r} comes twice")) from None
    with file:
        while content and left and (chunk := content.read(min(left, _CHUNK_BYTES))):
            left -= file.write(chunk)
    if left:
        raise tarfile.ReadError(f"{member.name!r} is cut off")
    return member.size_bytes


def _parts(archive: Path, member: Member) -> list[str]:
    """Take a name apart, by the rules of Windows too, where a drive or a backslash leads away."""
    windows = PureWindowsPath(member.name)
    parts = [part for part in member.name.split("/") if part not in {"", "."}]
    leads_away = windows.anchor or ".." in windows.parts  # an anchor: "/", "\\", "C:"
    if leads_away or "\0" in member.name or not (parts or member.kind == "folder"):
        raise DataError(_refused(archive, f"the name {member.name!r} leads out of its folder"))
    return parts


def _too_large(archive: Path, most: int, caps: Caps) -> str:
    limited = most == caps.unpacked_bytes < CAPS.unpacked_bytes
    return account(
        f"this archive unpacks to more than {amount(most)}",
        facts={"archive": archive},
        because="the cache may take no more" if limited else "honest archives do not",
        fix="a larger --cache-limit" if limited else "unpack it by hand if you trust its source",
    )


def _refused(archive: Path, because: str) -> str:
    return account(
        "this archive is not safe to unpack",
        facts={"archive": archive},
        because=because,
        fix="an archive from a source you trust",
    )
