"""What the documents say is so: links, commands, names of tests, versions, the example."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cyclopts import CycloptsError
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import convscope
from convscope.cli.calling import no_options
from convscope.cli.commands import app

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
README = (ROOT / "README.md").read_text()
LARGEST_PICTURE_BYTES = 150_000


def files_of_the_repository(*patterns: str) -> list[Path]:
    """What a clone holds, and what is about to be added to it."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.splitlines() if (path := ROOT / name).is_file()]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


DOCUMENTS = files_of_the_repository("*.md")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[list[str]]:
    """Every line of a shell block, as words, without its comment."""
    lines = [line.partition(" #")[0].split() for line in "".join(blocks(text, "sh")).splitlines()]
    return [words for words in lines if words]


def parsed(words: list[str]) -> object:
    _, bound, _ = app.meta.parse_args(no_options(words), exit_on_error=False, print_error=False)
    return app.parse_args(list(bound.args), exit_on_error=False, print_error=False)


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_make_targets_exist(path: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    text = path.read_text()
    asked = set(re.findall(r"`make (\w+)", text))
    asked |= {words[1] for words in commands(text) if words[0] == "make"}
    assert asked <= targets


def test_the_newcomers_two_commands_stand_in_the_readme() -> None:
    assert [words[1] for words in commands(README) if words[0] == "make"] == ["demo", "test"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_command_lines_can_be_parsed(path: Path) -> None:
    for words in commands(path.read_text()):
        if words[0] == "convscope":
            parsed(words[1:])


def test_meta_a_wrong_command_line_is_found() -> None:
    (words,) = commands("```sh\nconvscope train FOLDER --epoch 3  # too short a name\n```")
    assert words == ["convscope", "train", "FOLDER", "--epoch", "3"]
    with pytest.raises(CycloptsError):
        parsed(words[1:])


def test_every_command_is_shown_in_the_readme() -> None:
    known = {name for name in app if not name.startswith("-")}
    shown = {words[1] for words in commands(README) if words[0] == "convscope"}
    assert known - shown <= {"demo", "env"}
    assert {name for name in known if f"convscope {name}" in documentation()} == known


def documentation() -> str:
    return README + "".join(path.read_text() for path in (ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("command", [name for name in app if not name.startswith("-")])
def test_every_option_is_documented(command: str) -> None:
    options = {
        name
        for argument in app[command].assemble_argument_collection()
        for name in argument.names
        if name.startswith("--")
    }
    told = set(re.findall(r"--[a-z][a-z-]*", documentation()))
    assert "--json" in options
    assert options <= told


def test_every_documented_option_exists() -> None:
    reference = (ROOT / "docs" / "commands.md").read_text()
    told = set(re.findall(r"^\| `(--[a-z-]+)", reference, flags=re.MULTILINE))
    apps = [app.meta, *(app[name] for name in app if name[0] != "-")]
    collections = [one.assemble_argument_collection() for one in apps]
    assert told
    assert told <= {name for found in collections for one in found for name in one.names}


@pytest.mark.slow
def test_the_example_of_the_readme_runs(tmp_path: Path) -> None:
    (example,) = [one for one in blocks(README, "python") if "convscope.all" in one]
    environment = {**os.environ, "CONVSCOPE_HOME": str(tmp_path / "home"), "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *_, last_epoch, prediction = done.stdout.splitlines()
    assert float(last_epoch.split()[3]) > 0.9
    assert prediction.startswith("3 ")
    assert "What happens to one item" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_relative_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'\ssrc="([^"]+)"', text)
    for link in links:
        if "://" in link:
            continue
        place, _, heading = link.partition("#")
        target = (path.parent / place) if place else path
        assert target.exists(), link
        if heading:
            assert heading in headings(target.read_text()), link


def headings(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_tests_that_are_named_exist(path: Path) -> None:
    for file, name in re.findall(r"\b(tests/[\w/]+\.py)(?:::(\w+))?", path.read_text()):
        assert (ROOT / file).is_file(), file
        assert f"def {name}(" in (ROOT / file).read_text() if name else True, name


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_a_decision_names_the_test_that_enforces_it(path: Path) -> None:
    text = path.read_text()
    assert text.startswith(f"# {path.name[:4]}. ")
    for title in ("Context", "Decision", "Consequences"):
        assert f"\n## {title}\n" in text, title
    assert re.search(r"\btests/[\w/]+\.py", text)


def test_decisions_have_numbers_of_their_own() -> None:
    numbers = [path.name[:4] for path in DECISIONS]
    assert numbers == sorted(set(numbers))


def test_the_map_is_the_packages_own() -> None:
    (drawn,) = blocks((ROOT / "ARCHITECTURE.md").read_text(), "text")[:1]
    doc = convscope.__doc__ or ""
    rows = [line.strip() for line in doc.splitlines() if line.startswith("    ")]
    assert drawn.splitlines() == rows


def test_the_newest_version_is_this_one() -> None:
    newest, *_ = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert newest == convscope.__version__ == PROJECT["version"]


def test_every_dependency_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    assert {tuple(one.operator for one in pin.specifier) for pin in pins} == {("==",)}
    versions = {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in pins}
    assert len(versions) == len(pins)
    extras = [line for group in PROJECT["optional-dependencies"].values() for line in group]
    for wanted in map(Requirement, [*PROJECT["dependencies"], *extras]):
        pinned = versions.get(canonicalize_name(wanted.name))
        assert pinned is not None, wanted
        assert wanted.specifier.contains(Version(pinned)), wanted


def test_no_path_of_one_machine_is_kept() -> None:
    places = [f"/{first}/".encode() for first in ("work", "tmp/data", "home", "Users")]
    for path in files_of_the_repository():
        content = path.read_bytes()
        found = [place for place in places if re.search(rb"(?<![\w.}])" + place, content)]
        assert not found, path


def test_pictures_of_the_documents_are_small() -> None:
    pictures = files_of_the_repository("docs/pictures/*")
    assert pictures
    assert all(path.stat().st_size < LARGEST_PICTURE_BYTES for path in pictures)
