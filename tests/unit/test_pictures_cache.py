"""A set of pictures is decoded once, whole or not at all, whatever happens on the way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convscope.errors import DataError
from convscope.pictures import (
    Pixels,
    Reading,
    building,
    cache,
    cached_pixels,
    read_picture,
    workers,
)

READING = Reading(8, 8, 1)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def two_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "ALONE_FILES", 0)
    monkeypatch.setattr(building, "processors", lambda: 2)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "data"
    folder.mkdir()
    paths = [folder / f"{number:02}\n '{number}' ü.png" for number in range(20)]
    for number, path in enumerate(paths):
        Image.new("L", (8, 8), number * 10).save(path)
    return paths


@pytest.fixture
def slow_files(tmp_path: Path) -> list[Path]:
    """Name one picture that takes 20 ms often enough for seconds of work."""
    path = tmp_path / "large.png"
    noise = np.random.default_rng(0).integers(0, 256, (1200, 1200), np.uint8)
    Image.fromarray(noise).save(path, compress_level=1)
    return [path] * 300


def entries(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "cache").iterdir())


def equal(one: Pixels, two: Pixels) -> bool:
    same = np.array_equal(one.array[:], two.array[:]) and np.array_equal(one.hashes, two.hashes)
    return same and one.bad == two.bad


def because(error: pytest.ExceptionInfo[DataError]) -> str:
    return next(line for line in str(error.value).splitlines() if "because" in line)


def test_cold_then_warm(files: list[Path], home: Path) -> None:
    cold, warm = cached_pixels(files, READING), cached_pixels(files, READING)
    assert (cold.warm, warm.warm) == (False, True)
    assert equal(cold, warm)
    assert cold.array.shape == (20, 1, 8, 8)
    assert cold.bad == {}
    for number, path in enumerate(files):
        assert np.array_equal(warm.array[number], read_picture(path, READING))
        assert warm.hashes[number].tobytes() == blake2b(path.read_bytes(), digest_size=16).digest()
    assert len(entries(home)) == 1


def test_an_entry_holds_nothing_but_what_is_read_again(files: list[Path], home: Path) -> None:
    cached_pixels(files, READING)
    (entry,) = (home / "cache").iterdir()
    assert {path.name for path in entry.iterdir()} == {
        "pixels.npy",
        "hashes.npy",
        "looks.npy",
        "index.json",
    }


def test_the_pixels_cannot_be_written(files: list[Path]) -> None:
    array = cached_pixels(files, READING).array
    assert isinstance(array, np.ndarray)
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


def test_whatever_changes_makes_another_entry(files: list[Path], home: Path) -> None:
    cached_pixels(files, READING)
    assert not cached_pixels(files[::-1], READING).warm, "order"
    assert not cached_pixels(files, Reading(8, 8, 3)).warm, "way of reading"
    Image.new("L", (8, 8), 255).save(files[3])
    os.utime(files[3], ns=(0, files[3].stat().st_mtime_ns + 1))
    changed = cached_pixels(files, READING)
    assert not changed.warm, "a file"
    assert changed.array[3].min() == 255
    assert len(entries(home)) == 4


def test_relative_paths_find_the_same_entry(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    cached_pixels(files, READING)
    monkeypatch.chdir(files[0].parent)
    assert cached_pixels([path.name for path in files], READING).warm


def test_what_cannot_be_read_is_zero_and_named(files: list[Path]) -> None:
    files[4].write_bytes(files[4].read_bytes()[:-9])
    files[7].write_bytes(b"")
    files[9].unlink()
    before = sorted((path.name, path.stat().st_mtime_ns) for path in files[0].parent.iterdir())
    for pixels in (cached_pixels(files, READING), cached_pixels(files, READING)):
        assert list(pixels.bad) == [4, 7, 9]
        assert "cut off" in pixels.bad[4]
        assert pixels.bad[7] == "0 bytes long"
        assert pixels.bad[9] == "No such file or directory"
        assert not pixels.array[[4, 7, 9]].any()
        assert pixels.array[[5, 8]].all()
    after = sorted((path.name, path.stat().st_mtime_ns) for path in files[0].parent.iterdir())
    assert before == after, "the user's folder is never written to"


def test_own_sizes_must_agree(files: list[Path], home: Path) -> None:
    own = Reading(None, None, 1)
    files[0].write_bytes(b"damaged: the second decides")
    assert cached_pixels(files, own).array.shape == (20, 1, 8, 8)
    Image.new("L", (9, 7)).save(files[12])
    with pytest.raises(DataError) as caught:
        cached_pixels(files, own)
    assert str(caught.value) == (
        "the pictures are not all of one size\n"
        f"  one     : {files[1]}: 8 x 8 px\n"
        f"  another : {files[12]}: 9 x 7 px\n"
        "  because : no size was asked for, so every picture keeps its own\n"
        "  try     : a size to bring them all to, such as 7 px"
    )
    assert len(entries(home)) == 1, "nothing of the failed attempt stays"


def test_not_one_readable_picture_without_a_size(tmp_path: Path) -> None:
    (tmp_path / "page.png").write_text("<html>")
    with pytest.raises(DataError, match="not one picture can be read"):
        cached_pixels([tmp_path / "page.png"], Reading(None, None, 3))


def test_a_damaged_entry_is_made_again(files: list[Path], home: Path) -> None:
    cold = cached_pixels(files, READING)
    (entry,) = (home / "cache").iterdir()
    half = (entry / "pixels.npy").read_bytes()[:700]
    (entry / "pixels.npy").unlink()  # `cold` still maps the old file
    (entry / "pixels.npy").write_bytes(half)
    again = cached_pixels(files, READING)
    assert not again.warm
    assert equal(cold, again)


def test_what_killed_processes_left_is_swept_after_a_day(files: list[Path], home: Path) -> None:
    for name, age_seconds in (("old", 25 * 3600), ("new", 60)):
        draft = home / "cache" / f".building-{name}"
        draft.mkdir(parents=True)
        os.utime(draft, (0, time.time() - age_seconds))
    cached_pixels(files, READING)
    assert [name for name in entries(home) if name.startswith(".")] == [".building-new"]


def test_a_cache_that_cannot_be_written(
    files: list[Path], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.write_text("a file where a folder should be")
    with pytest.raises(DataError, match="CONVSCOPE_HOME") as caught:
        cached_pixels(files, READING)
    assert str(home / "cache") in str(caught.value)


@pytest.mark.usefixtures("two_workers")
def test_workers_and_one_process_agree(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workers start in a folder where a file of the user's has the name of a library."""
    files[5].write_bytes(b"not a picture")
    (tmp_path / "numpy.py").write_text("raise SystemExit('the wrong numpy')")
    monkeypatch.chdir(tmp_path)
    told: list[tuple[int, int]] = []
    many = cached_pixels(files, READING, progress=lambda *done: told.append(done))
    assert told[-1] == (20, 20)
    monkeypatch.setattr(building, "ALONE_FILES", 1000)
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "other"))
    assert equal(many, cached_pixels(files, READING))


