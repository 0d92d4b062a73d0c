"""Files that TensorBoard reads."""

import platform
import time
from collections.abc import Mapping
from errno import ENOSPC
from os import strerror
from pathlib import Path
from struct import pack
from typing import Any
from uuid import uuid4

from convscope.instruments.optional import tensorboard


class EventFile:
    """Write an event file in this thread, so that whoever writes hears of a full disk.

    tensorboardX's own SummaryWriter has a thread for it: that one dies of the error, and the
    program then waits for it for ever.

    Args:
        folder: gets a new file.
        from_step: TensorBoard forgets what older files of the folder say of this step and later.

    Raises:
        ConfigError: tensorboardX is not installed.
        OSError: it cannot be written; so do all methods.
    """

    def __init__(self, folder: Path, *, from_step: int | None = None) -> None:
        self._kit = tensorboard()
        folder.mkdir(parents=True, exist_ok=True)
        unique = uuid4().hex[:8]  # there may be two of the same second
        name = f"events.out.tfevents.{time.time():.0f}.{platform.node()}.{unique}"
        self._out = (folder / name).open("wb", buffering=0)  # nothing is left to fail when it ends
        self._write(0, file_version="brain.Event:2")
        if from_step is not None:
            log = self._kit.proto.event_pb2.SessionLog
            self._write(from_step, session_log=log(status=log.START))

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Add a number."""
        self._write(step, summary=self._kit.summary.scalar(tag, value))

    def histogram(self, tag: str, step: int, **content: Any) -> None:  # noqa: ANN401 - as tensorboardX has it
        """Add a histogram that was counted already."""
        self._write(step, summary=self._kit.summary.histogram_raw(tag, **content))

    def text(self, tag: str, text: str, step: int) -> None:
        """Add a text, in Markdown."""
        self._write(step, summary=self._kit.summary.text(tag, text))

    def hyperparameters(self, values: Mapping[str, object], results: Mapping[str, float]) -> None:
        """Say what was asked for, and which scalars are what came of it."""
        for summary in self._kit.summary.hparams(dict(values), dict(results)):
            self._write(0, summary=summary)

    def close(self) -> None:
        """Let go."""
        self._out.close()

    def _write(self, step: int, **content: object) -> None:
        event = self._kit.proto.event_pb2.Event(wall_time=time.time(), step=step, **content)
        data, check = event.SerializeToString(), self._kit.record_writer.masked_crc32c
        length = pack("<Q", len(data))
        record = length + pack("<I", check(length)) + data + pack("<I", check(data))
        if self._out.write(record) < len(record):
            raise OSError(ENOSPC, strerror(ENOSPC))
