"""Runs that nobody trained: a folder with weights as they are born, in no time."""

from pathlib import Path

import torch

import convscope
from convscope.data import Preparation, Scaling
from convscope.pictures import Reading
from convscope.recipes.loading import architecture, metadata
from convscope.runs import Manifest, RunFolder
from convscope.train import save_weights

CLASSES = ("high", "low", "middle")


def preparation(
    classes: tuple[str, ...] = CLASSES, *, channels: int = 1, resize: str = "crop", size: int = 16
) -> Preparation:
    scaling = Scaling((0.3,) * channels, (0.2,) * channels)
    return Preparation(Reading(None, None, channels, resize), (size, size), scaling, classes)


def made_run(
    place: Path, data: Path, prepare: Preparation | None = None, *, arch: str = "simple_net"
) -> RunFolder:
    """Make a run that is done, as `convscope train` leaves one, but for training."""
    prepare = prepare or preparation()
    settings = {
        "arch": arch,
        "valid_share": 0.2,
        "survey": {"train": dict.fromkeys(prepare.classes, 20), "valid": None},
    }
    about = Manifest(
        convscope=convscope.__version__,
        versions={"torch": torch.__version__},
        settings=settings,
        seed=0,
        classes=[*prepare.classes],
        data=str(data),
        found=["60 pictures"],
        device="cpu",
        threads=1,
        command=["convscope", "train"],
        status="done",
        best_epoch=0,
        best={"train_loss": 0.5, "valid_loss": 0.4, "accuracy": 0.75},
    )
    run = RunFolder.create(place, "made", about=about)
    torch.manual_seed(3)
    net = architecture(arch, prepare)
    save_weights(run.weights, net.state_dict(), metadata(arch, prepare))
    return run
