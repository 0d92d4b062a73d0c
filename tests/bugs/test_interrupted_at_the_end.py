"""Ctrl-C while the last pictures were drawn lost the best epoch, and its reason was a class name.

run.json got the best epoch only together with its last status; an interrupt outside the loop was
told as "KeyboardInterrupt", a SIGTERM as "143".
"""

from pathlib import Path

import pytest

from convscope.cli.main import run
from convscope.recipes import running
from convscope.runs import RunFolder

pytestmark = pytest.mark.slow  # whole runs
FAST = ["--epochs", "1", "--batch-size", "16", "--arch", "simple_net"]


@pytest.mark.parametrize(
    ("interrupt", "reason"), [(KeyboardInterrupt(), "Ctrl-C"), (SystemExit(143), "SIGTERM")]
)
def test_what_was_learnt_is_told(
    picture_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    interrupt: BaseException,
    reason: str,
) -> None:
    def draw(*given: object) -> None:
        raise interrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(running, "_draw_results", draw)
    try:
        run(["train", str(picture_folder), *FAST])
    except SystemExit:
        assert reason == "SIGTERM"
    (path,) = (tmp_path / "runs").iterdir()
    about = RunFolder.open(path).about
    assert (about.status, about.reason) == ("interrupted", reason)
    assert about.best_epoch == 0
    assert set(about.best) == {"train_loss", "valid_loss", "accuracy"}
    monkeypatch.undo()
    assert run(["train", "--resume", str(path)]) == 0
    assert RunFolder.open(path).about.status == "done"
