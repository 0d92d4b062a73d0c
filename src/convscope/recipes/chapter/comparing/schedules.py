"""One rate throughout, one cycle in straight lines, one cycle in cosines; and how flat they end."""

from typing import Literal

from convscope.recipes.chapter.comparing.flatness import DRAWS, loss_rise
from convscope.recipes.chapter.comparing.judging import against, first_and_last, notes
from convscope.recipes.chapter.comparing.lab import Lab, loss_chart, some_pictures, tried
from convscope.recipes.chapter.trial import Outcome, Trial
from convscope.runs import Chart, Comparison, Curve, Phrase, Tried
from convscope.words import label

SCHEDULES: tuple[Literal["one_cycle", "linear", "constant"], ...] = (
    "one_cycle",
    "linear",
    "constant",
)
NOISES = (0.05, 0.1, 0.2, 0.3, 0.4)  # shares of the length of each filter
TOLD = NOISES.index(0.2)  # the one that stands in the table
PICTURES = 2_048  # of training, for each loss under noise


def compare_schedules(lab: Lab) -> Comparison:
    """Train the chapter's net with BatchNorm on three schedules, and shake what they found.

    Args:
        lab: where.

    Returns:
        A row a schedule, with the rise of the training loss under noise of a fifth of the weights.
    """
    rows: list[Tried] = []
    groups: list[tuple[Phrase, list[Outcome]]] = []
    curves: list[Curve] = []
    for schedule in SCHEDULES:
        name = Phrase(f"compare_schedule_{schedule}")
        outcomes = lab.outcomes(_trial(lab, schedule))
        rises = tuple(_rises(lab, outcome) for outcome in outcomes)
        rows.append(tried(name, outcomes, rise=[one[TOLD] for one in rises]))
        groups.append((name, outcomes))
        curves.append(Curve(name, NOISES, rises))
    judged = against(rows, rows[0])
    flat = against(rows, rows[0], "rise")[:1] if len(lab.seeds) > 1 else [_flattest(rows)]
    shaken = {
        "size": f"{NOISES[TOLD]:g}",
        "directions": f"{2 * DRAWS}",
        "pictures": f"{PICTURES:,}",
    }
    return Comparison(
        what="schedule",
        data=lab.material.title,
        seeds=lab.seeds,
        columns=("accuracy", "valid_loss", "rise", "train_loss", "seconds"),
        rows=tuple(rows),
        drawn=2,
        found=(*judged, *flat),
        notes=notes(
            lab, _trial(lab, "one_cycle"), rows[0], Phrase("compare_note_schedule", shaken)
        ),
        charts=(
            loss_chart(groups),
            Chart("compare_title_flatness", "compare_noise_size", "compare_rise", tuple(curves)),
        ),
    )


def _flattest(rows: list[Tried]) -> Phrase:
    return first_and_last(rows, "rise")


def _rises(lab: Lab, outcome: Outcome) -> tuple[float, ...]:
    batch = some_pictures(lab.material.dls.train, PICTURES)
    return tuple(loss_rise(outcome.learn.model, batch, size) for size in NOISES)


def _trial(lab: Lab, schedule: Literal["one_cycle", "linear", "constant"]) -> Trial:
    return Trial(
        name=label(f"compare_schedule_{schedule}"),
        build=lab.net(),
        batch_size=lab.batch_size,
        schedule=schedule,
    )
