"""After a kill `convscope runs` showed no best epoch, though results.csv knew it.

run.json is told of the best epoch only when a training ends.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from convscope.cli.main import run
from convscope.runs import EpochRow, Manifest, Results, RunFolder, list_runs

FAST = ["--epochs", "6", "--batch-size", "8", "--arch", "simple_net", "--lr-max", "0.02"]


@pytest.mark.slow
def test_read_from_the_results(picture_folder: Path, tmp_path: Path) -> None:
    assert run(["train", str(picture_folder), *FAST, "--out", str(tmp_path)]) == 0
    (before,) = list_runs(tmp_path)
    one = RunFolder.open(before.path)
    one.save(replace(one.about, status="running", best_epoch=None, best={}, pid=2**22 - 1))
    (lost,) = list_runs(tmp_path)
    assert lost.status == "lost"
    assert lost.best_epoch == before.best_epoch
    assert lost.best == before.best


def test_equal_scores_are_decided_by_the_loss_as_in_training(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    one = RunFolder(tmp_path / "one", _about())
    one.save(one.about)
    (listed,) = list_runs(tmp_path)
    assert listed.best_epoch is None, "no epoch yet"
    results = Results(one.results, ["accuracy", "balanced_accuracy"])
    nan = float("nan")
    for epoch, (loss, score) in enumerate([(0.5, 0.7), (0.4, 0.9), (0.3, 0.9), (nan, 0.9)]):
        scores = {"accuracy": 1 - score, "balanced_accuracy": score}
        results.append(EpochRow(epoch, 0.5, loss, scores, 1.0))
    (listed,) = list_runs(tmp_path)
    assert listed.best_epoch == 2


def _about() -> Manifest:
    return Manifest(
        convscope="0.1.0",
        versions={},
        settings={"best_by": "balanced_accuracy"},
        seed=0,
        classes=["a", "b"],
        data="data",
        found=[],
        device="cpu",
        threads=1,
        command=[],
    )
