"""Let two loops take turns, a few steps each, and time every turn.

On a machine that others use too, two long runs one after the other compare the neighbours' load.
Turns of a tenth of a second see the same load on both sides.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from torch import Tensor

from convscope.data import Loader

Batch = tuple[Tensor, Tensor]


class Lap(NamedTuple):
    """What a turn cost: wall time, and processor time of all threads."""

    wall_seconds: float
    cpu_seconds: float


class Watch:
    """Time since it was made."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def lap(self) -> Lap:
        """Read it."""
        return Lap(time.perf_counter() - self.wall, time.process_time() - self.cpu)


@dataclass
class Turns:
    """The laps of both sides, pair by pair."""

    other: Iterator[None]
    """The other loop: does a turn's work each time it is asked for the next."""
    ours: list[Lap] = field(default_factory=list[Lap])
    theirs: list[Lap] = field(default_factory=list[Lap])

    def change(self, ours: Watch) -> None:
        """Our turn has ended; let the other side have theirs."""
        self.ours.append(ours.lap())
        watch = Watch()
        next(self.other)
        self.theirs.append(watch.lap())


class InTurns:
    """A loader that lets the other side work after every few batches, and at its end."""

    def __init__(self, loader: Loader, turns: Turns, every: int) -> None:
        self.loader, self.turns, self.every = loader, turns, every

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the loader has
        return getattr(self.loader, name)

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Iterator[Batch]:
        return self._in_turns(iter(self.loader))

    def epoch_batches(self, seed: int, epoch: int, start: int = 0) -> Iterator[Batch]:
        """Give the loader's batches.

        Returns:
            The same batches in the same order.
        """
        return self._in_turns(self.loader.epoch_batches(seed, epoch, start))

    def _in_turns(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        watch = Watch()
        for step in range(len(self.loader)):
            if step and step % self.every == 0:
                self.turns.change(watch)
                watch = Watch()
            yield next(batches)
        self.turns.change(watch)
