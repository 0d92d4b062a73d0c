"""Predict a folder of pictures with `convscope`'s recipe, or with a bare loop.

Usage: with_predicting.py RUN FOLDER HOW, where HOW is convscope or bare.
The bare loop is what one writes by hand: Pillow, numpy, batches of 64, softmax, the three best.
"""

import json
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from convscope import recipes
from convscope.pictures import get_image_files
from convscope.runs import RunFolder

BATCH = 64


@torch.no_grad()
def bare(run: RunFolder, folder: Path) -> int:
    """Predict as one would by hand."""
    trained = recipes.load_trained(run)
    prepare, classes = trained.prepare, trained.prepare.classes
    answers: list[list[tuple[str, float]]] = []
    height, width = prepare.size
    mean, deviation = (
        torch.tensor(v).view(1, -1, 1, 1) for v in (prepare.scaling.mean, prepare.scaling.deviation)
    )
    mode = "RGB" if prepare.reading.channels == 3 else "L"
    listed = iter(get_image_files(folder))
    while files := [*islice(listed, BATCH)]:
        pictures: list[np.ndarray] = []
        for file in files:
            with Image.open(file) as opened:
                picture = opened.convert(mode)
            if picture.size != (width, height):
                picture = picture.resize((width, height), Image.Resampling.BILINEAR)
            pictures.append(np.asarray(picture).reshape(height, width, -1))
        pixels = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
        shares = trained.model((pixels / 255 - mean) / deviation).softmax(dim=1)
        best = shares.topk(min(3, shares.shape[1]))
        for indices, values in zip(best.indices.tolist(), best.values.tolist(), strict=True):
            answers.append([(classes[i], value) for i, value in zip(indices, values, strict=True)])
    return len(answers)


def ours(run: RunFolder, folder: Path) -> int:
    """Predict with the recipe behind `convscope predict --out`."""
    with tempfile.TemporaryDirectory() as place:
        answers = recipes.written_down(recipes.predict(run, [folder]), Path(place) / "a.csv")
        return sum(not answer.problem for answer in answers)


if __name__ == "__main__":
    place, pictures, how = sys.argv[1:]
    start = time.perf_counter()
    count = (ours if how == "convscope" else bare)(RunFolder.open(Path(place)), Path(pictures))
    seconds = time.perf_counter() - start
    print(json.dumps({"pictures_a_second": count / seconds, "pictures": count}))
