"""One epoch of batches from files. Usage: with_streaming.py FOLDER stream|loader|plain SIDE BATCH.

"stream" is convscope's; "loader" a DataLoader of two workers that decodes with the same function;
"plain" one that decodes with Pillow as most people do.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from convscope.data import Loader, Scaling
from convscope.pictures import Reading, cached_pixels, get_image_files, read_picture, streaming

WORKERS = 2
folder, how, side, batch = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
files = get_image_files(folder)
reading = Reading(side, side, 3)
torch.manual_seed(0)


class Files(Dataset[tuple[torch.Tensor, int]]):
    """Decodes a file whenever it is asked for."""

    def __len__(self) -> int:
        return len(files)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        if how == "loader":
            pixels = read_picture(files[index], reading)
        else:
            with Image.open(files[index]) as image:
                small = image.convert("RGB").resize((side, side), Image.Resampling.BILINEAR)
            pixels = np.asarray(small).transpose(2, 0, 1).copy()
        return torch.from_numpy(pixels.copy()), index % 10


def epochs() -> Callable[[], Iterator[object]]:
    """Set up; what is given makes an epoch's batches."""
    if how == "stream":
        streaming.processors = lambda: WORKERS
        pixels = cached_pixels(files, reading, limit_bytes=1)
        loader = Loader(
            pixels.array,
            torch.arange(len(files)) % 10,
            range(len(files)),
            batch,
            shuffled=True,
            drop_last=True,
            device=torch.device("cpu"),
            scaling=Scaling.plain(3),
        )
        return lambda: iter(loader)
    theirs = DataLoader(
        Files(), batch, shuffle=True, drop_last=True, num_workers=WORKERS, persistent_workers=True
    )
    return lambda: ((images.float().div(255), labels) for images, labels in theirs)


if __name__ == "__main__":
    epoch = epochs()
    for _ in epoch():  # the workers start
        pass
    start = time.perf_counter()
    count = sum(1 for _ in epoch())
    print(json.dumps({"seconds": time.perf_counter() - start, "batches": count}))
