"""The command that looks at pictures before a training."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from convscope.cli.options import Json, print_json, print_text
from convscope.cli.speaking import Voice
from convscope.tables import duration, findings_text
from convscope.words import counted

if TYPE_CHECKING:
    from convscope.recipes import Checked

CheckOut = Annotated[
    Path | None,
    Parameter(help="Folder for pictures and findings.json; check-NAME where it is left out."),
]


def check(folder: Path, /, *, out: CheckOut = None, json: Json = False) -> int:
    """Look for what spoils a training: broken files, copies, leaks, imbalance, odd folders.

    Example: convscope check flowers/

    Args:
        folder: A folder of pictures: what convscope train takes.
    """
    from convscope import recipes

    found = recipes.check(folder, out=out, console=Voice(stderr=True))
    if json:
        print_json(found.to_dict(), json=True)
        return _code(found)
    seen, plan = found.seen, found.plan
    pictures = counted(len(seen.files), "pictures", "en")  # findings are told in English
    print_text(f"{seen.root}: {pictures}, {counted(len({*seen.labels}), 'classes', 'en')}\n")
    print_text(findings_text(found.findings))
    print_text("not looked for: " + "; ".join(recipes.NOT_LOOKED_FOR) + "\n")
    if plan is not None:
        print_text(f"convscope train would take about {duration(plan.seconds)}, and do this")
        for note in plan.notes:
            print_text(f"  {note}")
    print_text(f"pictures: {found.out}")
    for finding in found.findings:
        if picture := found.picture(finding):
            print_text(f"  {picture.name}  {finding.headline}")
    return _code(found)


def _code(found: "Checked") -> int:
    return 0 if found.plan is not None else 1
