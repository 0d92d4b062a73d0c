"""`convscope evaluate`: how well a run's model does, on its own pictures or on others."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

import torch
from rich.console import Console

from convscope.data import Loader
from convscope.errors import DataError, account
from convscope.pictures import Survey, cached_pixels, own_names, survey
from convscope.recipes.judged import judged, names_within
from convscope.recipes.loading import Trained, load_trained
from convscope.recipes.predicting import pictures_at_once
from convscope.recipes.preparing import prepare
from convscope.recipes.training import asked_of, refuse_other_pictures
from convscope.runs import (
    LabelSuspicion,
    PredictionTable,
    RunFolder,
    chosen_on_test,
    class_reports,
    confused_pairs,
    label_suspicions,
    share_interval,
)
from convscope.words import label

SHOWN = 20  # names in a message


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation found.

    Attributes:
        run: its folder.
        data: whose pictures.
        loss: the mean cross entropy.
        accuracy: share of the pictures that were recognised, 0..1.
        interval: where that share would lie of new pictures of the same kind, 0..1, at 95 %.
        balanced_accuracy: the mean of the accuracies of the classes, 0..1.
        made: every picture, and what was said of it.
        skipped: files left out, with the reason.
        unknown: classes that the model does not know, with their pictures, which were not measured.
        notes: what should be known to read the numbers, in sentences.
    """

    run: str
    data: str
    loss: float
    accuracy: float
    interval: tuple[float, float]
    balanced_accuracy: float
    made: PredictionTable
    skipped: list[tuple[str, str]]
    unknown: list[tuple[str, int]]
    notes: list[str]

    @property
    def pictures(self) -> int:
        """How many were measured."""
        return len(self.made)

    @property
    def suspicions(self) -> list[LabelSuspicion]:
        """Pictures that look mislabelled, the most suspect first."""
        return label_suspicions(self.made)

    def to_dict(self) -> dict[str, Any]:
        """Give all numbers, for JSON: the table of the pictures is none of them.

        Returns:
            Plain values; of each class, accuracy is another name of recall.
        """
        names = self.made.classes
        kept = ("run", "data", "pictures", "loss", "accuracy", "interval", "balanced_accuracy")
        return {
            **{name: getattr(self, name) for name in kept},
            "classes": [
                {
                    "name": one.name,
                    "pictures": one.support,
                    "accuracy": one.recall,
                    "precision": one.precision,
                    "recall": one.recall,
                    "f1": one.f1,
                }
                for one in class_reports(self.made)
            ],
            "confused": [
                {"class": names[truth], "taken_for": names[said], "pictures": count}
                for truth, said, count in confused_pairs(self.made)
                if truth != said
            ],
            "suspicions": [asdict(one) for one in self.suspicions],
            "skipped": self.skipped,
            "unknown": self.unknown,
            "notes": self.notes,
        }


def evaluate(run: RunFolder, folder: Path | None = None) -> Evaluation:
    """Measure a run's best model.

    Args:
        run: a run with weights.
        folder: pictures by class; of a folder with a split its validation side is used. None for
            the validation pictures of the run itself.

    Returns:
        Loss, accuracy with its uncertainty, and what was said of every picture.

    Raises:
        RunError: the run has no model, or its own pictures have changed.
        LayoutError: the folder is not laid out as classes of pictures.
        DataError: the folder holds no class that the model knows, or no sound picture.
    """
    trained = load_trained(run)
    if folder is None:
        quiet = Console(quiet=True)
        ready = prepare(Path(run.about.data), asked_of(run), quiet, kept=run.start)
        refuse_other_pictures(run, ready)
        notes = [label("on_the_only_test_set")] if chosen_on_test(run.about) else []
        skipped = [(str(path), reason) for path, reason in ready.dls.skipped]
        names = names_within(ready.found.root, ready.dls.valid_files)
        measured = _Measured(run.about.data, ready.dls.valid, names, skipped, [], notes)
    else:
        measured = _found(survey(folder, judged=True), trained)
    return _scored(run, trained, measured)


@dataclass(frozen=True, slots=True)
class _Measured:
    data: str
    loader: Loader
    names: list[str]
    skipped: list[tuple[str, str]]
    unknown: list[tuple[str, int]]
    notes: list[str]


def _found(found: Survey, trained: Trained) -> _Measured:
    side = found.train if found.valid is None else found.valid
    known = {name: index for index, name in enumerate(trained.prepare.classes)}
    unknown = [(name, len(files)) for name, files in side.items() if name not in known]
    if len(unknown) == len(side):
        _refuse_strange(found.root, [name for name, _ in unknown], [*known])
    pairs = [(name, file) for name, files in side.items() if name in known for file in files]
    files = [Path(file) for _, file in pairs]
    numbers = [known[name] for name, _ in pairs]
    reading = trained.prepare.reading.sized(*trained.prepare.size)
    pixels = cached_pixels(files, reading)
    bad = [*pixels.bad]
    broken = own_names(found.root, [files[index] for index in bad])
    skipped = [(name, pixels.bad[index]) for name, index in zip(broken, bad, strict=True)]
    good = [index for index in range(len(files)) if index not in pixels.bad]
    if not good:
        _refuse_unreadable(found.root, len(files), skipped[0])
    loader = Loader(
        pixels.array,
        torch.tensor(numbers),
        good,
        pictures_at_once(trained.prepare),
        shuffled=False,
        drop_last=False,
        device=torch.device("cpu"),
        scaling=trained.prepare.scaling,
    )
    used = "test" if found.valid_is_test else "valid"
    notes = [] if found.valid is None else [label("side_used").format(side=used)]
    names = names_within(found.root, [files[index] for index in good])
    return _Measured(str(found.root), loader, names, skipped, unknown, notes)


def _refuse_strange(root: Path, strange: list[str], known: list[str]) -> NoReturn:
    raise DataError(
        account(
            "the model does not know one of these classes",
            facts={"folder": root, "unknown": _listed(strange), "known": _listed(known)},
            because="it can only answer with the classes that it was trained on",
            fix="folders that are called as the model's classes",
        )
    )


def _refuse_unreadable(root: Path, files: int, first: tuple[str, str]) -> NoReturn:
    raise DataError(
        account(
            "not one of these pictures can be read",
            facts={"folder": root, "files": files, "the first": ": ".join(first)},
            because="there is nothing to measure",
            fix="a folder of whole pictures",
        )
    )


def _listed(names: list[str]) -> str:
    rest = len(names) - SHOWN
    return ", ".join(map(repr, names[:SHOWN])) + (f" and {rest:,} more" if rest > 0 else "")


def _scored(run: RunFolder, trained: Trained, measured: _Measured) -> Evaluation:
    batches = measured.loader.epoch_batches(0, 0)
    made = judged(trained.model, batches, trained.prepare.classes, measured.names)
    share = float((made.truths == made.predicted).mean())
    each = [one.recall for one in class_reports(made) if one.support]
    return Evaluation(
        run=str(run.path),
        data=measured.data,
        loss=float(made.losses.mean()),
        accuracy=share,
        interval=share_interval(share, len(made)),
        balanced_accuracy=sum(each) / len(each),
        made=made,
        skipped=measured.skipped,
        unknown=measured.unknown,
        notes=measured.notes,
    )
