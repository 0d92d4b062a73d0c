"""Train on more pictures than the cache may hold, and report what memory that takes.

`python scripts/train_beyond_memory.py FOLDER` makes 25,000 photographs there (a few files, and
links to them), whose decoded pixels are 3.8 GB, and trains on them with a cache of 1 GB.
"""

import argparse
import json
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image

DIFFERENT = 20
POLL_SECONDS = 0.05


def make(folder: Path, pictures: int) -> None:
    """Write a folder of two classes with photographs of 640 x 480 px; nothing if it is there.

    Args:
        folder: where.
        pictures: how many; most are links.
    """
    dice = np.random.default_rng(0)
    for number in range(pictures):
        label = "bright" if number % 2 else "dark"
        place = folder / label / f"{number:06}.jpg"
        first = folder / label / f"{number % DIFFERENT:06}.jpg"
        if number == 0 and place.exists():
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        if number < DIFFERENT:
            coarse = dice.integers(0, 128, (12, 16, 3), np.uint8) + 127 * (number % 2)
            picture = Image.fromarray(coarse.astype(np.uint8))
            picture.resize((640, 480), Image.Resampling.BICUBIC).save(place, quality=85)
        else:
            os.link(first, place)


def memory_bytes() -> int:
    """Add up the memory of this process and of its children that no file stands behind.

    Returns:
        Bytes; 0 where the system does not say.
    """
    mine = str(os.getpid())
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):  # it may have ended
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            if mine in {process.name, parent}:
                status = (process / "status").read_text()
                total += 1024 * int(status.partition("RssAnon:")[2].split()[0])
    return total


class Peak:
    """Watches the memory in a thread of its own."""

    def __init__(self) -> None:
        self.size_bytes = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            self.size_bytes = max(self.size_bytes, memory_bytes())
            time.sleep(POLL_SECONDS)


def main(words: list[str]) -> None:
    """Make the folder, train one epoch, print what it took as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=int, default=25_000)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--limit", default="1GB")
    asked = parser.parse_args(words)
    make(asked.folder / "pictures", asked.pictures)
    os.environ["CONVSCOPE_HOME"] = str(asked.folder / "home")

    from rich.console import Console  # noqa: PLC0415 - after the home is set

    from convscope import pictures, recipes  # noqa: PLC0415
    from convscope.runs import TrainSettings  # noqa: PLC0415

    settings = TrainSettings(
        epochs=1,
        size=asked.size,
        arch="simple_net",
        lr_max=0.001,
        batch_size=64,
        cache_limit=asked.limit,
    )
    before, peak, start = memory_bytes(), Peak(), time.perf_counter()
    console = Console(stderr=True)
    run = recipes.train(
        asked.folder / "pictures", settings, out=asked.folder / "runs", console=console
    )
    content = {
        "pictures": asked.pictures,
        "decoded_bytes": asked.pictures * 3 * asked.size**2,
        "limit_bytes": pictures.cache_limit(asked.limit),
        "cache_bytes": sum(entry.size_bytes for entry in pictures.entries()),
        "memory_before_bytes": before,
        "memory_peak_bytes": peak.size_bytes,
        "seconds": round(time.perf_counter() - start, 1),
        "status": run.about.status,
    }
    print(json.dumps(content))


if __name__ == "__main__":
    main(sys.argv[1:])
