"""predictions.csv and what it tells: numbers by hand, and torchmetrics as a second road."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torchmetrics.functional.classification import (
    multiclass_calibration_error,
    multiclass_confusion_matrix,
    multiclass_f1_score,
    multiclass_precision,
    multiclass_recall,
)

from convscope.errors import RunError
from convscope.runs import (
    PredictionTable,
    calibration,
    class_reports,
    confused_pairs,
    least_sure,
    mistaken,
    read_predictions,
    share_interval,
    suspected,
    write_predictions,
)

NASTY = [
    "a,b.png",
    'a"b.png',
    "line\nbreak.png",
    "return\r.png",
    "=1+2.png",
    "</script><script>alert(1)</script>.png",
    "no text \udcff.png",
    "  spaces  .png",
    "ł ‮ right to left.png",
    "",
]


def table(
    truths: list[int],
    predicted: list[int],
    probabilities: list[float],
    own: list[float] | None = None,
    classes: int = 3,
) -> PredictionTable:
    shares = np.array(probabilities)
    mine = np.array(own) if own else np.where(np.equal(truths, predicted), shares, 0.1)
    return PredictionTable(
        tuple("abcdefghij"[:classes]),
        tuple(f"{row}.png" for row in range(len(truths))),
        np.array(truths),
        np.array(predicted),
        shares,
        mine,
        -np.log(mine),
    )


def random_table(count: int, classes: int, seed: int) -> tuple[PredictionTable, torch.Tensor]:
    """Predictions that are right more often than not, and the probabilities of all classes."""
    dice = torch.Generator().manual_seed(seed)
    truths = torch.randint(0, classes, (count,), generator=dice)
    logits = torch.randn(count, classes, generator=dice)
    logits[torch.arange(count), truths] += 1.5
    shares = logits.double().softmax(dim=1)
    best, own = shares.max(dim=1), shares[torch.arange(count), truths].numpy()
    made = table(
        truths.tolist(), best.indices.tolist(), best.values.tolist(), own.tolist(), classes
    )
    return made, shares


def test_reports_by_hand() -> None:
    made = table([0, 0, 0, 1, 1], [0, 0, 1, 1, 0], [0.9] * 5)
    a, b, c = class_reports(made)
    assert (a.precision, a.recall, a.f1, a.support) == (2 / 3, 2 / 3, 2 / 3, 3)
    assert (b.precision, b.recall, b.support) == (0.5, 0.5, 2)
    assert c.support == 0
    assert all(math.isnan(value) for value in (c.precision, c.recall, c.f1))
    assert confused_pairs(made) == [(0, 0, 2), (0, 1, 1), (1, 0, 1), (1, 1, 1)]


@pytest.mark.parametrize("seed", range(3))
def test_reports_are_those_of_torchmetrics(seed: int) -> None:
    made, shares = random_table(400, 7, seed)
    predicted, truths = torch.from_numpy(made.predicted), torch.from_numpy(made.truths)
    reports = class_reports(made)
    for name, theirs in (
        ("precision", multiclass_precision),
        ("recall", multiclass_recall),
        ("f1", multiclass_f1_score),
    ):
        ours = torch.tensor([getattr(one, name) for one in reports])
        assert torch.allclose(ours, theirs(predicted, truths, 7, average="none"), atol=1e-6)
    matrix = torch.zeros(7, 7, dtype=torch.int64)
    for truth, said, count in confused_pairs(made):
        matrix[truth, said] = count
    assert torch.equal(matrix, multiclass_confusion_matrix(predicted, truths, 7))
    error = multiclass_calibration_error(shares, truths, 7, n_bins=15, norm="l1")
    assert calibration(made).error == pytest.approx(float(error), abs=1e-6)


def test_calibration_by_hand() -> None:
    made = table([0, 0, 0, 0], [0, 1, 0, 0], [0.95, 0.95, 0.55, 1.0])
    found = calibration(made, bins=10)
    assert found.counts.tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 3]
    assert found.accuracies[9] == pytest.approx(2 / 3)
    assert found.confidences[9] == pytest.approx((0.95 + 0.95 + 1.0) / 3)
    assert found.error == pytest.approx((0.45 + 3 * (2.9 / 3 - 2 / 3)) / 4)
    assert math.isnan(found.accuracies[0])


def test_order_of_the_lists() -> None:
    made = table([0, 0, 0, 1], [0, 1, 1, 1], [0.6, 0.9, 0.7, 0.99], [0.6, 0.02, 0.3, 0.99])
    assert mistaken(made).tolist() == [1, 2]
    assert least_sure(made).tolist() == [0, 2, 1, 3]


def test_suspicion_takes_the_usual_certainty_of_the_other_class() -> None:
    """Class b is usually given 0.8: 0.9 for it is suspicious, 0.7 is not."""
    made = table([0, 0, 1, 1], [1, 1, 1, 1], [0.9, 0.7, 0.9, 0.7], [0.1, 0.3, 0.9, 0.7])
    assert suspected(made).tolist() == [0]


def test_nobody_is_suspected_for_a_class_that_has_no_pictures() -> None:
    assert suspected(table([0, 0], [2, 0], [1.0, 0.9])).tolist() == []


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)],
)
def test_interval_of_published_examples(right: int, count: int, low: float, high: float) -> None:
    """Values of Wilson's interval without continuity correction, as in R's prop.test."""
    assert share_interval(right / count, count) == pytest.approx((low, high), abs=1e-4)


def test_any_name_survives_the_file(tmp_path: Path) -> None:
    count = len(NASTY)
    sides = np.arange(count) % 2
    line = np.linspace(0.1, 0.9, count)
    made = PredictionTable(("=a", "b,\n\udcfe"), tuple(NASTY), sides, 1 - sides, line, line, line)
    write_predictions(tmp_path / "predictions.csv", made)
    found = read_predictions(tmp_path / "predictions.csv", made.classes)
    assert list(found.files) == [name.replace("\udcff", "\\udcff") for name in NASTY]
    assert found.classes == ("=a", "b,\n\\udcfe")
    assert found.truths.tolist() == sides.tolist()
    assert found.predicted.tolist() == (1 - sides).tolist()
    assert np.allclose(found.losses, line)


@pytest.mark.parametrize(
    "content",
    ["", "file,label\na,b\n", "file,truth,prediction,probability,probability_of_truth,loss\na,b\n"],
)
def test_a_damaged_file_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "predictions.csv").write_text(content)
    with pytest.raises(RunError, match=r"predictions\.csv cannot be read") as told:
        read_predictions(tmp_path / "predictions.csv", ["a", "b"])
    assert "zip()" not in str(told.value)


def test_predictions_of_other_classes_are_told(tmp_path: Path) -> None:
    write_predictions(tmp_path / "p.csv", table([0], [1], [0.9], classes=2))
    with pytest.raises(RunError, match="of another run"):
        read_predictions(tmp_path / "p.csv", ["rose", "daisy"])


def test_no_predictions_at_all(tmp_path: Path) -> None:
    nothing = np.array([], np.int64)
    made = PredictionTable(("a",), (), nothing, nothing, *[np.array([])] * 3)
    write_predictions(tmp_path / "p.csv", made)
    assert len(read_predictions(tmp_path / "p.csv", ["a"])) == 0
