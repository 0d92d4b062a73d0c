"""The further research: other normalisation layers, and on which side of the activation."""

from convscope.models import NORMS
from convscope.recipes.chapter.comparing.judging import against_the_first, by_chance, grouped, notes
from convscope.recipes.chapter.comparing.lab import Lab, tried
from convscope.recipes.chapter.trial import Outcome, Trial
from convscope.runs import Comparison, Name, Phrase, Tried, said


def compare_norms(lab: Lab) -> Comparison:
    """Train the chapter's net with each normalisation layer, and without.

    Args:
        lab: where.

    Returns:
        A row a layer; the reference is BatchNorm.
    """
    ways: list[tuple[Tried, list[Outcome]]] = []
    norms: list[str | None] = ["batch", *(name for name in NORMS if name != "batch"), None]
    for norm in norms:
        name: Name = Phrase("compare_no_norm") if norm is None else NORMS[norm].__name__
        outcomes = lab.outcomes(_trial(lab, said(name), norm, "before"))
        ways.append((tried(name, outcomes), outcomes))
    trial = _trial(lab, "", None, "before")
    return against_the_first(lab, "norm", ways, trial, Phrase("compare_note_norm"))


def compare_orders(lab: Lab) -> Comparison:
    """Train with each normalisation layer before the activation, and after it.

    Args:
        lab: where.

    Returns:
        Two rows a layer.
    """
    rows: list[Tried] = []
    for norm, layer in NORMS.items():
        for order in ("before", "after"):
            name = Phrase(f"compare_{order}", {"layer": layer.__name__})
            outcomes = lab.outcomes(_trial(lab, said(name), norm, order))
            rows.append(tried(name, outcomes))
    pairs = [
        (layer.__name__, after.spreads["accuracy"], before.spreads["accuracy"])
        for layer, before, after in zip(NORMS.values(), rows[::2], rows[1::2], strict=True)
    ]
    if len(lab.seeds) > 1:
        found = (Phrase("compare_orders", grouped(pairs, "accuracy")), by_chance(pairs[0][1]))
    else:
        ahead = tuple(name for name, after, before in pairs if after.median > before.median)
        found = (Phrase("compare_orders_once", {"ahead": ahead}),)
    return Comparison(
        what="order",
        data=lab.material.title,
        seeds=lab.seeds,
        columns=("accuracy", "valid_loss", "train_loss", "seconds"),
        rows=tuple(rows),
        found=found,
        notes=notes(lab, _trial(lab, "", None, "before"), rows[0], Phrase("compare_note_norm")),
    )


def _trial(lab: Lab, name: str, norm: str | None, order: str) -> Trial:
    return Trial(name=name, build=lab.net(norm, order), batch_size=lab.batch_size)
