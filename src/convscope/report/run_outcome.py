"""Where a run's model is right, and where it is wrong: what the page says of its predictions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from convscope.report.pages import isolated, unbroken
from convscope.report.run_material import RunMaterial
from convscope.runs import (
    Calibration,
    ClassReport,
    PredictionTable,
    as_json,
    calibration,
    class_reports,
    confused_pairs,
    least_sure,
    mistaken,
    suspected,
    weakest_first,
)
from convscope.words import label

MOST_CLASSES = 40
"""More classes than so many are no matrix that anybody reads: the pairs are listed."""
MOST_PAIRS, MOST_REPORTS, MOST_NAMED = 100, 200, 20_000
LISTED = 12  # pictures of a list
BINS_WIDTH, BINS_HEIGHT = 300, 300


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture of a list.

    Attributes:
        file: its name.
        source: a data URI, "" where the picture was not kept.
        truth: name of the class that it is of.
        predicted: name of the class that it was taken for.
        probability: of that, as text.
        truth_probability: of its own class, as text.
    """

    file: str
    source: str
    truth: str
    predicted: str
    probability: str
    truth_probability: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix: classes by number, pictures, and their share of the row."""

    truth: int
    predicted: int
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that the page says of the predictions.

    Attributes:
        count: of pictures.
        right: of them.
        names: of the classes.
        matrix: a row a class, empty where there are too many.
        totals: pictures of each row of the matrix.
        pairs: most confused ones, right answers left out.
        pairs_left: how many more there are.
        reports: of the classes, the weakest first where not all are told.
        reports_left: how many are not told.
        worst: mistakes with the largest loss.
        unsure: least sure predictions.
        suspects: pictures that look mislabelled.
        suspects_count: how many there are of these.
        calibrated: whether probabilities mean what they say.
        data: for the script, JSON that is safe in HTML.
        named: how many files it names.
    """

    count: int
    right: int
    names: Sequence[str]
    matrix: list[list[Cell]]
    totals: list[int]
    pairs: list[Cell]
    pairs_left: int
    reports: list[ClassReport]
    reports_left: int
    worst: list[Shown]
    unsure: list[Shown]
    suspects: list[Shown]
    suspects_count: int
    calibrated: Calibration
    data: str
    named: int


def outcome(told: RunMaterial) -> Outcome | None:
    """Judge a run's predictions.

    Args:
        told: the run.

    Returns:
        What the page says; None where there are no predictions.
    """
    made = told.predictions
    if made is None or not len(made):
        return None
    made = replace(made, classes=tuple(map(isolated, made.classes)))
    sources = told.sources()
    counts = confused_pairs(made)
    totals = np.bincount(made.truths, minlength=len(made.classes)).tolist()
    cells = [Cell(truth, said, n, n / totals[truth]) for truth, said, n in counts]
    wrong = [cell for cell in cells if cell.truth != cell.predicted]
    reports = class_reports(made)
    if len(reports) > MOST_REPORTS:
        reports = weakest_first(reports)
    suspects = suspected(made)
    named = _named(made)

    def shown(rows: Sequence[int] | np.ndarray) -> list[Shown]:
        return [_shown(made, int(row), sources) for row in rows[:LISTED]]

    return Outcome(
        count=len(made),
        right=int((made.truths == made.predicted).sum()),
        names=made.classes,
        matrix=_matrix(cells, len(made.classes)),
        totals=totals,
        pairs=wrong[:MOST_PAIRS],
        pairs_left=max(0, len(wrong) - MOST_PAIRS),
        reports=reports[:MOST_REPORTS],
        reports_left=max(0, len(reports) - MOST_REPORTS),
        worst=shown(mistaken(made)),
        unsure=shown(least_sure(made)),
        suspects=shown(suspects),
        suspects_count=len(suspects),
        calibrated=calibration(made),
        data=_data(made, named, sources),
        named=len(named),
    )


def _matrix(cells: Sequence[Cell], classes: int) -> list[list[Cell]]:
    if classes > MOST_CLASSES:
        return []
    known = {(cell.truth, cell.predicted): cell for cell in cells}
    each = range(classes)
    return [[known.get((row, col), Cell(row, col, 0, 0.0)) for col in each] for row in each]


def _shown(made: PredictionTable, row: int, sources: dict[int, str]) -> Shown:
    return Shown(
        made.files[row],
        sources.get(row, ""),
        made.classes[made.truths[row]],
        made.classes[made.predicted[row]],
        unbroken(made.probabilities[row]),
        unbroken(made.truth_probabilities[row]),
    )


def _named(made: PredictionTable) -> list[int]:
    """Choose whose names the page holds: all, or mistakes first where there are very many."""
    if len(made) <= MOST_NAMED:
        return [*range(len(made))]
    is_right = (made.truths == made.predicted).astype(int)
    return sorted(np.argsort(is_right, kind="stable")[:MOST_NAMED].tolist())


def _data(made: PredictionTable, rows: list[int], sources: dict[int, str]) -> str:
    columns = {
        "files": [made.files[row] for row in rows],
        "truths": made.truths[rows],
        "predicted": made.predicted[rows],
        "shares": [unbroken(made.probabilities[row]) for row in rows],
        "own": [unbroken(made.truth_probabilities[row]) for row in rows],
        "pictures": {place: sources[row] for place, row in enumerate(rows) if row in sources},
        "classes": made.classes,
        "words": {
            name: label(f"report_js_{name}")
            for name in ("right", "wrong", "one", "some", "none", "more", "said", "own", "alt")
        },
    }
    columns["truths"], columns["predicted"] = (
        made.truths[rows].tolist(),
        made.predicted[rows].tolist(),
    )
    # a class may be called </script>: no "<" is left, and JSON in ASCII holds nothing else of HTML
    return as_json(columns, indent=None).replace("<", "\\u003c").replace("&", "\\u0026")
