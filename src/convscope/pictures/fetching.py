"""Download one file: go on where it broke off, check what came, give up in the end."""

import hashlib
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import cast

from convscope.errors import DataError, account

HEAD_BYTES = 2**20
"""MD5 sums are published of the first MiB."""
ATTEMPTS, PAUSE_SECONDS, TIMEOUT_SECONDS = 5, 0.5, 30.0
MOST_BYTES = 32 * 2**30

_CHUNK_BYTES = 2**16
_RANGE_REFUSED = 416
_PARTIAL = 206
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Published:
    """What the publisher says of a file: its size, and the MD5 of its first MiB."""

    size_bytes: int
    head_md5: str


class _BrokenOffError(Exception):
    """The connection failed in a way that may pass."""


def download(
    url: str,
    target: Path,
    published: Published | None,
    progress: Callable[[int, int], None],
) -> None:
    """Download `url` to `target`, which then is whole and checked.

    What an earlier call left in `target.part` is gone on with, by this process alone. A server
    that cannot go on starts again.

    Args:
        url: an http or https address.
        target: the file to make, in a folder that exists.
        published: what to check; None checks only that all announced bytes came.
        progress: told bytes that are here, of how many (0: unknown).

    Raises:
        DataError: the server says no, cannot be reached, or sends something else, twice.
    """
    rest = target.with_name(target.name + ".part")
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    with suppress(FileNotFoundError):
        rest.replace(draft)  # mine now, whoever else downloads the same
    try:
        for attempt in (1, 2):
            _complete(url, draft, published, progress)
            wrong = "" if published is None else _difference(draft, published)
            if not wrong:
                draft.replace(target)
                return
            draft.unlink()
            if attempt == 2:
                raise DataError(_failed(url, wrong, "again later: the server sends another file"))
    finally:
        with suppress(FileNotFoundError):
            draft.replace(rest)


def _complete(
    url: str, draft: Path, published: Published | None, progress: Callable[[int, int], None]
) -> None:
    reason = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
        try:
            _go_on(url, draft, published, progress)
        except _BrokenOffError as error:
            reason = str(error)
        else:
            return
    raise DataError(_failed(url, reason, "again when the network is back"))


def _go_on(
    url: str, draft: Path, published: Published | None, progress: Callable[[int, int], None]
) -> None:
    """Append what is missing of the file.

    Raises:
        _BrokenOffError: the connection failed before the end.
        DataError: the server says no, or sends far too much.
    """
    have = draft.stat().st_size if draft.exists() else 0
    if published is not None and have >= published.size_bytes:
        return
    with _answer(url, have, draft) as response:
        if response.status != _PARTIAL:
            have = 0
        length = response.headers.get("Content-Length", "")
        total = have + int(length) if length.isdecimal() else 0
        most = MOST_BYTES if published is None else published.size_bytes
        with draft.open("ab" if have else "wb") as file:
            for chunk in iter(lambda: _chunk(response), b""):
                have += file.write(chunk)
                progress(have, total)
                if have > most:
                    return  # the check tells
    if have < total:
        raise _BrokenOffError(f"the connection broke off after {have:,} of {total:,} bytes")


def _answer(url: str, have: int, draft: Path) -> HTTPResponse:
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        return cast("HTTPResponse", urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS))
    except urllib.error.HTTPError as error:
        with error:
            if error.code == _RANGE_REFUSED:
                draft.unlink(missing_ok=True)
                raise _BrokenOffError("the server has no more than we have") from error
            if error.code in _TRANSIENT:
                raise _BrokenOffError(f"the server says {error.code} {error.reason}") from error
            because = f"the server says {error.code} {error.reason}"
        raise DataError(_failed(url, because, "the right address")) from error
    except (OSError, HTTPException) as error:
        raise _BrokenOffError(str(getattr(error, "reason", error))) from error


def _chunk(response: HTTPResponse) -> bytes:
    try:
        return response.read(_CHUNK_BYTES)
    except (OSError, HTTPException) as error:
        raise _BrokenOffError(str(error) or type(error).__name__) from error


def _difference(file: Path, published: Published) -> str:
    size_bytes = file.stat().st_size
    if size_bytes != published.size_bytes:
        return f"{size_bytes:,} bytes came, {published.size_bytes:,} are published"
    with file.open("rb") as opened:
        found = hashlib.md5(opened.read(HEAD_BYTES), usedforsecurity=False).hexdigest()
    if found != published.head_md5:
        return f"the MD5 of its first MiB is {found}, {published.head_md5} is published"
    return ""


def _failed(url: str, because: str, fix: str) -> str:
    return account("cannot download", facts={"address": url}, because=because, fix=fix)
