"""`convscope evaluate`: how well a run's model does, on its own pictures or on others."""

from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console
from torch import Tensor
from torch.nn import functional as F

from convscope.data import Loader
from convscope.errors import DataError, account
from convscope.pictures import Survey, cached_pixels, survey
from convscope.recipes.loading import Trained, load_trained
from convscope.recipes.preparing import prepare
from convscope.recipes.training import asked_of, refuse_other_pictures
from convscope.runs import RunFolder
from convscope.train import Learner, Splits

BATCH = 256  # pictures at a time; no gradients are kept


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One class: how many pictures, and which share of them was recognised (0..1)."""

    name: str
    pictures: int
    accuracy: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation found.

    Attributes:
        run: its folder.
        data: whose pictures.
        pictures: how many.
        loss: the mean cross entropy.
        accuracy: share of the pictures that were recognised, 0..1.
        balanced_accuracy: the mean of the accuracies of the classes, 0..1.
        classes: one by one.
        skipped: files left out, with the reason.
    """

    run: str
    data: str
    pictures: int
    loss: float
    accuracy: float
    balanced_accuracy: float
    classes: list[ClassScore]
    skipped: list[tuple[str, str]]


def evaluate(run: RunFolder, folder: Path | None = None) -> Evaluation:
    """Measure a run's best model.

    Args:
        run: a run with weights.
        folder: pictures by class; of a folder with a split its validation side is used. None for
            the validation pictures of the run itself.

    Returns:
        Loss, accuracy, and the accuracy of each class.

    Raises:
        RunError: the run has no model, or its own pictures have changed.
        LayoutError: the folder is not laid out as classes of pictures.
        DataError: the folder holds a class that the model does not know, or no sound picture.
    """
    trained = load_trained(run)
    if folder is None:
        quiet = Console(quiet=True)
        ready = prepare(Path(run.about.data), asked_of(run), quiet, kept=run.start)
        refuse_other_pictures(run, ready)
        dls = ready.dls
        skipped = [(str(path), reason) for path, reason in dls.skipped]
        return _scored(run, run.about.data, trained, dls.valid, skipped)
    found = survey(folder, judged=True)
    loader, skipped = _loader(found, trained)
    return _scored(run, str(found.root), trained, loader, skipped)


def _loader(found: Survey, trained: Trained) -> tuple[Loader, list[tuple[str, str]]]:
    side = found.train if found.valid is None else found.valid
    known = list(trained.prepare.classes)
    strange = [name for name in side if name not in known]
    if strange:
        raise DataError(
            account(
                "the model does not know these classes",
                facts={"folder": found.root, "unknown": strange, "known": known},
                because="it can only answer with the classes that it was trained on",
                fix="leave those folders out, or train on all of them",
            )
        )
    files = [file for files in side.values() for file in files]
    numbers = [known.index(name) for name, files in side.items() for _ in files]
    reading = trained.prepare.reading.sized(*trained.prepare.size)
    pixels = cached_pixels([Path(file) for file in files], reading)
    skipped = [(files[index], reason) for index, reason in pixels.bad.items()]
    good = [index for index in range(len(files)) if index not in pixels.bad]
    if not good:
        first, reason = skipped[0]
        raise DataError(
            account(
                "not one of these pictures can be read",
                facts={
                    "folder": found.root,
                    "files": len(files),
                    "the first": f"{first}: {reason}",
                },
                because="there is nothing to measure",
                fix="a folder of whole pictures",
            )
        )
    loader = Loader(
        pixels.array,
        torch.tensor(numbers),
        good,
        BATCH,
        shuffled=False,
        drop_last=False,
        device=torch.device("cpu"),
        scaling=trained.prepare.scaling,
    )
    return loader, skipped


def _scored(
    run: RunFolder, data: str, trained: Trained, loader: Loader, skipped: list[tuple[str, str]]
) -> Evaluation:
    learn = Learner(Splits([], loader), trained.model, quiet=True)
    shares, labels = learn.get_preds()
    right = shares.argmax(dim=1) == labels
    loss = F.nll_loss(shares.clamp_min(1e-12).log(), labels).item()
    classes = [
        ClassScore(name, int((labels == index).sum()), _share(right[labels == index]))
        for index, name in enumerate(trained.prepare.classes)
    ]
    each = [one.accuracy for one in classes if one.pictures]
    balanced = sum(each) / len(each)
    return Evaluation(
        str(run.path), data, len(labels), loss, _share(right), balanced, classes, skipped
    )


def _share(right: Tensor) -> float:
    return right.float().mean().item() if len(right) else float("nan")
