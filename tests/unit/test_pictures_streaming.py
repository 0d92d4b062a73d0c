"""Pictures that are too many to be kept: the same batches to the last byte, and nothing hangs."""

import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from convscope.data import Loader, Normalize, Scaling
from convscope.errors import DataError
from convscope.pictures import (
    Pixels,
    Reading,
    Stream,
    cache_folder,
    cached_pixels,
    entries,
    streaming,
)

READING = Reading(8, 8, 3)
LIMIT = 1000  # bytes: less than the pixels take


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "set"
    folder.mkdir()
    dice = np.random.default_rng(0)
    paths = [folder / f"{number}.png" for number in range(37)]
    for path in paths:
        size = (*dice.integers(4, 20, 2), 3)
        Image.fromarray(dice.integers(0, 256, size, np.uint8)).save(path)
    paths[11].write_bytes(b"<html>")
    return paths


@pytest.fixture
def both(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> Generator[tuple[Pixels, Stream]]:
    """The same pictures, kept and streamed by two processes."""
    monkeypatch.setattr(streaming, "processors", lambda: 2)
    kept, streamed = cached_pixels(files, READING), cached_pixels(files, READING, limit_bytes=LIMIT)
    assert isinstance(streamed.array, Stream)
    assert streamed.bad == kept.bad
    assert [*kept.bad] == [11]
    yield kept, streamed.array
    streamed.array.close()


def test_the_same_pixels_by_every_index(both: tuple[Pixels, Stream]) -> None:
    kept, stream = both
    assert stream.shape == kept.array.shape
    assert len(stream) == 37
    for rows in (3, -1, slice(4, 14), [5, 30, 5], np.array([36, 0])):
        assert np.array_equal(stream[rows], kept.array[rows])
    assert np.array_equal(stream.looks, kept.looks)


def loader(pixels: object, *, shuffled: bool = True, bs: int = 5) -> Loader:
    return Loader(
        pixels,  # pyright: ignore[reportArgumentType]
        torch.arange(37),
        [number for number in range(37) if number != 11],
        bs,
        shuffled=shuffled,
        drop_last=shuffled,
        device=torch.device("cpu"),
        scaling=Scaling((0.4,) * 3, (0.2,) * 3),
    )


@pytest.mark.parametrize("shuffled", [True, False])
def test_the_same_batches_bit_for_bit(both: tuple[Pixels, Stream], *, shuffled: bool) -> None:
    """Also those of later epochs, and those of a run that goes on in the middle of one."""
    ours, theirs = (loader(one, shuffled=shuffled) for one in (both[1], both[0].array))
    for epoch, start in ((0, 0), (1, 0), (2, 3), (0, len(ours))):
        pairs = zip(
            ours.epoch_batches(7, epoch, start), theirs.epoch_batches(7, epoch, start), strict=True
        )
        for (images, labels), (same_images, same_labels) in pairs:
            assert torch.equal(images, same_images)
            assert torch.equal(labels, same_labels)


def test_the_same_statistics_and_fingerprint(both: tuple[Pixels, Stream]) -> None:
    kept, stream = both
    rows = np.array([0, 3, 36, 12])
    assert Normalize().scaling(stream, rows) == Normalize().scaling(kept.array, rows)
    assert loader(stream).fingerprint == loader(kept.array).fingerprint
    assert loader(stream[:37]).fingerprint == loader(kept.array).fingerprint


def test_what_is_known_of_the_pictures_is_found_again(files: list[Path]) -> None:
    assert not cached_pixels(files, READING, limit_bytes=LIMIT).warm
    assert cached_pixels(files, READING, limit_bytes=LIMIT).warm
    (entry,) = entries()
    assert not (entry.path / "pixels.npy").exists()
    assert entry.size_bytes < 50_000


def test_a_limit_that_suffices_keeps_them(files: list[Path]) -> None:
    exactly = 37 * 3 * 8 * 8
    assert not cached_pixels(files, READING, limit_bytes=exactly).streamed
    assert cached_pixels(files, READING, limit_bytes=exactly - 1).streamed


def test_no_more_is_decoded_than_one_batch_each_ahead(
    both: tuple[Pixels, Stream], files: list[Path]
) -> None:
    """The last files vanish: nobody notices before their batches are near."""
    stream = both[1]
    order = np.array([number for number in range(37) if number != 11])
    for path in files[25:]:
        path.unlink()
    batches = stream.gathered(order, 5)
    for _ in range(3):
        next(batches)
    with pytest.raises(DataError, match="a picture cannot be read any more"):
        list(batches)


def gone(path: Path) -> None:
    path.unlink()


def changed(path: Path) -> None:
    Image.new("RGB", (9, 9)).save(path)


@pytest.mark.parametrize(
    ("happens", "because"),
    [(gone, "No such file or directory"), (changed, "it was changed while it was trained with")],
)
def test_fault_29_a_file_that_changes_between_two_epochs(
    happens: Callable[[Path], None], because: str, both: tuple[Pixels, Stream], files: list[Path]
) -> None:
    ours = loader(both[1])
    assert len([*ours]) == 7
    happens(files[20])
    with pytest.raises(DataError, match=because) as caught:
        list(ours)
    assert str(files[20]) in str(caught.value)
    with pytest.raises(DataError, match=because):
        both[1][[20]]


def folders() -> list[Path]:
    return [*cache_folder().glob(".streaming-*")]


def pids(stream: Stream) -> list[int]:
    return [process.pid for servers in stream._idle for process in servers.processes]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_processes_are_kept_for_the_next_epoch_and_end_with_the_stream(
    both: tuple[Pixels, Stream],
) -> None:
    ours = loader(both[1])
    list(ours)
    first = pids(both[1])
    list(ours)
    assert pids(both[1]) == first
    assert len(first) == 2
    assert len(folders()) == 1
    both[1].close()
    assert not any(map(alive, first))
    assert folders() == []


def test_two_epochs_at_once(both: tuple[Pixels, Stream]) -> None:
    """Validating in the middle of an epoch of training."""
    train, valid = loader(both[1]), loader(both[1], shuffled=False)
    batches = iter(train)
    first = next(batches)
    assert sum(len(labels) for _, labels in valid) == 36
    assert len([first, *batches]) == 7


def test_an_epoch_that_is_left_leaves_nothing(both: tuple[Pixels, Stream]) -> None:
    for _ in loader(both[1]):
        break
    assert folders() == []
    assert pids(both[1]) == []


def test_a_process_that_is_killed_is_one_clear_error(
    both: tuple[Pixels, Stream], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "IDLE", 2)
    ours = loader(both[1])
    list(ours)
    os.kill(pids(both[1])[1], signal.SIGKILL)
    with pytest.raises(DataError, match="a process that decodes pictures died") as caught:
        list(ours)
    assert "ended by signal 9" in str(caught.value)
    assert folders() == []
    assert len([*ours]) == 7, "and the next epoch starts new ones"


SCRIPT = """
import sys
import numpy as np
from convscope.pictures import Reading, cached_pixels
if __name__ != "never":
    pixels = cached_pixels(sys.argv[1:], Reading(8, 8, 3), limit_bytes=1000)
    batches = pixels.array.gathered(np.arange(len(sys.argv) - 1).repeat(1000), 64)
    next(batches)
    print("begun", *[p.pid for p in batches.gi_frame.f_locals["servers"].processes], flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
@pytest.mark.parametrize("end", ["killed", "ended"])
def test_processes_end_with_their_parent(end: str, files: list[Path]) -> None:
    sound = [str(path) for number, path in enumerate(files) if number != 11]
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *sound],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        _, *children = process.stdout.readline().split()
        assert children
        if end == "killed":
            process.kill()
        process.communicate()
    until = time.monotonic() + 10
    while any(alive(int(pid)) for pid in children) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(alive(int(pid)) for pid in children)
    assert end == "killed" or folders() == []


def handles() -> int:
    open_files = Path("/proc/self/fd")
    return len(list(open_files.iterdir())) if open_files.exists() else 0


def test_nothing_is_left_open(files: list[Path]) -> None:
    before = handles()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            stream = cached_pixels(files, READING, limit_bytes=LIMIT).array
            assert isinstance(stream, Stream)
            list(stream.gathered(np.array([1, 2, 3]), 2))
            del stream
    assert handles() <= before + 1
    assert folders() == []
