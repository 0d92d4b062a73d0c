"""Files that TensorBoard reads."""

import time
from collections.abc import Mapping
from pathlib import Path
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
        unique = f".{uuid4().hex[:8]}"  # there may be two of the same second
        self._file = self._kit.event_file_writer.EventsWriter(str(folder / "events"), unique)
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

    def flush(self) -> None:
        """Put everything onto the disk."""
        self._file.flush()

    def close(self) -> None:
        """Put everything onto the disk, and let go."""
        self._file.close()

    def _write(self, step: int, **content: object) -> None:
        event = self._kit.proto.event_pb2.Event
        self._file.write_event(event(wall_time=time.time(), step=step, **content))
