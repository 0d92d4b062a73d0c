"""predictions.csv: what a run's model says of each validation picture."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convscope.errors import RunError
from convscope.files import written
from convscope.runs.messages import cannot_read, cannot_write

COLUMNS = ("file", "truth", "prediction", "probability", "probability_of_truth", "loss")
_FIX = "train again; or evaluate the run on a folder: convscope evaluate RUN FOLDER"

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PredictionTable:
    """Pictures and what was said of them; all columns are of one length.

    Attributes:
        classes: names, by number.
        files: names of the pictures, as their owner calls them, relative to the data.
        truths: number of the class that each is of.
        predicted: number of the class that the model took it for.
        probabilities: of that class, 0..1.
        truth_probabilities: of the class that it is of, 0..1.
        losses: cross entropy, 0 or more.
    """

    classes: tuple[str, ...]
    files: tuple[str, ...]
    truths: Numbers
    predicted: Numbers
    probabilities: Floats
    truth_probabilities: Floats
    losses: Floats

    def __len__(self) -> int:
        return len(self.files)


def printable(text: str) -> str:
    r"""Make a name writable as UTF-8; some file names are no text.

    Returns:
        The name, with escapes for bytes that are no character.

    Example:
        >>> printable("a\udcff")
        'a\\udcff'
    """
    return text.encode("utf-8", "backslashreplace").decode()


def write_predictions(path: Path, made: PredictionTable) -> None:
    """Write predictions.csv whole or not at all: UTF-8, a header, a line a picture.

    Raises:
        RunError: it cannot be written.
    """
    names = [printable(name) for name in made.classes]
    numbers = (made.probabilities, made.truth_probabilities, made.losses)
    shown = ([f"{value:.7g}" for value in column.tolist()] for column in numbers)
    files = map(printable, made.files)
    sides = ([names[one] for one in column.tolist()] for column in (made.truths, made.predicted))
    try:
        with (
            written(path) as draft,
            draft.open("w", encoding="utf-8", newline="") as file,
        ):
            table = csv.writer(file)
            table.writerow(COLUMNS)
            table.writerows(zip(files, *sides, *shown, strict=True))
    except OSError as error:
        raise RunError(cannot_write(path, error)) from error


def read_predictions(path: Path, classes: Sequence[str]) -> PredictionTable:
    """Read predictions.csv.

    Args:
        path: the file.
        classes: of the run, by number.

    Returns:
        What it holds, class and file names as it writes them.

    Raises:
        RunError: there is no such file, or it is damaged or of other classes.

    Example:
        >>> import tempfile
        >>> line = np.array([0.5])
        >>> made = PredictionTable(("3", "7"), ("a,b.png",), *[np.array([1])] * 2, *[line] * 3)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_predictions(Path(folder) / "predictions.csv", made)
        ...     read_predictions(Path(folder) / "predictions.csv", ["3", "7"]).files
        ('a,b.png',)
    """
    names = tuple(printable(name) for name in classes)
    places = {name: place for place, name in enumerate(names)}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        if not rows or tuple(rows[0]) != COLUMNS:
            raise RunError(
                cannot_read(path, f"it does not begin with {','.join(COLUMNS)}", fix=_FIX)
            )
        if any(len(row) != len(COLUMNS) for row in rows):
            why = f"a line is damaged: it has not {len(COLUMNS)} values"
            raise RunError(cannot_read(path, why, fix=_FIX))
        columns = list(zip(*rows[1:], strict=True)) or [()] * len(COLUMNS)
        files, truths, predicted, *numbers = columns
        sides = (np.array([places[one] for one in side], np.int64) for side in (truths, predicted))
        values = (np.array(column, np.float64) for column in numbers)
        return PredictionTable(names, tuple(files), *sides, *values)  # pyright: ignore[reportArgumentType]
    except OSError as error:
        raise RunError(cannot_read(path, error.strerror, fix=_FIX)) from error
    except (ValueError, KeyError, TypeError, csv.Error) as error:
        why = f"a line is damaged, or of another run: {str(error)[:100]}"
        raise RunError(cannot_read(path, why, fix=_FIX)) from error
