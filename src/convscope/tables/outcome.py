"""Where a model is right and where it is wrong, as tables of a width that a terminal has."""

from collections.abc import Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.cells import cell_len
from rich.console import Group
from rich.table import Table
from rich.text import Text

from convscope.runs import PredictionTable, class_reports, confused_pairs
from convscope.tables.classes import class_report_table
from convscope.tables.names import one_line
from convscope.tables.numbers import percent
from convscope.words import label

MOST_ROWS = 20
MOST_MATRIX = 10  # classes: so many columns of numbers fit into 80 characters
_ROW_NAME, _COLUMN_NAME = 16, 5  # characters of a name's line; longer ones take several lines


def outcome_table(made: PredictionTable, lang: str | None = None) -> Group:
    """Lay out predictions: how well each class is known, which are confused, and how often.

    Args:
        made: at least one prediction.
        lang: language of the texts, as for `words.label`.

    Returns:
        Tables for rich to print, each with a sentence on what it leaves out: of many classes the
        weakest, of many pairs the most confused ones, the matrix only where it can be read, without
        rows and columns of zeros alone.

    Example:
        >>> line, sides = np.ones(2), (np.array([0, 1]), np.array([1, 1]))
        >>> made = PredictionTable(("3", "7"), ("a", "b"), *sides, line, line, line)
        >>> len(outcome_table(made).renderables)  # tables under titles, sentences under tables
        8
    """
    pairs = [pair for pair in confused_pairs(made) if pair[0] != pair[1]]
    parts: list[Table | Text] = []

    def add(key: str, table: Table | None, sentence: str = "", **values: str) -> None:
        parts.append(Text(f"\n{label(key, lang)}"))
        parts.extend([] if table is None else [table])
        parts.extend([Text(label(sentence, lang).format(**values))] if sentence else [])

    told = [one for one in class_reports(made) if one.support or isfinite(one.precision)]
    left = len(made.classes) - min(MOST_ROWS, len(told))
    classes = class_report_table(told, lang, most=MOST_ROWS)
    is_cut = {"sentence": "classes_left", "left": f"{left:,}"} if left > 0 else {}
    add("title_judged", classes, **is_cut)
    if not pairs:
        add("title_pairs", None, "no_pairs")
    else:
        left = len(pairs) - MOST_ROWS
        is_cut = {"sentence": "pairs_left", "left": f"{left:,}"} if left > 0 else {}
        add("title_pairs", _pairs(made, pairs[:MOST_ROWS], lang), **is_cut)
    rows, columns = np.unique(made.truths), np.unique(made.predicted)
    if (count := max(len(rows), len(columns))) > MOST_MATRIX:
        add("title_confusion", None, "no_matrix", count=f"{count:,}", most=f"{MOST_MATRIX}")
    else:
        add("title_confusion", _matrix(made, rows, columns), "read_judged")
        empty = [len(made.classes) - len(side) for side in (rows, columns)]
        if any(empty):
            parts.append(Text(label("matrix_left", lang).format(rows=empty[0], columns=empty[1])))
    return Group(*parts)


def _pairs(made: PredictionTable, pairs: Sequence[tuple[int, int, int]], lang: str | None) -> Table:
    totals = np.bincount(made.truths, minlength=len(made.classes))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for key in ("report_truth", "report_predicted"):
        table.add_column(label(key, lang), overflow="fold")
    for key in ("report_pictures", "report_of_class"):
        table.add_column(label(key, lang), justify="right")
    for truth, said, count in pairs:
        names = (Text(one_line(made.classes[one])) for one in (truth, said))
        table.add_row(*names, f"{count:,}", percent(count / float(totals[truth])))
    return table


def _matrix(made: PredictionTable, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Table:
    counts = np.zeros((len(rows), len(columns)), np.int64)
    places = np.searchsorted(rows, made.truths), np.searchsorted(columns, made.predicted)
    np.add.at(counts, places, 1)
    widest = len(f"{counts.max()}")
    names = [one_line(made.classes[row]) for row in rows]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=0)
    longest = max(map(cell_len, names))
    table.add_column(overflow="fold", min_width=min(longest, _ROW_NAME))
    for column in columns:
        table.add_column(
            Text(one_line(made.classes[column])),
            justify="right",
            overflow="fold",
            min_width=widest,
            max_width=max(widest, _COLUMN_NAME),
        )
    for name, row in zip(names, counts.tolist(), strict=True):
        table.add_row(Text(name), *map(str, row))
    return table
