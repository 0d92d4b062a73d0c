"""Every comparison by its name."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from convscope.errors import ConfigError, account, nearest
from convscope.recipes.chapter.comparing.batches import compare_batches
from convscope.recipes.chapter.comparing.colours import compare_colours
from convscope.recipes.chapter.comparing.features import compare_features
from convscope.recipes.chapter.comparing.lab import Lab, silent
from convscope.recipes.chapter.comparing.norms import compare_norms, compare_orders
from convscope.recipes.chapter.comparing.pools import compare_pools
from convscope.recipes.chapter.comparing.rates import compare_rates
from convscope.recipes.chapter.comparing.schedules import compare_schedules
from convscope.recipes.chapter.comparing.speed import compare_speed
from convscope.recipes.chapter.material import Material
from convscope.runs import Comparison

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


def compare(
    what: str,
    material: Material,
    seeds: Sequence[int] = (1,),
    *,
    folder: Path | None = None,
    tell: Callable[[str], None] = silent,
) -> Comparison:
    """Try several ways of doing one thing, each with the same seeds.

    Args:
        what: a key of `COMPARISONS`.
        material: what is learnt from.
        seeds: of first weights and order, at least one; several tell chance from effect.
        folder: of colour pictures, for "colour"; None for digits that are painted.
        tell: hears a line for each training.

    Returns:
        The rows with their spread, the sentences that follow from them, and curves to draw.

    Raises:
        ConfigError: there is no such comparison.
    """
    experiment = known(what)
    begun = time.perf_counter()
    lab = Lab(material=material, seeds=tuple(seeds), tell=tell, folder=folder)
    return replace(experiment(lab), seconds=time.perf_counter() - begun)


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
