"""`convscope compare`: several runs side by side."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from convscope.errors import ConfigError, RunError, account
from convscope.recipes.places import refuse_among
from convscope.report import beside_page, write_page
from convscope.runs import (
    Activations,
    HistogramGrid,
    Manifest,
    RunBeside,
    RunFolder,
    RunsBeside,
    SeedGroup,
    Spread,
    read_activations,
    read_anatomy,
    read_results,
    run_summary,
)

_LAYER = -2  # the chapter's choice: the last one's outputs are the answers themselves
_ENDED = ("done", "stopped")
_MEASURES = ("accuracy", "train_loss", "valid_loss")
# what was found in the data and kept with the settings; whose pictures they are is told apart
_FOUND = {"survey", "skipped", "fingerprint", "began_with"}
_UNKNOWN = "-"  # to a convscope that had no such setting


def compare_runs(runs: Sequence[RunFolder]) -> RunsBeside:
    """Set runs side by side.

    Args:
        runs: two or more; unfinished, killed or of different data they may be, which is told.

    Returns:
        What was set otherwise, what came out, and the spread of those that differ in their seed.

    Raises:
        ConfigError: there are fewer than two different runs.
    """
    _refuse(runs)
    names = _names(runs)
    given = [_given(run) for run in runs]
    keys = list(dict.fromkeys(key for settings in given for key in settings))
    values = {key: [settings.get(key, _UNKNOWN) for settings in given] for key in keys}
    differing = {key: row for key, row in values.items() if any(one != row[0] for one in row)}
    read = [_beside(run, name) for run, name in zip(runs, names, strict=True)]
    first = runs[0].about
    return RunsBeside(
        runs=tuple(_in_one_window(read, runs)),
        differing=differing,
        same=len(keys) - len(differing),
        groups=_groups(runs, given, read),
        other_data=[
            name
            for run, name in zip(runs, names, strict=True)
            if not _is_same_data(run.about, first)
        ],
    )


def write_runs_page(beside: RunsBeside, runs: Sequence[RunFolder], out: Path) -> None:
    """Write the page of runs side by side.

    Args:
        beside: what `compare_runs` gave.
        runs: the runs.
        out: the file.

    Raises:
        ConfigError: `out` lies among the pictures of a run.
        RunError: the page cannot be written.
    """
    for run in runs:
        refuse_among(Path(run.about.data), out)
    write_page(beside_page(beside), out)


def _refuse(runs: Sequence[RunFolder]) -> None:
    places = [run.path.resolve() for run in runs]
    because = ""
    if len(places) < 2:
        because = "a comparison needs two runs or more"
    elif len({*places}) < len(places):
        because = "one run is named twice"
    if because:
        message = account(
            "there is nothing to compare",
            facts={"runs": ", ".join(str(run.path) for run in runs) or "none"},
            because=because,
            fix="convscope compare RUN RUN; convscope runs lists them",
        )
        raise ConfigError(message)


def _names(runs: Sequence[RunFolder]) -> list[str]:
    short = [run.path.resolve().name for run in runs]
    return [
        str(run.path) if short.count(name) > 1 else name
        for run, name in zip(runs, short, strict=True)
    ]


def _given(run: RunFolder) -> dict[str, Any]:
    """Gather what could have been chosen otherwise: settings, data, machine, versions."""
    about = run.about
    settings = {key: one for key, one in about.settings.items() if key not in _FOUND}
    versions = {"convscope": about.convscope, **about.versions}
    return {
        **settings,
        "seed": about.seed,
        "data": about.data,
        "classes": len(about.classes),
        "device": about.device,
        "threads": about.threads,
        **{f"version of {name}": one for name, one in versions.items()},
    }


def _is_same_data(one: Manifest, other: Manifest) -> bool:
    """Two seeds may split the same pictures otherwise, and a folder may have moved."""
    prints = [about.settings.get("fingerprint") for about in (one, other)]
    if prints[0] is not None and prints[0] == prints[1]:
        return True
    told = [
        (Path(about.data).name, about.classes, about.settings.get("survey"))
        for about in (one, other)
    ]
    return told[0] == told[1]


def _beside(run: RunFolder, name: str) -> RunBeside:
    summary = run_summary(run.path)
    rows, parameters = [], None
    reason = summary.reason
    try:
        rows = read_results(run.results)
    except RunError as error:  # without the file it was killed in its first epoch, which is told
        reason = f"{error}".splitlines()[0] if run.results.exists() else reason
    with suppress(RunError):
        parameters = read_anatomy(run.anatomy).parameters
    inside, unseen = None, ""
    try:
        inside = _last_but_one(run)
    except (RunError, ConfigError) as error:
        unseen = str(error).splitlines()[0]
    return RunBeside(
        name=name,
        status=summary.status,
        reason=reason,
        seed=run.about.seed,
        best_epoch=summary.best_epoch,
        best=summary.best,
        seconds=sum(row.seconds for row in rows) if rows else None,
        parameters=parameters,
        rows=rows,
        inside=inside,
        unseen=unseen,
    )


def _last_but_one(run: RunFolder, window: tuple[float, float] | None = None) -> HistogramGrid:
    if not run.activations.exists():
        raise RunError("nothing was recorded inside this run")
    seen: Activations = read_activations(run.activations)
    layers = seen.layers()
    if len(layers) < -_LAYER:
        raise RunError(f"{len(layers)} layers were recorded inside this run")
    return seen.grid(_LAYER, window=window)


def _in_one_window(read: Sequence[RunBeside], runs: Sequence[RunFolder]) -> list[RunBeside]:
    """Read the histograms once more, in a window that holds all: pictures of one axis compare."""
    edges = [one.inside.edges for one in read if one.inside is not None]
    if len(edges) < 2:
        return [*read]
    window = (float(min(one[0] for one in edges)), float(max(one[-1] for one in edges)))
    return [
        one if one.inside is None else replace(one, inside=_last_but_one(run, window))
        for one, run in zip(read, runs, strict=True)
    ]


def _groups(
    runs: Sequence[RunFolder], given: Sequence[dict[str, Any]], read: Sequence[RunBeside]
) -> list[SeedGroup]:
    """Find runs with the same settings and data, and at least two seeds among them."""
    found: list[list[int]] = []
    for place, one in enumerate(read):
        if one.status not in _ENDED or not one.best:
            continue
        mates = [group for group in found if _differ_in_seed(runs, given, group[0], place)]
        if mates:
            mates[0].append(place)
        else:
            found.append([place])
    return [
        _spread(group, runs, read)
        for group in found
        if len({read[place].seed for place in group}) > 1
    ]


def _differ_in_seed(
    runs: Sequence[RunFolder], given: Sequence[dict[str, Any]], one: int, other: int
) -> bool:
    """Say whether two runs differ in no choice but the seed; where the folder lies is none."""
    plain = [
        {key: value for key, value in given[place].items() if key not in {"seed", "data"}}
        for place in (one, other)
    ]
    return plain[0] == plain[1] and _is_same_data(runs[one].about, runs[other].about)


def _spread(
    group: Sequence[int], runs: Sequence[RunFolder], read: Sequence[RunBeside]
) -> SeedGroup:
    spreads = {
        name: Spread(tuple(read[place].best[name] for place in group))
        for name in _MEASURES
        if all(name in read[place].best for place in group)
    }
    times = [read[place].seconds for place in group]
    known = tuple(time for time in times if time is not None)
    if len(known) == len(times):
        spreads["seconds"] = Spread(known)
    prints = {runs[place].about.settings.get("fingerprint") for place in group}
    return SeedGroup(tuple(group), spreads, is_split_by_seed=len(prints) > 1)
