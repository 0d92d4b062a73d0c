"""The cache keeps to its limit: what was unused for longest goes, what is in use never does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convscope.cli.main import run
from convscope.errors import ConfigError
from convscope.pictures import (
    Pixels,
    Reading,
    amount,
    cache,
    cache_folder,
    cache_limit,
    cached_pixels,
    clear,
    entries,
    located,
)

READING = Reading(10, 10, 1)
BLOCK = 4096
ONE = 3 * BLOCK  # an entry of ten pictures: pixels, hashes, looks

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    (tmp_path / "set").mkdir()
    paths = [tmp_path / "set" / f"{number}.png" for number in range(10)]
    for number, path in enumerate(paths):
        Image.new("L", (12, 12), number).save(path)
    return paths


def sets(files: list[Path], count: int, limit_bytes: int | None = None) -> list[Pixels]:
    """Decode the same files in several orders, one after the other: as many entries."""
    made: list[Pixels] = []
    for turn in range(count):
        order = files[turn:] + files[:turn]
        made.append(cached_pixels(order, READING, limit_bytes=limit_bytes))
        for age, entry in enumerate(reversed(entries())):  # a clock that ticks between them
            os.utime(entry.path / "index.json", (1000 - age, 1000 - age))
    return made


def test_what_was_not_used_for_longest_goes_first(files: list[Path]) -> None:
    first, *_ = (entry.path for entry in (sets(files, 3), entries())[1])
    order = [entry.path for entry in entries()]
    assert order[0] == first
    cached_pixels(files, READING)  # used again: now it is the last to go
    limit = sum(entry.size_bytes for entry in entries()) + 10
    sets(files[::-1], 1, limit_bytes=limit)
    left = {entry.path for entry in entries()}
    assert first in left
    assert order[1] not in left
    assert order[2] in left


def test_an_entry_that_is_used_is_never_removed(files: list[Path]) -> None:
    (mine,) = sets(files, 1)
    cached_pixels(files[::-1], READING, limit_bytes=1500)
    assert len(entries()) == 2, "both are in use, or were just made"
    assert np.array_equal(mine.array[3], mine.array[3])
    gone, kept = clear()
    assert len(kept) == 1, "the other Pixels are forgotten"
    assert len(gone) == 1
    del mine
    assert len(clear()[0]) == 1
    assert entries() == []


SCRIPT = """
import sys
from convscope.pictures import Reading, cached_pixels
pixels = cached_pixels(sys.argv[1:], Reading(10, 10, 1))
print("open", flush=True)
sys.stdin.read()
"""


def test_an_entry_that_another_process_uses_stays_until_it_ends(files: list[Path]) -> None:
    words = [sys.executable, "-c", SCRIPT, *map(str, files)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        gone, kept = clear()
        assert (len(gone), len(kept)) == (0, 1)
        process.kill()  # no chance to say goodbye
        process.communicate()
    gone, kept = clear()
    assert (len(gone), len(kept)) == (1, 0)


def test_an_unpacked_archive_is_held_as_long_as_the_process_lives(
    files: list[Path], tmp_path: Path
) -> None:
    import zipfile  # noqa: PLC0415 - used here only

    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for file in files:
            archive.write(file, f"x/{file.name}")
    folder = located(tmp_path / "set.zip")
    clear()
    assert len([*folder.rglob("*.png")]) == 10


def test_damaged_entries_count_and_go(files: list[Path]) -> None:
    cached_pixels(files, READING)
    (entry,) = entries()
    (entry.path / "index.json").write_text("{")
    (entry,) = entries()
    assert entry.what == "damaged"
    assert entry.size_bytes >= ONE
    clear()
    assert entries() == []


def test_without_a_limit_it_is_half_of_the_free_disk(
    monkeypatch: pytest.MonkeyPatch, files: list[Path]
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Disk", (), {"free": 10_000_000}))
    assert cache_limit() == 5_000_000
    cached_pixels(files, READING)
    (entry,) = entries()
    assert cache_limit() == (10_000_000 + entry.size_bytes) // 2, "its own bytes count as free"


def test_what_is_asked_for_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVSCOPE_CACHE_LIMIT", "3 MB")
    assert cache_limit() == 3_000_000
    assert cache_limit("1.5KiB") == 1536


@pytest.mark.parametrize("text", ["", "much", "-1GB", "1e9", "GB", "1 XB", "inf"])
def test_an_amount_that_means_nothing(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="--cache-limit"):
        cache_limit(text)
    if text:
        monkeypatch.setenv("CONVSCOPE_CACHE_LIMIT", text)
        with pytest.raises(ConfigError, match="CONVSCOPE_CACHE_LIMIT"):
            cache_limit()


def test_amounts_are_read_as_they_are_written() -> None:
    for size in (0, 1, 999, 4_200, 63_000_000, 5 * 10**12):
        assert cache_limit(amount(size)) == pytest.approx(size, rel=0.05)


def test_another_pillow_decodes_anew(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions of a decoder round differently; old pixels must not stand for new ones."""
    cached_pixels(files, READING)
    monkeypatch.setattr(cache.PIL, "__version__", "99.0")
    assert not cached_pixels(files, READING).warm


def test_the_command_shows_and_empties(files: list[Path], capsys: Printed) -> None:
    cached_pixels(files, READING)
    assert run(["cache"]) == 0
    said = capsys.readouterr().out
    assert f"cache: {cache_folder()}\n" in said
    assert "in 1 entry, of at most" in said
    assert f"10 pictures of {files[0].parent}, 10 x 10 px, grey" in said
    assert run(["cache", "--clear"]) == 0
    said = capsys.readouterr().out
    assert "removed: 12 kB in 1 entry" in said
    assert "holds: 0 B in 0 entries" in said
    assert entries() == []


def test_the_command_as_json(
    files: list[Path], capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVSCOPE_CACHE_LIMIT", "1GB")
    kept = cached_pixels(files, READING)
    assert run(["cache", "--clear", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["place"] == str(cache_folder())
    assert told["limit_bytes"] == 10**9
    assert told["removed_bytes"] == 0, "this very process uses it"
    assert told["bytes"] == told["entries"][0]["bytes"] > 0
    assert len(kept.array) == 10
