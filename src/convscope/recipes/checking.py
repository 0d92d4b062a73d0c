"""`convscope check`: what is wrong with a folder of pictures, before anything is trained on it."""

import csv
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from convscope import figures
from convscope.errors import RunError, account
from convscope.files import written
from convscope.pictures import Finding, Inspected
from convscope.recipes.estimate import estimated_seconds
from convscope.recipes.inspecting import inspect
from convscope.recipes.judging import NOT_LOOKED_FOR, judge
from convscope.recipes.places import refuse_among
from convscope.recipes.preparing import Prepared
from convscope.runs import TrainSettings, as_json

REPORT, TABLE, OVERVIEW = "findings.json", "findings.csv", "overview.png"
ROWS, COLUMNS = 8, 6  # groups and pictures of each that are drawn


@dataclass(frozen=True, slots=True)
class Plan:
    """What `convscope train` would do: its settings, a sentence for each, and seconds."""

    settings: TrainSettings
    size: tuple[int, int]
    notes: list[str]
    seconds: float


@dataclass(frozen=True, slots=True)
class Checked:
    """A folder with everything that was found, and where it is drawn.

    `plan` is None where nothing can be trained.
    """

    seen: Inspected
    findings: list[Finding]
    plan: Plan | None
    out: Path

    def picture(self, finding: Finding) -> Path | None:
        """Name the picture of a finding; None where it has none."""
        return self.out / f"{finding.key}.png" if finding.groups else None

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON: pictures by their paths."""
        seen = self.seen
        return {
            "folder": seen.root,
            "pictures": len(seen.files),
            "can_be_trained": self.plan is not None,
            "findings": [self._told(finding) for finding in self.findings],
            "plan": asdict(self.plan) if self.plan else None,
            "not_looked_for": list(NOT_LOOKED_FOR),
        }

    def _told(self, finding: Finding) -> dict[str, Any]:
        seen, picture = self.seen, self.picture(finding)
        groups = [
            [{"file": seen.files[i], "class": seen.labels[i], "side": seen.sides[i]} for i in group]
            for group in finding.groups
        ]
        return {
            "key": finding.key,
            "severity": finding.severity,
            "headline": finding.headline,
            "advice": finding.advice,
            "notes": finding.notes,
            "groups": groups,
            "picture": str(picture) if picture else None,
        }


def check(folder: Path, *, out: Path | None = None, console: Console) -> Checked:
    """Look for what spoils a training, and draw it.

    Args:
        folder: what `convscope train` takes; nothing is written to it.
        out: the folder for pictures, findings.json and findings.csv; None for check-NAME in this
            one. Those of an earlier check there are replaced.
        console: shows that it goes on.

    Returns:
        The findings.

    Raises:
        LayoutError: there is no such folder, or no pictures in it.
        ConfigError: `out` lies in the folder that is checked.
        RunError: `out` cannot be written.
    """
    place = Path(f"check-{folder.absolute().name}") if out is None else out
    refuse_among(folder, place)
    seen, ready = inspect(folder, console)
    checked = Checked(seen, judge(seen), _plan(ready), place)
    with console.status("drawing"):
        _written(checked)
    return checked


def _plan(ready: Prepared | None) -> Plan | None:
    if ready is None:
        return None
    return Plan(ready.settings, ready.choice.size, ready.notes, estimated_seconds(ready))


def _written(checked: Checked) -> None:
    try:
        checked.out.mkdir(parents=True, exist_ok=True)
        for finding in checked.findings:
            (checked.out / f"{finding.key}.png").unlink(missing_ok=True)  # of an earlier check
        with written(checked.out / REPORT) as draft:
            draft.write_text(as_json(checked.to_dict()) + "\n")
        with written(checked.out / TABLE) as draft:
            _write_table(checked, draft)
    except OSError as error:
        message = account(
            "what was found cannot be written",
            facts={"folder": checked.out},
            because=error.strerror or str(error),
            fix="--out with another folder",
        )
        raise RunError(message) from error
    _draw(checked)


def _write_table(checked: Checked, draft: Path) -> None:
    """Write a line for each picture of a finding, those of a group behind each other."""
    seen = checked.seen
    with draft.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        table = csv.writer(file)
        table.writerow(("finding", "severity", "group", "side", "class", "file"))
        for finding in checked.findings:
            which = finding.key, finding.severity
            for number, group in enumerate(finding.groups):
                for i in group:
                    table.writerow((*which, number, seen.sides[i], seen.labels[i], seen.files[i]))


def _draw(checked: Checked) -> None:
    seen = checked.seen
    counts: dict[str, dict[str, int]] = {side: {} for side in dict.fromkeys(seen.sides)}
    for index in seen.sound():
        side, label = counts[seen.sides[index]], seen.labels[index]
        side[label] = side.get(label, 0) + 1
    sizes = seen.headers.sizes[seen.sound()]
    figures.save(figures.folder_overview(counts, sizes), checked.out / OVERVIEW)
    for finding in checked.findings:
        if picture := checked.picture(finding):
            figures.save(_sheet(seen, finding), picture)


def _sheet(seen: Inspected, finding: Finding) -> figures.Figure:
    groups = finding.groups
    alone = all(len(group) == 1 for group in groups)
    if alone:
        single = [index for group in groups[: ROWS * COLUMNS] for index in group]
        shown = [single[start : start + COLUMNS] for start in range(0, len(single), COLUMNS)]
    else:
        shown = [list(group[:COLUMNS]) for group in groups[:ROWS]]
    rows = [[(seen.array[index], _title(seen, index)) for index in row] for row in shown]
    return figures.picture_rows(rows, finding.headline, "read_alone" if alone else "read_groups")


def _title(seen: Inspected, index: int) -> str:
    where = "/".join(filter(None, (seen.sides[index], seen.labels[index])))
    return f"{where}\n{Path(seen.files[index]).name}"
