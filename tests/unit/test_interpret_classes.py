"""Where a classifier is wrong: counted by hand, and against scikit-learn's habits."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from rich.console import Console
from torch import nn

from convscope import figures
from convscope.data import DataLoaders, ImageBlock, PILImageBW, folder_block
from convscope.errors import ConfigError, DataError, RunError
from convscope.interpret import ClassificationInterpretation, duplicates
from convscope.pictures import survey
from convscope.runs import PredictionTable
from convscope.tables import class_report_table, suspicions_table
from convscope.train import Learner, Splits

TRUTHS = [0, 0, 0, 1, 1, 2]
TAKEN = [0, 1, 1, 1, 2, 2]


class Told(nn.Module):
    """Answer what the pictures say: pixel (0, k) is the logit of class k."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images[:, 0, 0] * self.scale


def learner() -> Learner:
    images = torch.zeros(6, 1, 3, 3)
    for row, taken in enumerate(TAKEN):
        images[row, 0, 0, taken] = 1.0 + row
    pairs = [(images[:4], torch.tensor(TRUTHS[:4])), (images[4:], torch.tensor(TRUTHS[4:]))]
    return Learner(Splits(pairs, pairs), Told(), loss_func=nn.CrossEntropyLoss(), quiet=True)


def test_the_verbs_count_as_by_hand() -> None:
    learn = learner()
    learn.model.train()
    interp = ClassificationInterpretation.from_learner(learn)
    assert learn.model.training
    assert interp.confusion_matrix().tolist() == [[1, 2, 0], [0, 1, 1], [0, 0, 1]]
    assert interp.most_confused() == [("0", "1", 2), ("1", "2", 1)]
    assert interp.most_confused(min_val=2) == [("0", "1", 2)]
    losses, rows = interp.top_losses(3)
    assert rows.tolist() == [4, 2, 1]  # the surer, the worse
    logits = torch.tensor([0.0, 0.0, 5.0])
    assert losses[0].item() == pytest.approx(float(-logits.log_softmax(0)[1]), rel=1e-5)
    assert interp.top_losses(1, largest=False)[1].tolist() == [5]
    assert len(interp.top_losses()[0]) == 6
    first = interp.classification_report()[0]
    assert (first.precision, first.recall, first.f1, first.support) == (1, 1 / 3, 0.5, 3)


def test_the_figures_go_through_pyplot_and_return_axes() -> None:
    figures.pyplot().close("all")  # what other tests left open
    learn = learner()
    interp = ClassificationInterpretation.from_learner(learn)
    axes = interp.plot_confusion_matrix(normalize=True, norm_dec=1)
    assert [text.get_text() for text in axes.texts] == ["0.3", "0.7", "0.5", "0.5", "1.0"]
    worst = interp.plot_top_losses(3)
    assert [one.get_title().splitlines()[0] for one in worst] == ["✗ 2 / 1", "✗ 1 / 0", "✗ 1 / 0"]
    shown = learn.show_results(max_n=3)
    assert [one.get_title() for one in shown] == ["✓ 0\n0", "✗ 0\n1", "✗ 0\n1"]
    plt = figures.pyplot()
    assert len(plt.get_fignums()) == 3
    plt.close("all")


def test_the_report_has_scikit_learns_means(capsys: pytest.CaptureFixture[str]) -> None:
    interp = ClassificationInterpretation.from_learner(learner())
    interp.print_classification_report()
    printed = capsys.readouterr().out
    rows = [line.split() for line in printed.splitlines() if line.strip()]
    # sklearn.metrics.classification_report(TRUTHS, TAKEN): macro and weighted averages
    assert rows[-2][-4:] == ["0.6111", "0.6111", "0.5222", "6"]
    assert rows[-1][-4:] == ["0.6944", "0.5000", "0.4944", "6"]
    empty = [*interp.classification_report(), *interp.classification_report()[:0]]
    assert class_report_table(empty).row_count == 5


def test_nothing_and_too_much_are_refused() -> None:
    none = np.array([], np.int64)
    nothing = PredictionTable((), (), none, none, *[none.astype(float)] * 3)
    with pytest.raises(DataError, match="nothing to interpret"):
        ClassificationInterpretation(nothing, lambda _: [])
    one, share = np.array([0]), np.array([1.0])
    many = PredictionTable(tuple(map(str, range(10_000))), ("a",), one, one, share, share, share)
    interp = ClassificationInterpretation(many, lambda _: [])
    with pytest.raises(ConfigError, match="most_confused"):
        interp.confusion_matrix()
    assert interp.most_confused() == []
    lone = PredictionTable(("only",), ("a",), one, one, share, share, share)
    assert ClassificationInterpretation(lone, lambda _: []).confusion_matrix().tolist() == [[1]]


def test_a_wrong_label_and_copies_are_found_with_their_paths(tmp_path: Path) -> None:
    dice = np.random.default_rng(0)
    for side in ("train", "valid"):
        for name in ("dark", "light"):
            (tmp_path / side / name).mkdir(parents=True)
            for row in range(6):
                pixels = dice.integers(0, 80, (8, 8), np.uint8) + (150 if name == "light" else 0)
                Image.fromarray(pixels.astype(np.uint8)).save(tmp_path / side / name / f"{row}.png")
    wrong = tmp_path / "valid" / "dark" / "wrong.png"
    wrong.write_bytes((tmp_path / "train" / "light" / "0.png").read_bytes())
    block = folder_block(survey(tmp_path), ImageBlock(PILImageBW), valid_share=0.2, seed=0)
    dls = block.dataloaders(tmp_path, bs=4, device="cpu")
    net = nn.Sequential(nn.AvgPool2d(8), nn.Flatten(), nn.Linear(1, 2))
    with torch.no_grad():
        weight, bias = net.parameters()
        weight.copy_(torch.tensor([[-20.0], [20.0]]))
        bias.copy_(torch.tensor([8.0, -8.0]))
    interp = ClassificationInterpretation.from_learner(Learner(dls, net, quiet=True))
    (suspect,) = interp.label_suspicions()
    assert (suspect.file, suspect.label, suspect.other) == (str(wrong), "dark", "light")
    (group,) = duplicates(dls)
    assert group.kind == "same"
    assert group.is_harmful
    assert set(group.files) == {str(wrong), str(tmp_path / "train" / "light" / "0.png")}
    text = StringIO()
    Console(file=text, width=300).print(suspicions_table([suspect], [group]))
    assert text.getvalue().count(str(wrong)) == 2


def test_arrays_have_no_copies_with_names() -> None:
    images, labels = torch.zeros(4, 1, 4, 4, dtype=torch.uint8), torch.arange(4) % 2
    dls = DataLoaders.from_arrays(images, labels, images, labels, vocab=["a", "b"], bs=2)
    with pytest.raises(ConfigError, match="have no files"):
        duplicates(dls)


def test_the_loader_names_its_labels(make_learner: Callable[..., Learner]) -> None:
    learn = make_learner()
    interp = ClassificationInterpretation.from_learner(learn, ds_idx=0)
    assert interp.made.truths.tolist() == torch.cat([y for _, y in learn.dls.train]).tolist()
    assert interp.made.files[:2] == ("0", "1")


def test_a_run_that_kept_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunError):
        ClassificationInterpretation.from_run(tmp_path)
