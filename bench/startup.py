"""What does a start cost? `import convscope` and `convscope --help`, each in fresh processes."""

import sys
from collections.abc import Callable, Iterator
from statistics import median

from bench.claims import Band, Row
from bench.processes import CONVSCOPE, Ended, ended

TIMES = 15
IMPORT_SECONDS, HELP_SECONDS = 0.1, 0.4
HELP = """
import contextlib
from convscope.cli import main
with contextlib.suppress(SystemExit):
    main(["--help"])
"""
COUNT = "import sys; print(sum(name.partition('.')[0] == 'torch' for name in sys.modules))"


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Alternate a bare interpreter, the import and the help text.

    Only the minimum of wall time is judged: whatever else runs can only add to it.

    Yields:
        Seconds, wall and processor, and how many modules of torch were loaded.
    """
    say(f"{TIMES} times three processes")
    bare: list[Ended] = []
    imported: list[Ended] = []
    helped: list[Ended] = []
    for _ in range(TIMES):
        bare.append(ended([sys.executable, "-c", "pass"]))
        imported.append(ended([sys.executable, "-c", "import convscope"]))
        helped.append(ended([CONVSCOPE, "--help"]))
    idle = min(one.wall_seconds for one in bare)
    yield Row(
        "import convscope, beyond a bare interpreter: wall",
        [one.wall_seconds - idle for one in imported],
        Band(high=IMPORT_SECONDS),
        unit="s",
        judged_by="minimum",
    )
    idle_cpu = median(one.cpu_seconds for one in bare)
    extra = [one.cpu_seconds - idle_cpu for one in imported]
    yield Row("import convscope, beyond a bare interpreter: user + system", extra, unit="s")
    yield Row(
        "convscope --help: wall",
        [one.wall_seconds for one in helped],
        Band(high=HELP_SECONDS),
        unit="s",
        judged_by="minimum",
    )
    yield Row("convscope --help: user + system", [one.cpu_seconds for one in helped], unit="s")
    for name, code in (("import convscope", "import convscope"), ("convscope --help", HELP)):
        loaded = ended([sys.executable, "-c", f"{code}\n{COUNT}"]).answer
        yield Row(f"{name}: modules of torch loaded", [float(loaded)], Band(high=0), "modules")
