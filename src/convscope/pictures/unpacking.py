"""Unpack an archive that nobody vouches for.

`tarfile`'s own filters were bypassed more than once by crafted links (CVE-2025-4517 and its
kin). Here nothing is extracted by `tarfile`: regular files are copied one by one into a folder
that did not exist before, under names checked part by part; anything else is refused.
"""

import gzip
import tarfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import BinaryIO

from convscope.errors import DataError, account

_CHUNK_BYTES = 2**20


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


def unpack(
    archive: Path, target: Path, progress: Callable[[int, int], None], *, caps: Caps = CAPS
) -> None:
    """Unpack a `.tgz` into a new folder, reading it to its last checksum.

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
        with archive.open("rb") as packed, _Bounded(packed, most) as unpacked:
            with tarfile.open(fileobj=unpacked, mode="r:") as tar:
                for count, member in enumerate(tar, 1):
                    if count > caps.members:
                        raise DataError(_refused(archive, f"more than {caps.members:,} members"))
                    _copy(archive, tar, member, target)
                    progress(packed.tell(), size_bytes)
            while unpacked.read(_CHUNK_BYTES):  # to the end, where the checksum is
                pass
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise DataError(
            account(
                "cannot unpack this archive",
                facts={"archive": archive},
                because=str(error),
                fix="a whole .tgz file, and a disk with room",
            )
        ) from error


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
            raise tarfile.ReadError(f"it unpacks to more than {self.most:,} bytes")
        return data


def _copy(archive: Path, tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    place = target.joinpath(*_parts(archive, member))
    if member.type == tarfile.DIRTYPE:
        place.mkdir(parents=True, exist_ok=True)
        return
    if member.type not in {tarfile.REGTYPE, tarfile.AREGTYPE}:
        raise DataError(_refused(archive, f"{member.name!r} is neither a file nor a folder"))
    content = tar.extractfile(member)
    place.parent.mkdir(parents=True, exist_ok=True)
    left = member.size
    try:
        file = place.open("xb")
    except FileExistsError:
        raise DataError(_refused(archive, f"{member.name!r} comes twice")) from None
    with file:
        while content and left and (chunk := content.read(min(left, _CHUNK_BYTES))):
            left -= file.write(chunk)
    if left:
        raise tarfile.ReadError(f"{member.name!r} is cut off")


def _parts(archive: Path, member: tarfile.TarInfo) -> list[str]:
    """Take a name apart, by the rules of Windows too, where a drive or a backslash leads away."""
    windows = PureWindowsPath(member.name)
    parts = [part for part in member.name.split("/") if part not in {"", "."}]
    leads_away = windows.anchor or ".." in windows.parts  # an anchor: "/", "\\", "C:"
    if leads_away or "\0" in member.name or not (parts or member.isdir()):
        raise DataError(_refused(archive, f"the name {member.name!r} leads out of its folder"))
    return parts


def _refused(archive: Path, because: str) -> str:
    return account(
        "this archive is not safe to unpack",
        facts={"archive": archive},
        because=because,
        fix="an archive from a source you trust",
    )
