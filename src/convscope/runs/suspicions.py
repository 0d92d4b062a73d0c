"""What may be wrong with pictures: a label that a model doubts, a picture that is there twice."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from convscope.errors import RunError
from convscope.files import written
from convscope.runs.messages import cannot_write
from convscope.runs.predictions import PredictionTable, printable
from convscope.runs.predictions_judged import suspected


@dataclass(frozen=True, slots=True)
class LabelSuspicion:
    """A picture whose label may be wrong. It is a suspicion: the model may be wrong instead.

    Attributes:
        file: of the picture.
        label: what it is called.
        other: what the model takes it for.
        probability: of the other class, 0..1.
        label_probability: of the class that it is called, 0..1.
    """

    file: str
    label: str
    other: str
    probability: float
    label_probability: float


@dataclass(frozen=True, slots=True)
class Copies:
    """Pictures that are the same, or nearly.

    Attributes:
        files: of the pictures, at least two.
        labels: of each.
        sides: of each, "train" or "valid".
        kind: "same" pixels, or "near": stored anew, sized, brightened.
    """

    files: tuple[str, ...]
    labels: tuple[str, ...]
    sides: tuple[str, ...]
    kind: Literal["same", "near"]

    @property
    def is_harmful(self) -> bool:
        """Whether they lie on both sides of the split, or in two classes."""
        return len(set(self.sides)) > 1 or len(set(self.labels)) > 1


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


def write_suspicions(path: Path, found: Sequence[LabelSuspicion]) -> None:
    """Write suspicions.csv whole or not at all: UTF-8, a header, a line a picture.

    Args:
        path: the file.
        found: the most suspect first; none of them leave the header alone.

    Raises:
        RunError: it cannot be written.
    """
    try:
        with written(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(("file", "label", "perhaps", "probability", "probability_of_label"))
            for one in found:
                names = map(printable, (one.file, one.label, one.other))
                shares = (f"{share:.7g}" for share in (one.probability, one.label_probability))
                table.writerow((*names, *shares))
    except OSError as error:
        raise RunError(cannot_write(path, error)) from error
