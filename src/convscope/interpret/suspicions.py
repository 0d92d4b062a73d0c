"""What may be wrong with the pictures, not with the network."""

from convscope.data import DataLoaders
from convscope.errors import ConfigError, account
from convscope.pictures import alike, cached_pixels
from convscope.runs import Copies, LabelSuspicion, PredictionTable, suspected


def label_suspicions(made: PredictionTable) -> list[LabelSuspicion]:
    """List pictures that the model takes for another class, as surely as that class's own.

    Args:
        made: predictions of pictures that were not trained on; of others it knows the labels by
            heart, the wrong ones too.

    Returns:
        The suspected, the most suspect first.

    Example:
        >>> import numpy as np
        >>> truths, predicted = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
        >>> likely, own = np.array([0.9, 0.95, 0.9, 0.8]), np.array([0.9, 0.05, 0.9, 0.8])
        >>> files = ("a", "b", "c", "d")
        >>> made = PredictionTable(("3", "7"), files, truths, predicted, likely, own, -np.log(own))
        >>> [(one.file, one.label, one.other) for one in label_suspicions(made)]
        [('b', '3', '7')]

    Source:
        Northcutt, Jiang & Chuang, "Confident learning", JAIR 70 (2021); see
        `convscope.runs.suspected`.
    """
    return [
        LabelSuspicion(
            made.files[row],
            made.classes[made.truths[row]],
            made.classes[made.predicted[row]],
            float(made.probabilities[row]),
            float(made.truth_probabilities[row]),
        )
        for row in suspected(made).tolist()
    ]


def duplicates(dls: DataLoaders) -> list[Copies]:
    """Find pictures that are there more than once, decoded as for this training.

    Args:
        dls: made of files.

    Returns:
        Groups, those that do harm first: on both sides of the split, or in two classes.

    Raises:
        ConfigError: the pictures are arrays without files.
    """
    sides = {"train": (dls.train, dls.train_files), "valid": (dls.valid, dls.valid_files)}
    named = [
        (row, str(file), dls.vocab[label], side)
        for side, (loader, files) in sides.items()
        if files
        for row, file, label in zip(loader.indices, files, loader.labels, strict=True)
    ]
    if not named:
        raise ConfigError(
            account(
                "copies cannot be named",
                facts={"files": 0},
                because="these pictures are arrays, and have no files",
                fix="DataLoaders of a folder; for arrays, convscope.pictures.alike",
            )
        )
    named.sort(
        key=lambda one: int(one[0])
    )  # the order in which they were decoded: so they still are
    pixels = cached_pixels([file for _, file, _, _ in named], dls.prepare.reading)
    found = alike(pixels)
    groups = [("same", group) for group in found.same] + [("near", group) for group in found.near]
    copies: list[Copies] = []
    for kind, group in groups:
        files, labels, of_sides = zip(*(named[index][1:] for index in group), strict=True)
        copies.append(Copies(files, labels, of_sides, "same" if kind == "same" else "near"))
    return sorted(copies, key=lambda one: not one.is_harmful)
