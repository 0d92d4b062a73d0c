"""A full disk ended a training at the first checkpoint that could not be written.

Torch's writer said "unexpected pos 39360 vs 39248" in a RuntimeError that nobody expected.

What is written is now made in memory first, so that a full disk is an OSError; the newest
checkpoint is worth one warning, the one before stays, and training goes on.
"""

import errno
import logging
from collections.abc import Callable as Function
from pathlib import Path

import pytest

from convscope.train import Learner, SaveLast

ROOM = 2_000  # bytes that are left on the disk: less than any of the files takes


@pytest.fixture
def _full(monkeypatch: pytest.MonkeyPatch) -> None:
    # a limit of the whole process would also hit the log that pytest itself is written to
    def half(path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(bytes(content)[:ROOM])
        raise OSError(errno.EFBIG, "File too large", str(path))

    monkeypatch.setattr(Path, "write_bytes", half)


@pytest.mark.usefixtures("_full")
def test_training_goes_on_and_the_old_one_stays(
    make_learner: Function[..., Learner], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "resume.pt"
    path.write_text("the one before")
    learn = make_learner(cbs=SaveLast(path))
    with caplog.at_level(logging.WARNING, "convscope"):
        learn.fit(3, 0.01)
    assert len(learn.recorder.values) == 3
    assert path.read_text() == "the one before"
    assert [one.name for one in tmp_path.iterdir()] == ["resume.pt"]
    (said,) = caplog.messages
    assert "resume.pt" in said
    assert "training goes on" in said
