"""The page of the chapter's ladder: for each step numbers, words and two pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convscope import figures
from convscope.report.pages import page
from convscope.report.pictures import Picture, inlined
from convscope.runs import Inside, Ladder, Rung, layer_look, said
from convscope.tables import duration, ladder_cells
from convscope.words import label, spoken

_COLUMNS = (
    *("step", "batch", "lr", "schedule", "epochs", "net"),
    *("train_loss", "valid_loss", "accuracy", "book", "band", "held"),
)
_NUMBERS = ("batch", "lr", "epochs", "train_loss", "valid_loss", "accuracy", "book")
_FAILED = 0.5  # accuracy that the book's own failing steps stay below


@dataclass(frozen=True, slots=True)
class _Story:
    """One step, as the template tells it.

    Attributes:
        rung: its record.
        cells: its texts, by column.
        printed: name and text of what the book prints.
        title: of the step.
        changed: against the step before.
        why: it helped, or did not.
        verdicts: sentences about what came out.
        pictures: of the inside.
    """

    rung: Rung
    cells: dict[str, str]
    printed: Sequence[tuple[str, str]]
    title: str
    changed: str
    why: str
    verdicts: list[str]
    pictures: list[Picture]


def chapter_page(ladder: Ladder, lang: str | None = None) -> str:
    """Tell the ladder as a page.

    Args:
        ladder: what was measured and seen.
        lang: as for `words.label`.

    Returns:
        HTML, everything within.
    """
    with spoken(lang):  # pictures take their labels from there
        return page(
            "chapter.html.j2",
            title=label("ladder_title"),
            notes=_notes(ladder),
            columns=_COLUMNS,
            numbers=_NUMBERS,
            stories=[_story(rung, ladder) for rung in ladder.rungs],
        )


def _notes(ladder: Ladder) -> list[str]:
    notes = [label("page_data").format(data=said(ladder.data))]
    if ladder.factor > 1:
        notes.append(label("ladder_more_epochs").format(factor=ladder.factor))
    seeds = sorted({seed for rung in ladder.rungs for seed in rung.seeds})
    watched = sorted({seen.seed for seen in ladder.inside.values()})
    texts = {"seeds": ", ".join(map(str, seeds)), "watched": ", ".join(map(str, watched))}
    notes.append(label("page_seeds").format(**texts))
    times = {"time": ladder.seconds, "processor": ladder.processor_seconds}
    notes.append(
        label("ladder_took").format(**{name: duration(one) for name, one in times.items()})
    )
    return [note[:1].upper() + note[1:] + "." * (not note.endswith(".")) for note in notes]


def _story(rung: Rung, ladder: Ladder) -> _Story:
    book = rung.book
    printed = [f"{book.train_loss:.3f}", f"{book.valid_loss:.3f}", f"{book.accuracy:.4f}"]
    seen = ladder.inside.get(rung.step)
    return _Story(
        rung=rung,
        cells=ladder_cells(rung),
        printed=list(zip(("train_loss", "valid_loss", "accuracy"), printed, strict=True)),
        title=label(f"{rung.step}_title"),
        changed=label(f"{rung.step}_changed"),
        why=label(f"{rung.step}_why"),
        verdicts=_verdicts(rung, is_same_data=ladder.factor == 1),
        pictures=_pictures(rung.step, seen) if seen else [],
    )


def _verdicts(rung: Rung, *, is_same_data: bool) -> list[str]:
    """Say what came out, above all where it differs from the book.

    Returns:
        Sentences.
    """
    count = len(rung.seeds)
    sentences: list[str] = []
    if rung.silent < count:  # who says the same to all cannot be better or worse at it
        sentences.append(_against_the_book(rung))
    if sentences and not is_same_data:
        sentences.append(label("page_other_data"))
    if rung.silent:
        sentences.append(label("page_silent").format(silent=rung.silent, count=count))
    learnt = sum(one >= _FAILED for one in rung.accuracy.values)
    if rung.book.accuracy < _FAILED and learnt:
        sentences.append(label("page_learnt_anyway").format(learnt=learnt, count=count))
    if rung.band:
        keys = {True: "page_held", False: "page_not_held", None: "page_not_judged"}
        text = label(keys[rung.held])
        sentences.append(text.format(band=rung.band.text(), count=count))
    return sentences


def _against_the_book(rung: Rung) -> str:
    book, ours = rung.book.accuracy, rung.accuracy
    if len(ours.values) > 1 and ours.low <= book <= ours.high:
        return label("page_within").format(book=f"{book:.4f}")
    difference = round(ours.median - book, 4)
    key = "page_above" if difference > 0 else "page_under" if difference < 0 else "page_equal"
    values = {"difference": f"{abs(difference):.4f}", "book": f"{book:.4f}"}
    return label(key).format(**values)


def _pictures(step: str, seen: Inside) -> list[Picture]:
    look, stds = layer_look(seen.history), seen.history.stds
    peak = int(np.nanargmax(stds)) if np.isfinite(stds).any() else 0
    values = {
        "step": step,
        "layer": look.name,
        "steps": look.steps,
        "first": f"{look.std.first:.2f}",
        "last": f"{look.std.last:.2f}",
        "peak": f"{stds[peak]:.2f}",
        "at": int(seen.history.steps[peak]),
        "blocked": f"{look.blocked_share.last:.0%}",
        "near": f"{look.near_zero_share.last:.0%}",
        "low": f"{seen.grid.edges[0]:.2g}",
        "high": f"{seen.grid.edges[-1]:.2g}",
    }
    drawn = {
        "stats": figures.layer_stats(seen.history, steps=seen.steps),
        "color": figures.color_dim(seen.grid, steps=seen.steps),
    }
    return [
        inlined(
            figure,
            label(f"page_{name}_alt").format(**values),
            label(f"page_{name}_caption").format(**values),
        )
        for name, figure in drawn.items()
    ]
