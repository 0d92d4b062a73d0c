"""Make the three pictures of docs/looking_inside.md: steps A, C and D of the chapter's ladder.

    python scripts/three_pictures.py [FOLDER]

Each step trains the chapter's net on MNIST with a seed and looks at its last but one convolution:
A, small batches at a constant high rate, spikes once and dies; C, large batches and 1cycle, grows
and collapses before it spreads; D, with BatchNorm, is smooth. FOLDER gets `step_a.png` and so on;
by default it is docs/pictures. MNIST is taken from the archive `mnist_png.tgz` in the folder that
the environment variable CONVSCOPE_DATA names, else it is downloaded once.
"""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch.nn import functional as F

from convscope import figures
from convscope.data import (
    CategoryBlock,
    DataBlock,
    GrandparentSplitter,
    ImageBlock,
    Normalize,
    PILImageBW,
    URLs,
    get_image_files,
    parent_label,
    untar_data,
)
from convscope.instruments import ActivationStats
from convscope.models import simple_cnn
from convscope.models.norms import Norm
from convscope.pictures import home
from convscope.train import Callback, Learner, StopFit, Training

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
COLOURS = 128  # of the palette: the pictures stay small


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ladder.

    Attributes:
        name: as in the chapter's contract.
        batch: pictures in a batch.
        norm: the normalisation, if any.
        is_cycle: 1cycle, else a constant rate.
        batches: how many steps to train; an epoch where None.
        seed: of the weights.
    """

    name: str
    batch: int
    norm: Norm
    is_cycle: bool
    batches: int | None
    seed: int = 0


A = Step("A", 64, None, is_cycle=False, batches=200, seed=11)
C = Step("C", 512, None, is_cycle=True, batches=None, seed=4)
D = Step("D", 512, "batch", is_cycle=True, batches=None)
RATE = 0.06


class StopAfter(Callback):
    """Stop a fit after some steps."""

    def __init__(self, batches: int) -> None:
        self.batches = batches

    def after_batch(self, training: Training) -> None:  # noqa: ARG002 - every moment gets it
        """Count down."""
        self.batches -= 1
        if not self.batches:
            raise StopFit


def main() -> None:
    """Train, draw, write."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    digits = mnist()
    for step in (A, C, D):
        seen = trained(step, digits)
        path = folder / f"step_{step.name.lower()}.png"
        draw(seen, step, path)
        history = seen.layer_stats(watched(step))
        stds = " ".join(f"{std:.2f}" for std in history.stds[:12])
        print(f"{step.name}: deviation {stds} ..., at last {history.stds[-1]:.3f}: {path}")


def mnist() -> Path:
    """Find or fetch MNIST.

    Returns:
        The folder with `training` and `testing`.
    """
    kept = os.environ.get("CONVSCOPE_DATA")
    archive = home() / "mnist_png.tgz"
    if kept and not archive.exists():
        home().mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(kept) / archive.name, archive)
    return untar_data(URLs.MNIST)


def trained(step: Step, digits: Path) -> ActivationStats:
    """Train one step of the ladder.

    Returns:
        What was recorded.
    """
    dls = DataBlock(
        blocks=(ImageBlock(cls=PILImageBW), CategoryBlock),
        get_items=get_image_files,
        splitter=GrandparentSplitter(train_name="training", valid_name="testing"),
        get_y=parent_label,
        batch_tfms=Normalize(),
    ).dataloaders(digits, bs=step.batch, device="cpu")
    torch.manual_seed(step.seed)
    seen = ActivationStats(with_hist=True)
    cbs: list[Callback] = [seen]
    if step.batches:
        cbs.append(StopAfter(step.batches))
    model = simple_cnn(norm=step.norm)
    learn = Learner(dls, model, loss_func=F.cross_entropy, cbs=cbs, quiet=True)
    if step.is_cycle:
        learn.fit_one_cycle(1, RATE)
    else:
        learn.fit(1, RATE)
    return seen


def watched(step: Step) -> int:
    """Say where the last but one convolution stands among the recorded layers.

    Returns:
        -4 where each convolution has a normalisation behind it, else -2.
    """
    return -4 if step.norm else -2


def draw(seen: ActivationStats, step: Step, path: Path) -> None:
    """Draw the last but one convolution, small enough for a document."""
    grid = seen.record.grid(watched(step))
    figures.save(figures.color_dim(grid), path)
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(COLOURS)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main()
