"""`convscope predict`: what a run's model says of pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from convscope.errors import ConvscopeError, DataError, account
from convscope.pictures import is_source, pictures_of
from convscope.recipes.loading import load_trained
from convscope.runs import RunFolder

SHOWN = 3  # classes named for each picture


@dataclass(frozen=True, slots=True)
class Answer:
    """One picture: the likeliest classes with their probabilities (0..1), or why there are none."""

    file: str
    label: str | None
    probability: float
    likeliest: list[tuple[str, float]]
    problem: str = ""


def predict(run: RunFolder, files: Sequence[Path]) -> Iterator[Answer]:
    """Classify pictures, each decoded, sized and scaled as in training.

    Args:
        run: a run with weights.
        files: pictures, or folders, archives, tables of them.

    Yields:
        An answer for each picture, in order; one that cannot be read has a `problem`.

    Raises:
        RunError: the run has no model.
        DataError: a file or folder does not exist, or holds no pictures.
    """
    listed = [found for file in files for found in _pictures(file)]
    trained = load_trained(run)
    classes = trained.prepare.classes
    for file in listed:
        try:
            images = trained.prepare(file)
        except ConvscopeError as error:
            yield Answer(str(file), None, 0.0, [], _reason(error))
            continue
        with torch.no_grad():
            shares = trained.model(images)[0].softmax(dim=0)
        best = shares.topk(min(SHOWN, len(classes)))
        likeliest = [
            (classes[index], share)
            for share, index in zip(best.values.tolist(), best.indices.tolist(), strict=True)
        ]
        yield Answer(str(file), *likeliest[0], likeliest)


def _pictures(path: Path) -> list[Path]:
    if path.is_file() and not is_source(path):
        return [path]
    found = pictures_of(path) if path.exists() else []
    if not found:
        raise DataError(
            account(
                "there is nothing to predict",
                facts={"path": path},
                because="it holds no pictures" if path.exists() else "there is no such file",
                fix="picture files, or a folder, an archive or a table of them",
            )
        )
    return found


def _reason(error: ConvscopeError) -> str:
    lines = [line.split(" : ", 1) for line in str(error).splitlines()]
    return next(
        (text for name, *text in lines if name.strip() == "because" for text in text), str(error)
    )
