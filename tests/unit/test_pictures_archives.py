"""Archives: from a real server over a bad line, from hostile hands, or placed by the user."""

import gzip
import hashlib
import io
import logging
import socket
import tarfile
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from convscope.errors import ConfigError, DataError
from convscope.pictures import Path as ListingPath
from convscope.pictures import URLs, archives, fetching, unpacking, untar_data
from convscope.pictures.fetching import Published
from convscope.pictures.unpacking import Caps, unpack


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(fetching, "PAUSE_SECONDS", 0.0)
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


Member = tuple[tarfile.TarInfo, bytes]


def file(name: str, content: bytes = b"x") -> Member:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    return info, content


def special(name: str, kind: bytes, target: str = "") -> Member:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""


def packed(*members: Member) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return stream.getvalue()


NOISE = b"".join(
    hashlib.sha256(bytes([number % 256, number // 256])).digest() for number in range(9000)
)
HONEST = packed(
    special("mnist_sample", tarfile.DIRTYPE),
    file("./mnist_sample/train/3/1.png", NOISE),
    file("mnist_sample/labels.csv", b"a,b\n"),
)
PUBLISHED = Published(len(HONEST), hashlib.md5(HONEST[: 2**20]).hexdigest())


@dataclass
class Server:
    """Serves `content`; each script entry spoils one answer."""

    content: bytes = HONEST
    script: list[str] = field(default_factory=list[str])
    ranges: list[str | None] = field(default_factory=list[str | None])
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = handler.headers.get("Range")
        self.ranges.append(asked)
        fault = self.script.pop(0) if self.script else ""
        if fault.isdecimal():
            handler.send_error(int(fault))
            return
        content = b"other" if fault == "other" else self.content
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        partial = asked is not None and fault != "no ranges"
        if partial and start >= len(content):
            handler.send_error(416)
            return
        body = content[start:] if partial else content
        handler.send_response(206 if partial else 200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2] if fault == "breaks" else body)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Generator[Server]:
    served = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        served.url = f"http://127.0.0.1:{listening.server_port}/sets/mnist_sample.tgz"
        monkeypatch.setitem(archives.PUBLISHED, served.url, PUBLISHED)
        yield served
        listening.shutdown()
        thread.join()


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


WHOLE = {"train/3/1.png": NOISE, "labels.csv": b"a,b\n"}


def test_downloaded_once(server: Server, home: Path) -> None:
    told: list[tuple[str, int, int]] = []
    folder = untar_data(server.url, progress=lambda *stage: told.append(stage))
    assert folder == home / "data" / "mnist_sample"
    assert content(folder) == WHOLE
    assert told[0][0] == "download"
    assert ("download", len(HONEST), len(HONEST)) in told
    assert told[-1][0] == "unpack"
    assert untar_data(server.url) == folder
    assert server.ranges == [None], "one request in all"
    assert content(home) == {f"data/mnist_sample/{name}": data for name, data in WHOLE.items()}


def test_the_folder_lists_itself(server: Server) -> None:
    folder = untar_data(server.url)
    assert isinstance(folder, ListingPath)
    assert folder.ls() == [folder / "labels.csv", folder / "train"]
    assert (folder / "train").ls() == [folder / "train" / "3"]


def test_a_broken_download_goes_on_where_it_stopped(server: Server) -> None:
    server.script = ["breaks", "breaks", ""]
    assert content(untar_data(server.url)) == WHOLE
    half = len(HONEST) // 2
    assert server.ranges == [None, f"bytes={half}-", f"bytes={half + (len(HONEST) - half) // 2}-"]


def test_it_goes_on_even_in_another_process(server: Server, home: Path) -> None:
    (home / "downloads").mkdir()
    (home / "downloads" / "mnist_sample.tgz.part").write_bytes(HONEST[:1000])
    assert content(untar_data(server.url)) == WHOLE
    assert server.ranges == ["bytes=1000-"]


def test_a_server_that_ignores_ranges_starts_again(server: Server) -> None:
    server.script = ["breaks", "no ranges"]
    assert content(untar_data(server.url)) == WHOLE
    assert len(server.ranges) == 2


def test_a_passing_fault_is_retried_and_a_lasting_one_is_not_forever(
    server: Server, home: Path
) -> None:
    server.script = ["503", "429"]
    assert content(untar_data(server.url)) == WHOLE
    other = server.url.replace("mnist_sample", "other")
    server.script = ["503"] * 9
    with pytest.raises(DataError, match="the server says 503"):
        untar_data(other)
    assert len(server.script) == 9 - fetching.ATTEMPTS
    assert [path.name for path in (home / "data").iterdir()] == ["mnist_sample"]


def test_what_broke_off_for_good_is_kept_for_the_next_call(server: Server, home: Path) -> None:
    server.script = ["breaks"] * fetching.ATTEMPTS
    with pytest.raises(DataError, match="the connection broke off after"):
        untar_data(server.url)
    assert [path.name for path in (home / "downloads").iterdir()] == ["mnist_sample.tgz.part"]
    assert content(untar_data(server.url)) == WHOLE


def test_no_such_file_says_where_to_place_one(server: Server, home: Path) -> None:
    server.script = ["404"]
    with pytest.raises(DataError) as caught:
        untar_data(server.url)
    assert str(caught.value) == (
        "cannot download\n"
        f"  address : {server.url}\n"
        "  because : the server says 404 Not Found\n"
        "  try     : the right address\n"
        f"  offline : place the archive at {home}/mnist_sample.tgz, or use the 5,000 digits\n"
        "            that come with convscope: digits_folder(), or `convscope demo`"
    )
    assert len(server.ranges) == 1


def test_nobody_there() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # bound, but not listening: refused
        with pytest.raises(DataError, match=r"refused[\s\S]*offline"):
            untar_data(f"http://127.0.0.1:{silent.getsockname()[1]}/mnist_sample.tgz")


@pytest.mark.parametrize("wrong", ["size", "sum"])
def test_fault_34_something_else_comes(
    wrong: str, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Published(
        len(HONEST) + (wrong == "size"), "0" * 32 if wrong == "sum" else PUBLISHED.head_md5
    )
    monkeypatch.setitem(archives.PUBLISHED, server.url, other)
    with pytest.raises(DataError, match="are published" if wrong == "size" else "is published"):
        untar_data(server.url)
    assert len(server.ranges) == 2, "retried once"
    assert content(home) == {}, "and deleted"


def test_fault_34_once_wrong_then_right(server: Server) -> None:
    server.script = ["other"]
    assert content(untar_data(server.url)) == WHOLE


def test_too_long_a_download_is_cut_off(server: Server, home: Path) -> None:
    server.content = HONEST + bytes(2**20)
    with pytest.raises(DataError, match="are published"):
        untar_data(server.url)
    assert content(home) == {}


def test_damage_behind_the_checksum_is_found_by_unpacking(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "HEAD_BYTES", 100)
    checked = Published(len(HONEST), hashlib.md5(HONEST[:100]).hexdigest())
    monkeypatch.setitem(archives.PUBLISHED, server.url, checked)
    server.content = HONEST[:-9] + bytes(9)
    with pytest.raises(DataError, match="cannot unpack this archive"):
        untar_data(server.url)
    assert len(server.ranges) == 2
    assert content(home) == {}


@pytest.mark.parametrize("place", ["mnist_sample.tgz", "archive/mnist_sample.tgz"])
def test_a_placed_archive_is_used_with_one_notice_and_kept(
    place: str, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    archive = home / place
    archive.parent.mkdir(exist_ok=True)
    archive.write_bytes(HONEST)  # not what is published at this address
    with caplog.at_level(logging.WARNING, "convscope"):
        for _ in range(2):
            assert content(untar_data(URLs.MNIST_SAMPLE)) == WHOLE
    assert caplog.messages == [f"using the archive placed at {archive}"]
    assert archive.read_bytes() == HONEST


def test_a_placed_archive_that_is_not_sound_is_named_and_kept(home: Path) -> None:
    (home / "mnist_png.tgz").write_bytes(HONEST[:-100])
    with pytest.raises(DataError, match="cannot unpack this archive") as caught:
        untar_data(URLs.MNIST)
    assert str(home / "mnist_png.tgz") in str(caught.value)
    assert content(home) == {"mnist_png.tgz": HONEST[:-100]}


def test_an_archive_without_a_folder_of_its_name(home: Path) -> None:
    (home / "mnist_png.tgz").write_bytes(HONEST)
    folder = untar_data(URLs.MNIST)
    assert content(folder) == {f"mnist_sample/{name}": data for name, data in WHOLE.items()}


def test_a_home_that_cannot_be_written(home: Path) -> None:
    (home / "data").write_text("a file where a folder should be")
    with pytest.raises(DataError, match="CONVSCOPE_HOME"):
        untar_data(URLs.MNIST_SAMPLE)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/x.tgz", "https://host/x.zip", "https://host/..tgz", "https://host/", "x.tgz"],
)
def test_only_addresses_of_archives(url: str) -> None:
    with pytest.raises(ConfigError, match="not the address of a data set"):
        untar_data(url)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "up": (packed(file("a/../../escaped")), "leads out"),
    "absolute": (packed(file("/escaped-from-an-archive")), "leads out"),
    "drive": (packed(file("C:\\escaped")), "leads out"),
    "drive alone": (packed(file("C:escaped")), "leads out"),
    "backslash": (packed(file("\\escaped")), "leads out"),
    "up by backslash": (packed(file("..\\escaped")), "leads out"),
    "nameless": (packed(file(".")), "leads out"),
    "symbolic link": (packed(special("a", tarfile.SYMTYPE, "/"), file("a/x")), "neither"),
    "hard link": (packed(special("a", tarfile.LNKTYPE, "/etc/passwd")), "neither"),
    "device": (packed(special("a", tarfile.CHRTYPE)), "neither"),
    "pipe": (packed(special("a", tarfile.FIFOTYPE)), "neither"),
    "twice": (packed(file("a", b"one"), file("./a", b"two")), "comes twice"),
    "file as folder": (packed(file("a"), file("a/b")), "cannot unpack"),
    "ratio": (packed(file("zeros", bytes(2**21))), "unpacks to more than"),
    "many": (packed(*(file(str(number), b"") for number in range(60))), "more than 50 members"),
    "not gzip": (b"<html>", "it is no archive, or a damaged one"),
    "not tar": (gzip.compress(b"hello" * 400), "cannot unpack"),
    "cut": (HONEST[: len(HONEST) // 2], "ended before"),
}


@pytest.mark.parametrize(("data", "because"), HOSTILE.values(), ids=HOSTILE)
def test_fault_33_hostile_archives(data: bytes, because: str, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "bad.tgz").write_bytes(data)
    with pytest.raises(DataError, match=because):
        unpack(inside / "bad.tgz", inside / "out", silent, caps=Caps(members=50))
    assert {path.name for path in tmp_path.iterdir()} == {"home", "inside"}
    assert {path.name for path in inside.iterdir()} <= {"bad.tgz", "out"}
    assert not Path("/escaped-from-an-archive").exists()


def silent(_done: int, _of: int) -> None:
    """Hear nothing."""


def test_fault_33_a_header_that_would_fill_the_memory(tmp_path: Path) -> None:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 2**27
    (tmp_path / "bad.tgz").write_bytes(gzip.compress(header.tobuf() + bytes(2**27), 1))
    with pytest.raises(DataError, match="a header of 134,217,728 bytes"):
        unpack(tmp_path / "bad.tgz", tmp_path / "out", silent)


def test_fault_33_nothing_of_it_stays(home: Path) -> None:
    data = packed(file("mnist_sample/1.png"), special("mnist_sample/link", tarfile.SYMTYPE, "/"))
    (home / "mnist_sample.tgz").write_bytes(data)
    with pytest.raises(DataError, match="neither a file nor a folder"):
        untar_data(URLs.MNIST_SAMPLE)
    assert content(home) == {"mnist_sample.tgz": data}
    assert [*(home / "data").iterdir()] == []


def test_the_most_an_archive_may_hold() -> None:
    assert unpacking.CAPS.members >= 70_012, "MNIST's own"


def test_bars_appear_only_after_a_second_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from convscope.pictures import optional  # noqa: PLC0415 - beside what it tests

    def drawn(patience_seconds: float, told: Callable[[str, int, int], None] | None = None) -> str:
        del told
        monkeypatch.setattr(optional, "PATIENCE_SECONDS", patience_seconds)
        with optional.byte_bars() as bars:
            for done in range(3):
                bars("download", done, 3)
        return capfd.readouterr().err

    assert drawn(0.0) == "", "not a terminal"
    monkeypatch.setattr(optional.sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "download" in drawn(0.0)
    assert "download" not in drawn(60.0)
