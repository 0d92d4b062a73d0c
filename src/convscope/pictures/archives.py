"""The public data sets: fetched once, unpacked once, or taken from where somebody placed them."""

import logging
import re
import tempfile
from collections.abc import Callable
from pathlib import Path as AnyPath
from urllib.parse import urlsplit

from convscope.errors import ConfigError, DataError, account
from convscope.pictures.fetching import Published, download
from convscope.pictures.home import home
from convscope.pictures.optional import byte_bars
from convscope.pictures.paths import Path
from convscope.pictures.unpacking import unpack

Stage = Callable[[str, int, int], None]
"""Told what is done ("download" or "unpack"), bytes done, of how many (0: unknown)."""

_LOG = logging.getLogger("convscope")


class URLs:
    """Addresses of the data sets of the book's chapter."""

    MNIST_SAMPLE = "https://s3.amazonaws.com/fast-ai-sample/mnist_sample.tgz"
    MNIST = "https://s3.amazonaws.com/fast-ai-imageclas/mnist_png.tgz"


PUBLISHED = {
    URLs.MNIST_SAMPLE: Published(3_214_948, "2dbc7ec6f9259b583af0072c55816a88"),
    URLs.MNIST: Published(15_683_414, "03639f83c4e3d19e0a3a53a8a997c487"),
}


def untar_data(url: str, *, progress: Stage | None = None) -> Path:
    """Give the folder of a data set; download and unpack it if it is not there yet.

    An archive that somebody placed at `home()/NAME.tgz` or `home()/archive/NAME.tgz` is used
    instead of a download: it must unpack soundly, need not equal the published one, and is never
    deleted. One line says so through `logging.getLogger("convscope").warning`, which without
    any setting goes to standard error. A download is checked against what is published, where
    that is known, and deleted once unpacked.

    Args:
        url: the address of a `.tgz`, such as `URLs.MNIST_SAMPLE`.
        progress: told the stage and its bytes; None shows bars on a terminal.

    Returns:
        The folder `home()/data/NAME`, with nothing in it but what the archive holds.

    Raises:
        ConfigError: `url` is not the address of a `.tgz`.
        DataError: the archive cannot be had, or is not sound.
    """
    name = _name(url)
    target = Path(home() / "data" / name)
    if target.is_dir():
        return target
    if progress is not None:
        _obtain(url, name, target, progress)
    else:
        with byte_bars() as bars:
            _obtain(url, name, target, bars)
    return target


def is_at_hand(url: str) -> bool:
    """Say whether `untar_data` would give this data set without a download.

    Args:
        url: the address of a `.tgz`.

    Returns:
        It is unpacked, or somebody placed the archive.

    Raises:
        ConfigError: `url` is not the address of a `.tgz`.
    """
    name = _name(url)
    return (home() / "data" / name).is_dir() or any(path.is_file() for path in _places(name))


def _obtain(url: str, name: str, target: AnyPath, told: Stage) -> None:
    placed = next((path for path in _places(name) if path.is_file()), None)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if placed is None:
            _fetch(url, name, target, told)
        else:
            _LOG.warning("using the archive placed at %s", placed)
            _unpack(placed, target, told)
    except OSError as error:
        raise DataError(
            account(
                f"cannot store the data set {name}",
                facts={"folder": target},
                because=error.strerror or str(error),
                fix="CONVSCOPE_HOME=/a/folder/with/room",
            )
        ) from error


def _name(url: str) -> str:
    parts = urlsplit(url)
    found = re.fullmatch(r"(\w[\w.-]*)\.(tgz|tar\.gz)", parts.path.rpartition("/")[2])
    if parts.scheme not in {"http", "https"} or found is None:
        raise ConfigError(
            account(
                "this is not the address of a data set",
                facts={"address": url},
                because="it must be http or https and end in NAME.tgz",
                fix="URLs.MNIST_SAMPLE or URLs.MNIST",
            )
        )
    return found[1]


def _places(name: str) -> list[AnyPath]:
    return [home() / f"{name}.tgz", home() / "archive" / f"{name}.tgz"]


def _fetch(url: str, name: str, target: AnyPath, told: Stage) -> None:
    folder = home() / "downloads"
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{name}.tgz"
    for attempt in (1, 2):
        try:
            download(url, archive, PUBLISHED.get(url), lambda have, of: told("download", have, of))
        except DataError as error:
            raise DataError(f"{error}\n{_instead(name)}") from error
        try:
            _unpack(archive, target, told)
            break
        except DataError:  # damaged behind the part that the checksum covers
            if attempt == 2:
                raise
        finally:
            archive.unlink(missing_ok=True)


def _instead(name: str) -> str:
    place = home() / f"{name}.tgz"
    return (
        f"  offline : place the archive at {place}, or use the 5,000 digits\n"
        "            that come with convscope: digits_folder(), or `convscope demo`"
    )


def _unpack(archive: AnyPath, target: AnyPath, told: Stage) -> None:
    """Unpack beside the target and rename; a folder at the top that says its name is not kept."""
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=target.parent) as beside:
        draft = AnyPath(beside) / "content"
        unpack(archive, draft, lambda done, of: told("unpack", done, of))
        top = [*draft.iterdir()]
        source = top[0] if [path.name for path in top if path.is_dir()] == [target.name] else draft
        try:
            source.rename(target)
        except OSError:
            if not target.is_dir():  # else another process was quicker
                raise
