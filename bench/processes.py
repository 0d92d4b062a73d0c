"""Run a program in a process of its own and say what it cost."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SIDES = Path(__file__).parent / "sides"
CONVSCOPE = Path(sys.executable).with_name("convscope")


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that ended well.

    Attributes:
        wall_seconds: from its start to its end.
        cpu_seconds: user and system time of it and of the children that it waited for.
        output: what it wrote to its standard output.
    """

    wall_seconds: float
    cpu_seconds: float
    output: str

    @property
    def answer(self) -> Any:  # noqa: ANN401 - JSON
        """The JSON of its last line."""
        return json.loads(self.output.strip().splitlines()[-1])


def ended(command: Sequence[object], **environment: object) -> Ended:
    """Run a program to its end.

    Args:
        command: the program and its arguments.
        environment: variables beside those of this process.

    Returns:
        What it cost and what it said.

    Raises:
        RuntimeError: it failed; the message ends with what it said last.
    """
    variables: Mapping[str, str] = os.environ | {k: str(v) for k, v in environment.items()}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaints:
        words = [str(word) for word in command]
        start = time.perf_counter()
        process = subprocess.Popen(words, stdout=output, stderr=complaints, env=variables)
        _, status, usage = os.wait4(process.pid, 0)
        wall_seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        complaints.seek(0)
        said = output.read().decode(errors="replace")
        if process.returncode:
            last = (said + complaints.read().decode(errors="replace"))[-2000:]
            raise RuntimeError(f"exit code {process.returncode} of {' '.join(words)}\n{last}")
    return Ended(wall_seconds, usage.ru_utime + usage.ru_stime, said)
