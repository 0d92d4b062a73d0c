"""Stop a training again and again, go on each time, and compare with one that ran through.

    python scripts/stop_and_resume.py [FOLDER] [--signals INT TERM KILL ...] [-- TRAIN OPTIONS]

Without a folder the digits that come with the package are used. Every signal is sent at a random
moment of the fit; then `convscope train --resume` goes on. In the end the weights must be equal
byte for byte, and so must every number of results.csv (but for the seconds) and every step.
"""

import argparse
import csv
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from convscope.pictures import digits_folder
from convscope.runs import RunFolder, read_results, read_steps

CONVSCOPE = [sys.executable, "-c", "from convscope.cli import main; main()"]
EXPECTED = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}
PATIENCE_SECONDS = 10  # a run that was asked to end must have ended by then


def main() -> int:
    """Compare a run that was stopped with one that was not.

    Returns:
        0 if they are equal, else 1.
    """
    arguments = _arguments()
    folder = arguments.folder or digits_folder()
    with tempfile.TemporaryDirectory() as place:
        options = ["train", str(folder), *arguments.options, "--out"]
        _finish([*options, f"{place}/whole"])
        whole = _only_run(Path(place, "whole"))
        length = sum(row.seconds for row in read_results(whole / "results.csv"))
        words, stopped = [*options, f"{place}/stopped"], None
        dice = random.Random(arguments.seed)
        for name in arguments.signals:
            process = subprocess.Popen([*CONVSCOPE, *words], stdout=subprocess.DEVNULL)
            stopped = _wait_for_fit(Path(place, "stopped"), process)
            time.sleep(dice.uniform(0, length / (2 * len(arguments.signals))))
            _stop(process, signal.Signals[f"SIG{name}"], stopped)
            if RunFolder.open(stopped).status == "done":  # the signal came too late
                break
            words = ["train", "--resume", str(stopped)]
        else:
            _finish(words)
        return _compare(whole, _only_run(Path(place, "stopped")))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--signals", nargs="+", default=["INT", "TERM", "KILL", "KILL"])
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    arguments = parser.parse_args(words[:cut])
    arguments.options = words[cut + 1 :]
    return arguments


def _finish(words: list[str]) -> None:
    subprocess.run([*CONVSCOPE, *words], check=True, stdout=subprocess.DEVNULL)


def _only_run(parent: Path) -> Path:
    (path,) = [path.parent for path in parent.glob("*/run.json")]
    return path


def _wait_for_fit(parent: Path, process: "subprocess.Popen[bytes]") -> Path:
    """Wait until this process has added a step to the run's store."""
    known: int | None = None
    while process.poll() is None:
        time.sleep(0.02)
        found = list(parent.glob("*/steps.sqlite"))
        if not found or RunFolder.open(found[0].parent).about.pid != process.pid:
            continue
        steps = len(read_steps(found[0]).steps)
        known = steps if known is None else known
        if steps != known:
            return found[0].parent
    return _only_run(parent)


def _stop(process: "subprocess.Popen[bytes]", number: signal.Signals, run: Path) -> None:
    process.send_signal(number)  # does nothing where the run has ended already
    code = process.wait(timeout=PATIENCE_SECONDS)
    about = RunFolder.open(run)
    rows = len((run / "results.csv").read_text().splitlines()) - 1
    print(f"{number.name}: exit code {code}, status {about.status}, {rows} epochs done")
    if about.status != "done" and code != EXPECTED[number]:
        sys.exit(f"expected exit code {EXPECTED[number]}")


def _compare(whole: Path, stopped: Path) -> int:
    equal = {
        "weights": (whole / "model.safetensors").read_bytes()
        == (stopped / "model.safetensors").read_bytes(),
        "results": _rows(whole / "results.csv") == _rows(stopped / "results.csv"),
        "steps": read_steps(whole / "steps.sqlite") == read_steps(stopped / "steps.sqlite"),
        "status": RunFolder.open(stopped).status == "done",
    }
    for name, same in equal.items():
        print(f"{name}: {'equal' if same else 'DIFFERENT'}")
    return 0 if all(equal.values()) else 1


def _rows(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return [row[:-1] for row in csv.reader(file)]


if __name__ == "__main__":
    sys.exit(main())
