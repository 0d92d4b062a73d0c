"""What a training left out, and why: a table in the run's folder."""

import csv
from collections.abc import Sequence
from pathlib import Path

from convscope.files import written
from convscope.pictures import Survey
from convscope.runs import RunFolder

NAME = "skipped.csv"


def write_skipped(run: RunFolder, skipped: Sequence[tuple[Path, str]], found: Survey) -> None:
    """Write skipped.csv: a line for each file that was left out, with the reason.

    Args:
        run: whose folder is written; nothing is written where nothing was left out.
        skipped: pictures that cannot be read.
        found: what else was left out, by path below its root.
    """
    rows = [("unreadable", str(path), reason) for path, reason in skipped]
    rows += [("ignored", name, reason) for name, reason in found.ignored]
    if not rows:
        return
    with (
        written(run.path / NAME) as draft,
        draft.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file,
    ):
        table = csv.writer(file)
        table.writerow(("what", "path", "reason"))
        table.writerows(rows)
