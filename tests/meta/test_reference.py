"""The reference that `make docs` builds: every public name is in it, every link leads somewhere."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

import pytest

from tests.meta.test_architecture import ROOMS, ROOT

pytestmark = pytest.mark.slow


class Page(HTMLParser):
    """The places of a page that can be linked to, and its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name in {"href", "src"} and value:
                self.links.append(value)


def recipe() -> list[str]:
    """The command line of `make docs`."""
    (line,) = re.findall(
        r"^docs:.*\n\t\$\(BIN\)/(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE
    )
    return line.split()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Page]:
    """Build all pages without a network."""
    place = tmp_path_factory.mktemp("reference")
    program, *words = recipe()
    assert program == "python"
    words[words.index("build/reference")] = str(place)
    done = subprocess.run(
        [sys.executable, "-W", "error", *words],
        cwd=ROOT,
        env=os.environ
        | {"CONVSCOPE_HOME": str(place / "home"), "https_proxy": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Warn" not in done.stderr
    return {path.relative_to(place): Page(path.read_text()) for path in place.rglob("*.html")}


def broken(pages: dict[Path, Page]) -> list[str]:
    """Links that stay in the reference and lead nowhere."""
    lost: list[str] = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            place = os.path.normpath(path.parent / unquote(parts.path)) if parts.path else path
            target = pages.get(Path(place))
            if target is None or (parts.fragment and unquote(parts.fragment) not in target.ids):
                lost.append(f"{path}: {link}")
    return lost


def test_every_link_leads_somewhere(pages: dict[Path, Page]) -> None:
    assert sum(len(page.links) for page in pages.values()) > 1000
    assert broken(pages) == []


def test_meta_a_link_to_nowhere_is_found() -> None:
    one, other = Page('<a id="here" href="b.html#there">'), Page('<a href="a/a.html#nowhere">')
    assert broken({Path("a/a.html"): one, Path("b.html"): other}) == [
        "a/a.html: b.html#there",
        "b.html: a/a.html#nowhere",
    ]


def public(room: ModuleType) -> dict[str, object]:
    """What a room offers; other libraries' modules, which some pass on, have pages of their own."""
    everything = vars(room)
    own = [n for n in everything if n[0] != "_" and from_here(everything[n], room.__name__)]
    offered = {name: everything.get(name) for name in getattr(room, "__all__", own)}
    return {name: value for name, value in offered.items() if not isinstance(value, ModuleType)}


def from_here(value: object, place: str = "convscope") -> bool:
    return str(getattr(value, "__module__", None)).startswith(place)


def methods(kind: type) -> set[str]:
    """What a class of ours can do, also by its bases of ours."""
    bases = [base for base in kind.__mro__ if from_here(base)]
    return {
        name
        for base in bases
        for name, value in vars(base).items()
        if name[0] != "_" and (callable(value) or isinstance(value, property))
    }


@pytest.mark.parametrize("name", ROOMS)
def test_every_public_name_of_a_room_is_told(name: str, pages: dict[Path, Page]) -> None:
    offered = public(import_module(f"convscope.{name}"))
    told = pages[Path("convscope", f"{name}.html")].ids
    assert offered or name == "tensors"  # whose names are annotations
    assert set(offered) - told == set()
    ours = {n: one for n, one in offered.items() if isinstance(one, type) and from_here(one)}
    wanted = {f"{name}.{method}" for name, kind in ours.items() for method in methods(kind)}
    assert wanted - told == set()


def test_nothing_is_fetched_from_elsewhere(pages: dict[Path, Page]) -> None:
    """Pages are read without a network: no script, style or picture of another host."""
    for path, page in pages.items():
        assert not [
            link for link in page.links if link.endswith((".js", ".css")) and "//" in link
        ], path
