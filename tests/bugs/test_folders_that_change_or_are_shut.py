"""Folders as people have them: shut, vanishing while they are looked at, named as splits are.

A table that named a pipe stopped a training for ever; a folder that may not be opened was told to
hold no pictures; one that came or went between two looks was a traceback; class folders beside a
folder of a split were trained on with the split as one more class, without a word.
"""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from convscope.errors import LayoutError
from convscope.pictures import layout, listing, survey

FLAT = ("a/1.png", "a/2.png", "b/1.png", "b/2.png")
SPLIT = ("train/a/1.png", "train/b/2.png", "valid/a/3.png", "valid/b/4.png")


def planted(root: Path, *places: str) -> Path:
    for place in places:
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (1, 1)).save(path, "PNG")
    return root


@pytest.fixture
def shut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse folders called `shut`, but not valid/shut; root could open those on the disk."""
    scandir = os.scandir

    def guarded(path: os.PathLike[str] | str) -> object:
        if Path(path).name == "shut" and Path(path).parent.name != "valid":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    monkeypatch.setattr(os, "listdir", lambda path=".": [e.name for e in guarded(path)])  # pyright: ignore[reportGeneralTypeIssues]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX only")
def test_a_table_that_names_pipes_and_devices_is_looked_at_in_no_time(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    files = [str(tmp_path / "pipe.png"), os.devnull, str(tmp_path), "/dev/zero"]
    program = "import sys; from convscope.pictures import glance; print(glance(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", program, *files],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "Glance(sizes=(), coloured=False, looked_at=0)\n"


@pytest.mark.usefixtures("shut")
def test_the_folder_itself_is_shut(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="no folder of pictures") as caught:
        survey(planted(tmp_path / "shut", *FLAT))
    assert "because : Permission denied" in str(caught.value)


@pytest.mark.usefixtures("shut")
def test_a_class_that_is_shut_is_not_said_to_be_empty(tmp_path: Path) -> None:
    found = survey(planted(tmp_path, *FLAT, "shut/1.png"))
    assert found.warnings == ("shut/ cannot be read (Permission denied): left out",)


@pytest.mark.usefixtures("shut")
def test_a_class_that_is_shut_on_one_side_is_named(tmp_path: Path) -> None:
    root = planted(tmp_path, *SPLIT, "train/shut/5.png", "valid/shut/6.png")
    with pytest.raises(LayoutError) as caught:
        survey(root)
    assert "  cannot be read : train/shut (Permission denied)\n" in str(caught.value)


def test_an_entry_that_must_be_asked_for_and_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the file system does not say what an entry is, asking takes rights."""
    planted(tmp_path, *FLAT, "a/locked.png")

    objection = listing._objection

    def asked(entry: os.DirEntry[str]) -> str:
        if entry.name == "locked.png":
            raise PermissionError(13, "Permission denied")
        return objection(entry)

    monkeypatch.setattr(listing, "_objection", asked)
    assert survey(tmp_path).ignored == (("a/locked.png", "Permission denied"),)


@pytest.mark.parametrize("seen", [["a", "b"], []])
def test_folders_that_come_and_go_between_two_looks(
    seen: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted(tmp_path, *FLAT, "new/1.png", "new/2.png")
    monkeypatch.setattr(layout, "_folders", lambda path: seen)
    assert survey(tmp_path).classes == ("a", "b", "new")


def test_a_folder_that_is_gone_is_seen_to_hold_nothing(tmp_path: Path) -> None:
    assert layout._folders(tmp_path / "gone") == []


@pytest.mark.parametrize("name", ["test", "Valid", "TRAINING"])
def test_a_class_called_as_a_split_is_told(name: str, tmp_path: Path) -> None:
    found = survey(planted(tmp_path, *FLAT, f"{name}/1.png", f"{name}/2.png"))
    assert found.warnings == (
        f"class {name!r} is called as a split is; if it is one, only train/, valid/ and test/ "
        "may lie beside it",
    )


def test_an_archive_with_a_text_beside_its_one_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "home"))
    root = planted(tmp_path, *(f"flowers/{place}" for place in SPLIT))
    with zipfile.ZipFile(tmp_path / "flowers.zip", "w") as archive:
        for path in (root / "flowers").rglob("*.png"):
            archive.write(path, path.relative_to(root))
        archive.writestr("LICENSE.txt", "free")
        archive.writestr("__MACOSX/flowers/train/a/._1.png", b"junk")
    assert survey(tmp_path / "flowers.zip").layout == "split"
