"""Larger batches, for and against: fewer steps, less noise in each."""

from convscope.recipes.chapter.comparing.judging import against, notes
from convscope.recipes.chapter.comparing.lab import Lab, tried
from convscope.recipes.chapter.comparing.noise import Snapshots, drawn_batches, gradient_noise
from convscope.recipes.chapter.trial import Trial
from convscope.runs import Chart, Comparison, Curve, Phrase, Spread, Tried, said
from convscope.tables import number

SIZES = (32, 64, 128, 256, 512, 1024)
MOMENTS = (0.1, 0.5, 1.0)  # shares of the training at which the noise is measured
MIDDLE = MOMENTS.index(0.5)

Noises = list[tuple[float, ...]]  # a tuple a seed, a number a moment


def compare_batches(lab: Lab) -> Comparison:
    """Train the chapter's net with BatchNorm with batches of several sizes.

    All see as many pictures, at the chapter's rate: a batch twice as large makes half as many
    steps.

    Args:
        lab: where.

    Returns:
        A row a size, with the noise of the gradient in the middle of each training.
    """
    train = lab.material.dls.train
    sizes = [size for size in SIZES if size <= train.n]
    rows: list[Tried] = []
    noises: list[Noises] = []
    for size in sizes:
        row, noise = _size_tried(lab, size)
        rows.append(row)
        noises.append(noise)
    usual = sizes.index(512) if 512 in sizes else -1  # the chapter's
    reference = rows[usual]
    xs, axis = tuple(map(float, sizes)), "compare_batch_size"
    accuracy = Curve(
        Phrase("compare_col_accuracy"),
        xs,
        tuple(zip(*(row.spreads["accuracy"].values for row in rows), strict=True)),
    )
    courses = tuple(
        Curve(
            Phrase("compare_after_share", {"share": f"{100 * share:g} %"}),
            xs,
            tuple(zip(*([one[moment] for one in noise] for noise in noises), strict=True)),
        )
        for moment, share in enumerate(MOMENTS)
    )
    return Comparison(
        what="batch",
        data=lab.material.title,
        seeds=lab.seeds,
        columns=(
            "accuracy",
            "valid_loss",
            "train_loss",
            "steps",
            "noise",
            "noise_scale",
            "seconds",
        ),
        rows=tuple(rows),
        drawn=0,
        found=(*against(rows, reference), *_noise_found(rows)),
        notes=notes(lab, _trial(lab, sizes[usual]), reference, Phrase("compare_note_batch")),
        charts=(
            Chart("compare_title_by_batch", axis, "compare_accuracy", (accuracy,), "x"),
            Chart("compare_title_noise", axis, "compare_noise", courses, "xy"),
        ),
    )


def _size_tried(lab: Lab, size: int) -> tuple[Tried, Noises]:
    loader = lab.material.dls.train
    seen = lab.watched(_trial(lab, size), lambda: Snapshots(MOMENTS))
    noises = [
        tuple(
            gradient_noise(net.train(), drawn_batches(loader, size, outcome.seed))
            for net in copies.nets
        )
        for outcome, copies in seen
    ]
    outcomes = [outcome for outcome, _ in seen]
    middle = [one[MIDDLE] for one in noises]
    scales = [size * one for one in middle]
    steps = [float(len(one.losses)) for one in outcomes]
    return tried(_name(size), outcomes, steps=steps, noise=middle, noise_scale=scales), noises


def _noise_found(rows: list[Tried]) -> list[Phrase]:
    small, large = rows[0], rows[-1]
    scales = Spread(tuple(row.spreads["noise_scale"].median for row in rows))
    return [
        Phrase(
            "compare_noise_found",
            {
                "small": small.name,
                "most": number(small.spreads["noise"].median),
                "large": large.name,
                "least": number(large.spreads["noise"].median),
                "low": f"{scales.low:,.0f}",
                "high": f"{scales.high:,.0f}",
            },
        )
    ]


def _name(size: int) -> Phrase:
    return Phrase("compare_batch_of", {"size": f"{size}"})


def _trial(lab: Lab, size: int) -> Trial:
    return Trial(name=said(_name(size)), build=lab.net(), batch_size=size)
