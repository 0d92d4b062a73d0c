"""The page of several runs: settings that differ, results, curves, and one layer of each."""

from dataclasses import replace

from convscope import figures
from convscope.report.pages import page
from convscope.report.pictures import Picture, inlined
from convscope.runs import RunsBeside
from convscope.tables import beside_cells, number, one_line
from convscope.words import label, spoken


def beside_page(beside: RunsBeside, lang: str | None = None) -> str:
    """Tell runs side by side as a page.

    Args:
        beside: the runs.
        lang: as for `words.label`.

    Returns:
        HTML, everything within.
    """
    with spoken(lang):  # pictures take their labels from there
        return page(
            "beside.html.j2",
            title=label("beside_title").format(count=len(beside.runs)),
            beside=beside,
            told=beside_cells(beside),
            curves=_curves(beside),
            colours=_colours(beside),
            unseen=[(one_line(run.name), run.unseen) for run in beside.runs if run.unseen],
            left={"results": 3, "settings": 1, "spreads": 1},
        )


def _named(beside: RunsBeside) -> list[str]:
    return [f"{place}: {one_line(run.name)}" for place, run in enumerate(beside.runs, start=1)]


def _curves(beside: RunsBeside) -> Picture | None:
    courses = [
        (name, run.rows) for name, run in zip(_named(beside), beside.runs, strict=True) if run.rows
    ]
    if not courses:
        return None
    ends = "; ".join(
        f"{name}: {number(rows[-1].valid_loss)}, "
        f"{number(rows[-1].metrics.get('accuracy', float('nan')))}"
        for name, rows in courses
    )
    return inlined(figures.curves_together(courses), label("beside_curves_alt").format(ends=ends))


def _colours(beside: RunsBeside) -> Picture | None:
    grids = [
        replace(run.inside, name=label("beside_layer").format(run=name, layer=run.inside.name))
        for name, run in zip(_named(beside), beside.runs, strict=True)
        if run.inside is not None
    ]
    if not grids:
        return None
    names = "; ".join(grid.name for grid in grids)
    low, high = (f"{one:.3g}" for one in grids[0].edges[[0, -1]])
    alt = label("beside_colours_alt").format(names=names, low=low, high=high)
    return inlined(figures.color_dims(grids), alt)
