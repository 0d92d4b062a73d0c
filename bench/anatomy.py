"""What does taking ResNet-50 apart cost, against one forward pass at 224? Beside two others."""

import os
import sys
from collections.abc import Callable, Iterator

from bench.claims import Band, Row, compared
from bench.processes import SIDES, ended

TIMES = 5
SLOWEST, LARGEST = 1.5, 2.0
TOOLS = ("torchinfo", "fvcore")
NO_TOOLS = (
    "BENCH_TOOLS_PYTHON is not set. Make one: python3.11 -m venv FOLDER; "
    "FOLDER/bin/pip install torch torchinfo fvcore; BENCH_TOOLS_PYTHON=FOLDER/bin/python"
)


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Alternate processes: each times a forward pass and one way of taking the network apart.

    Memory is what the process grew by over the loaded network, at most: of one forward pass, and of
    the anatomy.

    Yields:
        Ratios to the forward pass of the same process.
    """
    found: dict[str, list[dict[str, float]]] = {}
    python = os.environ.get("BENCH_TOOLS_PYTHON", "")
    sides = ["forward", "anatomy", *(TOOLS if python else ())]
    for turn in range(TIMES):
        say(f"turn {turn + 1} of {TIMES}: {', '.join(sides)}")
        for side in sides:
            command = [python if side in TOOLS else sys.executable, SIDES / "with_resnet.py", side]
            found.setdefault(side, []).append(ended(command).answer)
    for side in sides[1:]:
        ours = [one["seconds"] for one in found[side]]
        passes = [one["forward_seconds"] for one in found[side]]
        band = Band(high=SLOWEST) if side == "anatomy" else None
        yield compared(f"{side} of ResNet-50 at 224 / one forward pass", ours, passes, band)
    mine, plain = ([one["peak_bytes"] for one in found[side]] for side in ("anatomy", "forward"))
    claim = "anatomy of ResNet-50 at 224: memory / one forward pass's"
    yield compared(claim, mine, plain, Band(high=LARGEST), measured_in="bytes")
    if not python:
        names = (f"{tool} of ResNet-50 at 224 / one forward pass" for tool in TOOLS)
        yield from (Row(name, skipped=NO_TOOLS) for name in names)
