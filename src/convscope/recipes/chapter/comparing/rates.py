"""Learning rates from too low to too high, at one rate throughout and with one cycle."""

from typing import Literal

from convscope.recipes.chapter.comparing.judging import notes
from convscope.recipes.chapter.comparing.lab import Lab, tried
from convscope.recipes.chapter.trial import Trial
from convscope.runs import Chart, Comparison, Curve, Phrase, Tried, said
from convscope.tables import number

RATES = (0.001, 0.003, 0.01, 0.03, 0.06, 0.1, 0.3, 1.0)
SCHEDULES: tuple[Literal["constant", "one_cycle"], ...] = ("constant", "one_cycle")
CLOSE = 0.01  # an accuracy that much below the best is still good


def compare_rates(lab: Lab) -> Comparison:
    """Train the chapter's plain net, steps B and C of its ladder, at rates from low to high.

    Args:
        lab: where.

    Returns:
        A row a schedule and rate; those that learnt nothing are remarked.
    """
    rows: list[Tried] = []
    for schedule in SCHEDULES:
        for rate in RATES:
            outcomes = lab.outcomes(_trial(lab, schedule, rate))
            rows.append(tried(_name(schedule, rate), outcomes))
    halves = [rows[: len(RATES)], rows[len(RATES) :]]
    accuracies, losses = (_curves(halves, one) for one in ("accuracy", "train_loss"))
    return Comparison(
        what="lr",
        data=lab.material.title,
        seeds=lab.seeds,
        columns=("accuracy", "valid_loss", "train_loss", "seconds"),
        rows=tuple(rows),
        drawn=0,
        found=tuple(
            _found(schedule, half) for schedule, half in zip(SCHEDULES, halves, strict=True)
        ),
        notes=notes(
            lab,
            _trial(lab, "one_cycle", 0.06),
            rows[len(RATES) + RATES.index(0.06)],
            Phrase("compare_note_lr"),
        ),
        charts=(
            Chart("compare_title_by_lr", "lr_log", "compare_accuracy", accuracies, "x"),
            Chart("compare_title_lr_loss", "lr_log", "compare_train_loss", losses, "xy"),
        ),
    )


def _found(schedule: str, rows: list[Tried]) -> Phrase:
    """Say which rates were good and which learnt nothing."""
    medians = [row.spreads["accuracy"].median for row in rows]
    best = max(medians)
    good = [rate for rate, one in zip(RATES, medians, strict=True) if one >= best - CLOSE]
    lost = tuple(f"{rate:g}" for rate, row in zip(RATES, rows, strict=True) if row.remark)
    return Phrase(
        "compare_rates_found",
        {
            "schedule": Phrase(f"compare_schedule_{schedule}"),
            "best": number(best),
            "rate": f"{RATES[medians.index(best)]:g}",
            "close": f"{CLOSE:g}",
            "good": tuple(f"{rate:g}" for rate in good),
            "failed": lost,
        },
    )


def _curves(halves: list[list[Tried]], measure: str) -> tuple[Curve, ...]:
    return tuple(
        Curve(
            Phrase(f"compare_schedule_{schedule}"),
            RATES,
            tuple(zip(*(row.spreads[measure].values for row in half), strict=True)),
        )
        for schedule, half in zip(SCHEDULES, halves, strict=True)
    )


def _name(schedule: str, rate: float) -> Phrase:
    told = {"schedule": Phrase(f"compare_schedule_{schedule}"), "rate": f"{rate:g}"}
    return Phrase("compare_rate", told)


def _trial(lab: Lab, schedule: Literal["constant", "one_cycle"], rate: float) -> Trial:
    return Trial(
        name=said(_name(schedule, rate)),
        build=lab.net(None),
        batch_size=lab.batch_size,
        lr=rate,
        schedule=schedule,
    )
