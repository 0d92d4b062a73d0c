"""Pictures that are there more than once."""

from convscope.data import DataLoaders
from convscope.errors import ConfigError, account
from convscope.pictures import alike, cached_pixels
from convscope.runs import Copies


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
