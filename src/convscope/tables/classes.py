"""How well each class is known, and which pictures are under suspicion, as tables."""

from collections.abc import Sequence
from math import isfinite

from rich import box
from rich.table import Table
from rich.text import Text

from convscope.runs import ClassReport, Copies, LabelSuspicion, weakest_first
from convscope.tables.names import one_line
from convscope.tables.numbers import number, percent
from convscope.words import label


def class_report_table(
    reports: Sequence[ClassReport], lang: str | None = None, *, most: int | None = None
) -> Table:
    """Lay out precision, recall, F1 and support of each class, and their means under them.

    Args:
        reports: as `convscope.runs.class_reports` gives them; what is NaN counts 0 in the means, as
            in scikit-learn.
        lang: language of the headings, as for `words.label`.
        most: of more classes only so many are listed, the weakest first; the means are of all.

    Returns:
        A table for rich to print: a row a class, then the mean of the classes, then the mean
        weighted by support.

    Example:
        >>> class_report_table([ClassReport("3", 1.0, 0.5, 0.6667, 2)]).row_count
        3
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(label("class", lang), overflow="fold")
    for key in ("precision", "recall", "f1", "support"):
        table.add_column(label(key, lang), justify="right", no_wrap=True)
    are_all = most is None or len(reports) <= most
    for one in reports if are_all else weakest_first(reports)[:most]:
        shares = [number(v) if isfinite(v) else "-" for v in (one.precision, one.recall, one.f1)]
        table.add_row(Text(one_line(one.name)), *shares, f"{one.support:,}")
    table.add_section()
    total = sum(one.support for one in reports)
    equal = [1.0 if one.support or isfinite(one.precision) else 0.0 for one in reports]
    for key, weights in (
        ("mean_of_classes", equal),
        ("mean_of_pictures", [float(one.support) for one in reports]),
    ):
        whole = sum(weights) or 1.0
        means = [
            sum(w * v for w, v in zip(weights, column, strict=True) if isfinite(v)) / whole
            for column in zip(
                *((one.precision, one.recall, one.f1) for one in reports), strict=True
            )
        ]
        table.add_row(label(key, lang), *map(number, means), f"{total:,}")
    return table


def suspicions_table(
    labels: Sequence[LabelSuspicion], copies: Sequence[Copies], lang: str | None = None
) -> Table:
    """List pictures whose labels may be wrong, then pictures that are there twice, with paths.

    Args:
        labels: the most suspect first.
        copies: groups, the harmful first.
        lang: language of the texts, as for `words.label`.

    Returns:
        A table for rich to print: a row a picture.

    Example:
        >>> one = LabelSuspicion("7/a.png", "7", "1", 0.98, 0.01)
        >>> two = Copies(("7/a.png", "1/b.png"), ("7", "1"), ("train", "valid"), "same")
        >>> suspicions_table([one], [two]).row_count
        3
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for key in ("suspicion", "file", "class"):
        table.add_column(label(key, lang), overflow="fold")
    for one in labels:
        shares = {"share": percent(one.probability), "own": percent(one.label_probability)}
        text = label("suspect_label", lang).format(other=one_line(one.other), **shares)
        table.add_row(Text(text), Text(one_line(one.file)), Text(one_line(one.label)))
    for group in copies:
        table.add_section()
        kind = label(f"copies_{group.kind}", lang)
        kind += label("copies_harmful", lang) if group.is_harmful else ""
        for place, (file, name) in enumerate(zip(group.files, group.labels, strict=True)):
            table.add_row(Text("" if place else kind), Text(one_line(file)), Text(one_line(name)))
    return table
