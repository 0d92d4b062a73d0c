"""`python -m bench [NAME ...]`: measure the claims; exit with 1 when one does not hold."""

import argparse
import os
import sys
import time
from importlib import import_module
from pathlib import Path

from rich.console import Console

from bench import machine, report
from bench.claims import Row
from bench.datasets import fresh

# name -> module; a result folder is called results, so the benchmark's file cannot be
BENCHMARKS = {
    "startup": "bench.startup",
    "conv": "bench.conv",
    "decode": "bench.decode",
    "check": "bench.check",
    "photographs": "bench.photographs",
    "streaming": "bench.streaming",
    "learner_vs_bare": "bench.learner_vs_bare",
    "instruments": "bench.instruments",
    "flops": "bench.flops",
    "anatomy": "bench.anatomy",
    "augment": "bench.augment",
    "against_fastai": "bench.against_fastai",
    "trace": "bench.trace",
    "reporting": "bench.reporting",
    "ladder": "bench.ladder",
    "grad_cam": "bench.grad_cam",
    "predict": "bench.predict",
    "results": "bench.real_data",
}


def run(name: str, console: Console) -> list[Row]:
    """Run one benchmark, write its results, print its rows.

    Args:
        name: a key of `BENCHMARKS`.
        console: where to print.

    Returns:
        Its rows.
    """
    module = import_module(BENCHMARKS[name])
    busy = machine.described()
    start = time.monotonic()
    rows: list[Row] = []
    console.print(f"[bold]{name}[/bold]: {(module.__doc__ or '').splitlines()[0]}")
    progress = Console(stderr=True, highlight=False)
    for row in module.measure(lambda text: progress.print(f"  {text} ...", style="dim")):
        rows.append(row)
        console.print(f"  {row.claim}: {report.cells(row)[3]}, {row.status}", highlight=False)
    if not all(row.skipped for row in rows):  # evidence of an earlier run is worth more than none
        report.save(name, rows, busy, Path(str(module.__file__)))
    console.print(f"  [dim]{time.monotonic() - start:.0f} s[/dim]")
    return rows


def main(words: list[str]) -> int:
    """Run the benchmarks that are named, else all, and judge.

    Returns:
        0, or 1 if a value left its band.
    """
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names: list[str] = parser.parse_args(words).names
    if unknown := [name for name in names if name not in BENCHMARKS]:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(BENCHMARKS)}")
    os.environ["CONVSCOPE_HOME"] = str(fresh("home"))  # nobody's own cache is used or filled
    console = Console(highlight=False)
    rows = [row for name in names or BENCHMARKS for row in run(name, console)]
    console.print(report.table(rows))
    console.print(f"results: {report.summarise().parent}")
    failed = [row.claim for row in rows if row.status == "FAILED"]
    for claim in failed:
        console.print(f"FAILED: {claim}", style="bold red")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
