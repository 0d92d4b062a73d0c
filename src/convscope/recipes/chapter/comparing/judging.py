"""Sentences that say what the numbers say, and no more than the spread of the seeds allows."""

from collections.abc import Sequence

from convscope.recipes.chapter.comparing.lab import Lab, loss_chart
from convscope.recipes.chapter.trial import Outcome, Trial
from convscope.runs import (
    MEASURES,
    Comparison,
    Name,
    Phrase,
    Spread,
    Tried,
    Verdict,
    chance_apart,
)
from convscope.tables import number

Pair = tuple[Name, Spread, Spread]
"""A name, what it gave, and what it is compared with."""


def against(rows: Sequence[Tried], reference: Tried, measure: str = "accuracy") -> list[Phrase]:
    """Compare every row with one of them.

    Args:
        rows: what was tried; the reference may be among them.
        reference: what is compared with.
        measure: a key of `MEASURES`.

    Returns:
        Sentences: who is better, worse, or no different beyond the spread; with one seed, who came
        out first and last.
    """
    others = [row for row in rows if row is not reference]
    own = reference.spreads[measure]
    if len(own.values) == 1:
        return [first_and_last(rows, measure)]
    pairs = [(row.name, row.spreads[measure], own) for row in others]
    values = {
        "measure": Phrase(f"compare_col_{measure}"),
        "reference": reference.name,
        "value": number(own.median),
    }
    return [Phrase("compare_against", values | grouped(pairs, measure)), by_chance(own)]


def grouped(pairs: Sequence[Pair], measure: str) -> dict[str, tuple[Name, ...]]:
    """Sort names by how they compare.

    Args:
        pairs: names, what they gave and what they are compared with.
        measure: a key of `MEASURES`.

    Returns:
        The names that are "better", "worse" and "same".
    """
    higher = MEASURES[measure].higher
    verdicts = [(name, one.against(other, higher=higher)) for name, one, other in pairs]
    kinds: tuple[Verdict, ...] = ("better", "worse", "same")
    return {kind: tuple(name for name, verdict in verdicts if verdict == kind) for kind in kinds}


def first_and_last(rows: Sequence[Tried], measure: str = "accuracy") -> Phrase:
    """Say who came out first and last, where one seed is all there is.

    Args:
        rows: what was tried.
        measure: a key of `MEASURES`.

    Returns:
        The sentence.
    """
    ranked = sorted(rows, key=lambda row: row.spreads[measure].median)
    ranked = ranked[::-1] if MEASURES[measure].higher else ranked
    first, last = ranked[0], ranked[-1]
    return Phrase(
        "compare_one_seed",
        {
            "measure": Phrase(f"compare_col_{measure}"),
            "first": first.name,
            "best": number(first.spreads[measure].median),
            "last": last.name,
            "worst": number(last.spreads[measure].median),
        },
    )


def by_chance(spread: Spread) -> Phrase:
    """Say how much a difference beyond the spread is worth with so many seeds.

    Args:
        spread: any of the comparison's.

    Returns:
        The sentence.
    """
    seeds = len(spread.values)
    return Phrase("compare_chance", {"seeds": f"{seeds}", "chance": f"{chance_apart(seeds)}"})


def against_the_first(
    lab: Lab,
    what: str,
    ways: Sequence[tuple[Tried, Sequence[Outcome]]],
    trial: Trial,
    note: Phrase,
    *,
    beyond: tuple[str, ...] = (),
    data: Name | None = None,
) -> Comparison:
    """Compare ways of doing one thing with the first of them.

    Args:
        lab: where it was done.
        what: the comparison's name.
        ways: a row each, and an outcome a seed.
        trial: whose settings are told.
        note: what else is to be said of how it was done.
        beyond: columns beside accuracy, losses and seconds.
        data: what was learnt from, if it has another name than the lab's material.

    Returns:
        The comparison, with the losses as a picture.
    """
    rows = [row for row, _ in ways]
    return Comparison(
        what=what,
        data=lab.material.title if data is None else data,
        seeds=lab.seeds,
        columns=("accuracy", "valid_loss", "train_loss", *beyond, "seconds"),
        rows=tuple(rows),
        found=tuple(against(rows, rows[0])),
        notes=notes(lab, trial, rows[0], note),
        charts=(loss_chart([(row.name, outcomes) for row, outcomes in ways]),),
    )


def notes(lab: Lab, trial: Trial, reference: Tried, *more: Phrase) -> tuple[Phrase, ...]:
    """Say how it was done, and how well an accuracy can be known from so many pictures.

    Args:
        lab: where it was done.
        trial: whose settings are told.
        reference: whose accuracy is taken for that.
        more: what else is to be said.

    Returns:
        The sentences.
    """
    material = lab.material
    epochs = trial.epochs * material.epochs_factor
    told = {
        "batch": f"{trial.batch_size}",
        "schedule": Phrase(f"compare_schedule_{trial.schedule}"),
        "lr": f"{trial.lr:g}",
        "epochs": f"{epochs}",
        "steps": f"{epochs * (material.dls.train.n // trial.batch_size)}",
    }
    known = known_to(material.dls.valid.n, reference.spreads["accuracy"].median)
    return (Phrase("compare_settings", told), *more, known)


def known_to(pictures: int, share: float) -> Phrase:
    """Say how exactly an accuracy is known from so many pictures.

    Args:
        pictures: that are judged on, at least 1.
        share: the accuracy, 0..1.

    Returns:
        A sentence with twice its standard error.
    """
    error = 2 * (share * (1 - share) / pictures) ** 0.5
    values = {"pictures": f"{pictures:,}", "share": number(share), "error": number(error)}
    return Phrase("compare_known_to", values)