@pytest.mark.usefixtures("two_workers")
def test_workers_notice_another_size(files: list[Path], home: Path) -> None:
    Image.new("L", (9, 7)).save(files[13])
    with pytest.raises(DataError, match="not all of one size"):
        cached_pixels(files, Reading(None, None, 1))
    assert entries(home) == []


def test_a_worker_loads_no_torch(files: list[Path], tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    names = [str(path) for path in files]
    job = building.Job(names, READING, (1, 8, 8), "", 0)
    building.fill(share, job, lambda _done, _total: None, pixels_kept=True)
    script = (
        "import sys; from convscope.pictures.worker import main; main(sys.argv[1], '0', '1'); "
        "sys.exit('torch' in sys.modules or 'matplotlib' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, str(share)], check=True, capture_output=True)


class Spy:
    """Starts real processes and remembers them."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        at_birth: Callable[[subprocess.Popen[bytes]], None] | None = None,
    ) -> None:
        self.started: list[subprocess.Popen[bytes]] = []
        start = subprocess.Popen[bytes]

        def noted(command: Sequence[str], **settings: object) -> object:
            process = start(command, **settings)  # pyright: ignore[reportCallIssue, reportArgumentType]
            self.started.append(process)
            if at_birth is not None:
                at_birth(process)
            return process

        monkeypatch.setattr(workers.subprocess, "Popen", noted)


@pytest.mark.usefixtures("two_workers")
def test_a_killed_worker_is_one_clear_error(
    slow_files: list[Path], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = Spy(monkeypatch)
    with pytest.raises(DataError, match="a process that decodes pictures died") as caught:
        cached_pixels(slow_files, READING, progress=lambda _done, _total: spy.started[1].kill())
    assert because(caught) == "  because : ended by signal 9, often for lack of memory"
    assert len(spy.started) == 2
    assert all(process.poll() is not None for process in spy.started), "none is left running"
    assert entries(home) == []


@pytest.mark.usefixtures("two_workers")
def test_a_worker_that_cannot_start_says_why(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "WORKER", "convscope.pictures.nowhere")
    with pytest.raises(DataError, match="No module named") as caught:
        cached_pixels(files, READING)
    assert because(caught) == "  because : exit code 1"


@pytest.mark.usefixtures("two_workers")
def test_ctrl_c_ends_the_workers_and_keeps_nothing(
    slow_files: list[Path], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = Spy(monkeypatch)

    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cached_pixels(slow_files, READING, progress=interrupt)
    assert all(process.poll() is not None for process in spy.started)
    assert entries(home) == []
    assert not cached_pixels(slow_files[:3], READING).warm


@pytest.mark.usefixtures("two_workers")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_workers_leave_ctrl_c_to_their_parent_from_birth(
    number: signal.Signals, slow_files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A parent may have its own way with them, such as finishing what it does."""
    spy = Spy(monkeypatch, at_birth=lambda process: process.send_signal(number))

    def interrupt(_done: int, _total: int) -> None:
        spy.started[0].send_signal(number)

    assert cached_pixels(slow_files[:30], READING, progress=interrupt).bad == {}
    assert len(spy.started) == 2


@pytest.mark.usefixtures("two_workers")
def test_ctrl_c_while_workers_are_started_leaves_none(
    slow_files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = Spy(monkeypatch, at_birth=lambda _: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        cached_pixels(slow_files, READING)
    assert [process.poll() for process in spy.started] == [-signal.SIGKILL] * 2


def test_another_process_was_quicker(files: list[Path], home: Path) -> None:
    others: list[Pixels] = []

    def overtake(done: int, _total: int) -> None:
        if done == len(files) and not others:
            others.append(cached_pixels(files, READING))

    mine = cached_pixels(files, READING, progress=overtake)
    assert (mine.warm, others[0].warm) == (False, False)
    assert equal(mine, others[0])
    assert len(entries(home)) == 1


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="not on this system")
def test_the_disk_cannot_run_full_behind_the_map(tmp_path: Path) -> None:
    building._reserve(tmp_path / "array.npy", (100, 1, 100, 100))
    assert (tmp_path / "array.npy").stat().st_blocks * 512 >= 1_000_000, "no holes"


SCRIPT = """
import sys
from convscope.pictures import Reading, building, cached_pixels
building.ALONE_FILES = 0
building.processors = lambda: 2
files = sys.argv[2:] * int(sys.argv[1])
pixels = cached_pixels(files, Reading(8, 8, 1), progress=lambda *done: print(*done, flush=True))
print("sum", pixels.array.sum(), flush=True)
"""


def started(script: list[str], times: int, *files: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *script, str(times), *map(str, files)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["a file without a guard", "python -c"])
def test_two_processes_build_the_same_entry_at_once(
    kind: str, files: list[Path], tmp_path: Path, home: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    command = [str(script)] if kind == "a file without a guard" else ["-c", SCRIPT]
    both = [started(command, 100, *files) for _ in range(2)]
    outputs = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert {output.splitlines()[-1] for output, _ in outputs} == {f"sum {19 * 10 * 10 * 64 * 100}"}
    assert len(entries(home)) == 1


@pytest.mark.slow
def test_a_real_ctrl_c_reaches_the_whole_group(slow_files: list[Path], home: Path) -> None:
    process = started(["-c", SCRIPT], 3000, slow_files[0])
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == -signal.SIGINT
    assert errors.count("Traceback") == 1, "the workers keep silent"
    assert not alive(process.pid)
    assert entries(home) == []


@pytest.mark.slow
def test_workers_end_when_their_parent_is_killed(slow_files: list[Path]) -> None:
    process = started(["-c", SCRIPT], 3000, slow_files[0])
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate(timeout=10)
    until = time.monotonic() + 10
    while alive(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(process.pid)


@pytest.mark.slow
def test_a_full_disk_is_one_clear_error(files: list[Path], home: Path) -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9000,) * 2)\n" + SCRIPT
    process = started(["-c", limited], 100, *files)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "cannot write the cache of decoded pictures" in errors
    assert "CONVSCOPE_HOME" in errors
    assert entries(home) == []


def test_the_version_is_part_of_the_key(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    cached_pixels(files, READING)
    monkeypatch.setattr(cache, "VERSION", cache.VERSION + 1)
    assert not cached_pixels(files, READING).warm
