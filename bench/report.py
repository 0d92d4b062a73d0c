"""Results as a table in the terminal, as JSON, and as a page made of all the JSON files."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from bench.claims import Row
from convscope.files import written

RESULTS = Path(__file__).parent / "results"
COLUMNS = ("claim", "ours", "other", "measured [min … max]", "band", "n", "verdict")
FORMATS = {"x": "{:.3f} x", "s": "{:.3f} s", "share": "{:.4f}"}


def cells(row: Row) -> list[str]:
    """Write a row for people.

    Returns:
        One text for each of `COLUMNS`.
    """
    form = FORMATS.get(row.unit, f"{{:g}} {row.unit}").format
    judged = " (minimum)" if row.judged_by == "minimum" else ""
    ends = f" [{min(row.values):.3f} … {max(row.values):.3f}]" if len(row.values) > 1 else ""
    measured = f"{form(row.value)}{judged}{ends}" if row.values else "-"
    band = str(row.band) if row.band else "-"
    return [
        row.claim,
        _middle(row.ours, row.measured_in),
        _middle(row.other, row.measured_in),
        measured,
        band,
        str(len(row.values)),
        row.status,
    ]


def table(rows: Sequence[Row]) -> Table:
    """Lay rows out for a terminal.

    Returns:
        A table that rich prints.
    """
    shown = Table(*COLUMNS, box=None, pad_edge=False)
    for row in rows:
        style = {"FAILED": "bold red", "ok": "green"}.get(row.status, "")
        shown.add_row(*map(Text, cells(row)), style=style)
    return shown


def save(name: str, rows: Sequence[Row], machine: dict[str, Any], source: Path) -> Path:
    """Write `results/NAME.json`: the claims, every sample, the machine, and a hash of the source.

    Args:
        name: of the benchmark.
        rows: what it measured.
        machine: from `machine.described`.
        source: the benchmark's file.

    Returns:
        The file.
    """
    content = {
        "benchmark": name,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "source_sha256": source_hash(source),
        "rows": [row.to_dict() for row in rows],
    }
    target = RESULTS / f"{name}.json"
    target.parent.mkdir(exist_ok=True)
    with written(target) as draft:
        draft.write_text(json.dumps(content, indent=1) + "\n")
    return target


def source_hash(source: Path) -> str:
    """Hash a benchmark and the programs that it may start.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for path in [source, *sorted((Path(__file__).parent / "sides").glob("*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def summarise() -> Path:
    """Make `results/README.md` of all results that are there.

    Returns:
        The page.
    """
    pages = [_section(json.loads(path.read_text())) for path in sorted(RESULTS.glob("*.json"))]
    head = "# What was measured\n\nWritten by `make bench`; the samples are in the JSON files.\n"
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / "README.md"
    with written(target) as draft:
        draft.write_text("\n".join([head, *pages]))
    return target


def _section(content: dict[str, Any]) -> str:
    machine = content["machine"]
    versions = ", ".join(f"{name} {value}" for name, value in machine["versions"].items())
    where = (
        f"{content['date'][:10]}, {machine['processor']}, {machine['cores']} cores, "
        f"{machine['threads']} threads, load {machine['load_average']} at the start; {versions}; "
        f"source {content['source_sha256'][:12]}."
    )
    lines = [f"## {content['benchmark']}", "", where, "", _line(COLUMNS), _line(["---"] * 7)]
    return "\n".join([*lines, *(_line(cells(Row.from_dict(row))) for row in content["rows"]), ""])


def _line(texts: Sequence[str]) -> str:
    return "| " + " | ".join(text.replace("|", "/") for text in texts) + " |"


def _middle(values: Sequence[float], unit: str) -> str:
    if not values:
        return "-"
    ordered = sorted(values)
    return f"{ordered[len(ordered) // 2]:.4g} {unit}"
