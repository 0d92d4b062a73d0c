"""`convscope predict`: what a run's model says of pictures."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from convscope.data import Preparation
from convscope.errors import ConfigError, ConvscopeError, DataError, account
from convscope.files import written
from convscope.pictures import is_source, own_names, pictures_of
from convscope.recipes.loading import Trained, load_trained
from convscope.runs import RunFolder

SHOWN = 3  # classes named for each picture where nobody says how many
NOT_SURE = "not sure"
"""The answer where no class is as probable as was asked for."""
GIVEN = "-"
"""What a picture is called that came as bytes, without a name."""
MOST_PICTURES, MOST_BYTES = 256, 2**24  # of one batch: neither many small ones nor few large ones


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of one picture.

    Attributes:
        file: its name.
        label: the likeliest class, `NOT_SURE` below the threshold, None where it cannot be read.
        probability: of the likeliest class, 0..1.
        likeliest: classes with their probabilities, the likeliest first.
        problem: why it cannot be read.
    """

    file: str
    label: str | None
    probability: float
    likeliest: list[tuple[str, float]]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Predictions:
    """Answers for pictures, in order, made while they are asked for.

    Iterating decodes and classifies a batch at a time: no more than that is in memory, however
    many pictures there are.

    Attributes:
        trained: the model.
        listed: names and files (or the bytes of one).
        top: how many classes are named for each.
        threshold: below this probability the answer is `NOT_SURE`.
    """

    trained: Trained
    listed: Sequence[tuple[str, Path | bytes]]
    top: int
    threshold: float

    def __len__(self) -> int:
        return len(self.listed)

    def __iter__(self) -> Iterator[Answer]:
        waiting, several = iter(self.listed), pictures_at_once(self.trained.prepare)
        while batch := [*islice(waiting, several)]:
            yield from self._answers(batch)

    def _answers(self, batch: Sequence[tuple[str, Path | bytes]]) -> Iterator[Answer]:
        problems: dict[int, str] = {}
        pixels: list[NDArray[np.uint8]] = []
        for place, (_, picture) in enumerate(batch):
            try:
                pixels.append(self.trained.prepare.pixels(picture))
            except ConvscopeError as error:
                problems[place] = _reason(error)
        found = iter(self._likeliest(pixels) if pixels else [])
        for place, (name, _) in enumerate(batch):
            if place in problems:
                yield Answer(name, None, 0.0, [], problems[place])
            else:
                likeliest = next(found)
                label, share = likeliest[0]
                sure = share >= self.threshold
                yield Answer(name, label if sure else NOT_SURE, share, likeliest)

    @torch.no_grad()
    def _likeliest(self, pixels: list[NDArray[np.uint8]]) -> list[list[tuple[str, float]]]:
        images = self.trained.prepare.scaling(torch.from_numpy(np.stack(pixels)))
        best = self.trained.model(images).softmax(dim=1).topk(self.top)
        classes = self.trained.prepare.classes
        return [
            [(classes[index], share) for index, share in zip(*row, strict=True)]
            for row in zip(best.indices.tolist(), best.values.tolist(), strict=True)
        ]


def predict(
    run: RunFolder,
    sources: Sequence[Path | bytes],
    *,
    top: int = SHOWN,
    threshold: float = 0.0,
) -> Predictions:
    """Classify pictures, each decoded, sized and scaled as in training.

    Args:
        run: a run with weights.
        sources: pictures, or folders, archives, tables of them; bytes are one picture's file.
        top: how many classes are named for each, at least 1.
        threshold: below this probability of the likeliest class the answer is `NOT_SURE`, 0..1.

    Returns:
        An answer for each picture, in order; one that cannot be read has a `problem`.

    Raises:
        RunError: the run has no model.
        DataError: a file or folder does not exist, or holds no pictures.
        ConfigError: `top` or `threshold` is out of its range.
    """
    _check(top, threshold)
    trained = load_trained(run)
    listed = [found for source in sources for found in _pictures(source)]
    return Predictions(trained, listed, min(top, len(trained.prepare.classes)), threshold)


def pictures_at_once(prepare: Preparation) -> int:
    """Say how many pictures are classified at a time, so that memory stays the same.

    Returns:
        At least 1.
    """
    floats = 4 * prepare.reading.channels * prepare.size[0] * prepare.size[1]
    return max(1, min(MOST_PICTURES, MOST_BYTES // floats))


def written_down(predictions: Predictions, path: Path) -> Iterator[Answer]:
    """Write predictions to a table while they are made; it appears when the last one is taken.

    UTF-8 with a header, a line a picture: file, label (of those in the table `NOT_SURE` is one),
    probability, the likeliest classes with theirs, and the problem of what cannot be read.

    Args:
        predictions: what is to be written.
        path: the file, replaced atomically.

    Yields:
        Each answer, once it is written.
    """
    likeliest = [
        name
        for rank in range(1, predictions.top + 1)
        for name in (f"label_{rank}", f"share_{rank}")
    ]
    with (
        written(path) as draft,
        draft.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file,
    ):
        table = csv.writer(file)
        table.writerow(["file", "label", "probability", *likeliest, "problem"])
        for answer in predictions:
            if answer.problem:
                cells = [""] * (2 + len(likeliest))
            else:
                pairs = [cell for pair in answer.likeliest for cell in pair]
                cells = [answer.label, answer.probability, *pairs]
            table.writerow([answer.file, *cells, answer.problem])
            yield answer


def _check(top: int, threshold: float) -> None:
    wrong = {"top": top} if top < 1 else {}
    wrong |= {} if 0 <= threshold <= 1 else {"threshold": threshold}
    for name, value in wrong.items():
        raise ConfigError(
            account(
                f"--{name} {value} means nothing",
                facts={name: value},
                because="at least one class is named, and probabilities are 0 to 1",
                fix="--top 1 or more, --threshold 0 to 1",
            )
        )


def _pictures(source: Path | bytes) -> list[tuple[str, Path | bytes]]:
    if isinstance(source, bytes):
        return [(GIVEN, source)]
    if source.is_file() and not is_source(source):
        return [(str(source), source)]
    found = pictures_of(source) if source.exists() else []
    if not found:
        raise DataError(
            account(
                "there is nothing to predict",
                facts={"path": source},
                because="it holds no pictures" if source.exists() else "there is no such file",
                fix="picture files, or a folder, an archive or a table of them",
            )
        )
    return [*zip(own_names(source, found), found, strict=True)]


def _reason(error: ConvscopeError) -> str:
    lines = [line.split(" : ", 1) for line in str(error).splitlines()]
    return next(
        (text for name, *text in lines if name.strip() == "because" for text in text), str(error)
    )
