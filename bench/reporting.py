"""How long does the report of a run take, from its folder to the page, Python's start included?"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.claims import Band, Row
from bench.datasets import MNIST, fresh, missing, unpacked
from bench.processes import CONVSCOPE, ended

TIMES = 3
DEMO_SECONDS, MNIST_SECONDS = 5.0, 20.0
MEGABYTES = 5.0
CLAIMS = (
    "convscope report of the demo: 1,000 validation pictures",
    "its page",
    "convscope report of MNIST: 10,000 validation pictures",
)


def measure(say: Callable[[str], None]) -> Iterator[Row]:
    """Train once, then report several times, each in a fresh process.

    Yields:
        Seconds and megabytes of the demo, seconds of MNIST.
    """
    say("training the demo")
    seconds, run = _reported("demo")
    yield Row(CLAIMS[0], seconds, Band(high=DEMO_SECONDS), "s")
    size = (run / "report.html").stat().st_size / 1e6
    yield Row(CLAIMS[1], [size], Band(high=MEGABYTES), "MB")
    if reason := missing(MNIST):
        yield Row(CLAIMS[2], skipped=reason)
        return
    say("training MNIST")
    seconds, _ = _reported("train", unpacked(MNIST), "--arch", "simple_cnn")
    yield Row(CLAIMS[2], seconds, Band(high=MNIST_SECONDS), "s")


def _reported(*words: object) -> tuple[list[float], Path]:
    """Train, and report again and again.

    Returns:
        Seconds of each report, and the run.
    """
    home, out = os.environ.get("CONVSCOPE_HOME") or fresh("home"), fresh("runs")
    ended([CONVSCOPE, *words, "--epochs", "1", "--out", out], CONVSCOPE_HOME=home)
    (run,) = out.iterdir()
    took = [
        ended([CONVSCOPE, "report", run], CONVSCOPE_HOME=home).wall_seconds for _ in range(TIMES)
    ]
    return took, run
