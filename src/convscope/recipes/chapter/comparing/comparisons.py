"""Every comparison by its name."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from convscope.errors import ConfigError, account, nearest
from convscope.models import NORMS
from convscope.recipes.chapter.comparing.batches import SIZES, compare_batches
from convscope.recipes.chapter.comparing.colours import compare_colours
from convscope.recipes.chapter.comparing.features import FEATURES, compare_features
from convscope.recipes.chapter.comparing.lab import BATCH, Lab, silent
from convscope.recipes.chapter.comparing.norms import compare_norms, compare_orders
from convscope.recipes.chapter.comparing.pools import WAYS, compare_pools
from convscope.recipes.chapter.comparing.rates import RATES, compare_rates
from convscope.recipes.chapter.comparing.schedules import SCHEDULES, compare_schedules
from convscope.recipes.chapter.comparing.spaces import SPACES
from convscope.recipes.chapter.comparing.speed import TIMES, compare_speed
from convscope.recipes.chapter.material import Material
from convscope.runs import Comparison
from convscope.tables import duration
from convscope.words import label

Experiment = Callable[[Lab], Comparison]

COMPARISONS: dict[str, Experiment] = {
    "norm": compare_norms,
    "order": compare_orders,
    "batch": compare_batches,
    "lr": compare_rates,
    "schedule": compare_schedules,
    "pool": compare_pools,
    "speed": compare_speed,
    "colour": compare_colours,
    "features": compare_features,
}

# How many ways, and how many seconds of one processor they take together with one seed, on a busy
# machine; the embedded digits' fifteen epochs see as many pictures as one of MNIST (decision 0020).
WORK: dict[str, tuple[int, float]] = {
    "norm": (len(NORMS) + 1, 57.0),
    "order": (2 * len(NORMS), 102.0),
    "batch": (len(SIZES), 90.0),
    "lr": (2 * len(RATES), 109.0),
    "schedule": (len(SCHEDULES), 30.0),
    "pool": (len(WAYS), 54.0),
    "speed": (2 * len(TIMES), 72.0),
    "colour": (len(SPACES), 43.0),
    "features": (len(FEATURES) + 1, 18.0),
}
_MEASURED_ON = 60_000  # pictures seen by a training


def forgotten(record: Comparison) -> None:
    """Do nothing with what was done before an interrupt."""
    del record


def compare(
    what: str,
    material: Material,
    seeds: Sequence[int],
    *,
    folder: Path | None = None,
    tell: Callable[[str], None] = silent,
    interrupted: Callable[[Comparison], None] = forgotten,
) -> Comparison:
    """Try several ways of doing one thing, each with the same seeds.

    Args:
        what: a key of `COMPARISONS`.
        material: what is learnt from.
        seeds: of first weights and order, at least one; several tell chance from effect.
        folder: of colour pictures, for "colour"; None for digits that are painted.
        tell: hears what there is to do, and a line for each training.
        interrupted: gets the rows that were done when somebody would not wait.

    Returns:
        The rows with their spread, the sentences that follow from them, and curves to draw.

    Raises:
        ConfigError: there is no such comparison.
        KeyboardInterrupt: of the one who waits; `interrupted` has got what is done.
        SystemExit: of the system, likewise.
    """
    experiment = known(what)
    lab = Lab(
        material=material,
        seeds=tuple(seeds),
        tell=tell,
        folder=folder,
        batch_size=min(BATCH, material.dls.train.n),
        trainings=len(seeds) * _ways(what, material),
    )
    tell(_plan(what, lab))
    try:
        record = experiment(lab)
    except (KeyboardInterrupt, SystemExit):
        interrupted(lab.so_far(what))
        raise
    return replace(record, seconds=time.perf_counter() - lab.begun)


def _ways(what: str, material: Material) -> int:
    if what == "batch":
        return sum(size <= material.dls.train.n for size in SIZES)
    return WORK[what][0]


def _plan(what: str, lab: Lab) -> str:
    """Say how much there is to do, before it begins."""
    counts = {"trainings": lab.trainings, "seeds": len(lab.seeds)}
    text = label("compare_plan").format(ways=lab.trainings // len(lab.seeds), **counts)
    if lab.folder is not None:  # which net it will be is not known yet
        return f"{text}."
    seen = lab.material.dls.train.n * lab.material.epochs_factor / _MEASURED_ON
    seconds = len(lab.seeds) * WORK[what][1] * seen
    return f"{text}{label('compare_plan_time').format(time=duration(seconds))}"


def known(what: str) -> Experiment:
    """Look a comparison up.

    Args:
        what: a key of `COMPARISONS`.

    Returns:
        What makes it.

    Raises:
        ConfigError: there is none of that name; the message names the nearest.
    """
    if what not in COMPARISONS:
        raise ConfigError(
            account(
                f"there is no comparison {what!r}",
                facts={"known": ", ".join(COMPARISONS)},
                because="each comparison has a fixed name",
                fix=f"--compare {nearest(what, list(COMPARISONS))}",
            )
        )
    return COMPARISONS[what]
