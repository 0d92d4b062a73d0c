"""Where a classifier is wrong: the known verbs, for a Learner or a run."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from torch import Tensor

from convscope import figures, tables
from convscope.errors import ConfigError, DataError, account
from convscope.interpret.judged_sets import (
    Pictures,
    pictures_of_batches,
    pictures_of_run,
    predictions_of,
)
from convscope.runs import (
    ClassReport,
    LabelSuspicion,
    PredictionTable,
    RunFolder,
    class_reports,
    confused_pairs,
    label_suspicions,
    read_predictions,
)
from convscope.train import Learner
from convscope.words import label

MOST_CLASSES = 2_000
"""Of a confusion matrix: it takes 32 MB then."""


class ClassificationInterpretation:
    """What a classifier says of a whole set of pictures, and where it is wrong.

    It is made by `from_learner` or `from_run`; the pictures are classified once.

    Args:
        made: a row a picture.
        pictures: gives some of them.

    Attributes:
        made: a row a picture: file, truth, prediction, probabilities, loss.
    """

    def __init__(self, made: PredictionTable, pictures: Pictures) -> None:
        if not len(made):
            raise DataError(
                account(
                    "there is nothing to interpret",
                    facts={"pictures": 0},
                    because="no picture was classified",
                    fix="a set with pictures and their labels",
                )
            )
        self.made = made
        self._pictures = pictures

    @classmethod
    def from_learner(
        cls,
        learn: Learner,
        ds_idx: int = 1,
        dl: Iterable[tuple[Tensor, Tensor]] | None = None,
        act: Callable[[Tensor], Tensor] | None = None,
    ) -> "ClassificationInterpretation":
        """Classify a set of a Learner.

        Args:
            learn: its model is put back into its mode.
            ds_idx: 1 for the validation set, 0 for the training set in order.
            dl: other batches, which can be gone through again.
            act: makes probabilities of logits; by default what the loss function implies.

        Returns:
            The interpretation; losses are cross entropy, -log of the truth's probability.

        Example:
            >>> from convscope.train import Splits
            >>> batch = (torch.eye(4).reshape(4, 1, 2, 2), torch.tensor([0, 1, 0, 1]))
            >>> net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(4, 2))
            >>> learn = Learner(Splits([batch], [batch]), net, quiet=True)
            >>> interp = ClassificationInterpretation.from_learner(learn)
            >>> int(interp.confusion_matrix().sum())
            4
        """
        shares, truths = learn.get_preds(ds_idx, dl, act)
        made = predictions_of(learn, ds_idx if dl is None else None, shares, truths)
        batches = learn.batches(ds_idx, dl)
        return cls(made, lambda rows: pictures_of_batches(learn, batches, rows))

    @classmethod
    def from_run(cls, run: RunFolder | Path | str) -> "ClassificationInterpretation":
        """Read what a run kept of its validation pictures: the pictures may be gone.

        Args:
            run: a run that has ended, or its folder.

        Returns:
            The interpretation.

        Raises:
            RunError: it is no run, or has kept no predictions.
        """
        run = run if isinstance(run, RunFolder) else RunFolder.open(Path(run))
        made = read_predictions(run.predictions, run.about.classes)
        return cls(made, lambda rows: pictures_of_run(run, rows))

    @property
    def vocab(self) -> list[str]:
        """Names of the classes, by number."""
        return list(self.made.classes)

    def confusion_matrix(self) -> NDArray[np.int64]:
        """Count which class was taken for which.

        Returns:
            (classes, classes): pictures of the row's class that were taken for the column's.

        Raises:
            ConfigError: there are too many classes for a matrix.
        """
        size = len(self.made.classes)
        if size > MOST_CLASSES:
            _refuse_many(size)
        counts = np.bincount(self.made.truths * size + self.made.predicted, minlength=size**2)
        return counts.reshape(size, size).astype(np.int64)

    def plot_confusion_matrix(
        self,
        *,
        normalize: bool = False,
        title: str | None = None,
        cmap: str = "Blues",
        norm_dec: int = 2,
        plot_txt: bool = True,
        figsize: tuple[float, float] | None = None,
    ) -> figures.Axes:
        """Draw the confusion matrix through pyplot.

        Args:
            normalize: draw shares of each row's class instead of counts.
            title: by default "Confusion matrix".
            cmap: colours, from none to most.
            norm_dec: decimals of shares.
            plot_txt: write the numbers, where they can be read.
            figsize: in inches; by default by the number of classes.

        Returns:
            The axes.

        Raises:
            ConfigError: there are too many classes for a matrix.
        """
        counts = self.confusion_matrix()
        figure = figures.pyplot_figure(figsize or figures.matrix_inches(len(counts)))
        drawn = figures.confusion_matrix(
            counts,
            self.vocab,
            normalized=normalize,
            numbered=plot_txt,
            decimals=norm_dec,
            cmap=cmap,
            title=title,
            figure=figure,
        )
        return drawn.axes[0]

    def most_confused(self, min_val: int = 1) -> list[tuple[str, str, int]]:
        """List which classes are taken for which.

        Args:
            min_val: leave out pairs with fewer pictures.

        Returns:
            (truth, prediction, pictures), the most first.
        """
        return [
            (self.made.classes[truth], self.made.classes[other], count)
            for truth, other, count in confused_pairs(self.made)
            if truth != other and count >= min_val
        ]

    def top_losses(self, k: int | None = None, *, largest: bool = True) -> tuple[Tensor, Tensor]:
        """Find the pictures with the largest losses.

        Args:
            k: how many; None for all.
            largest: False for the smallest.

        Returns:
            Losses, and the rows of the pictures: `interp.made.files[row]` names a file.
        """
        losses = torch.from_numpy(self.made.losses)
        count = len(losses) if k is None else min(k, len(losses))
        order = losses.argsort(descending=largest, stable=True)[:count]
        return losses[order], order

    def plot_top_losses(
        self, k: int = 9, *, largest: bool = True, figsize: tuple[float, float] | None = None
    ) -> list[figures.Axes]:
        """Draw the pictures with the largest losses through pyplot.

        Args:
            k: how many, at least 1.
            largest: False for the smallest.
            figsize: in inches; by default by the number of pictures.

        Returns:
            The axes, each with prediction, truth, loss and the prediction's probability above it.
        """
        made = self.made
        rows = self.top_losses(max(1, k), largest=largest)[1].tolist()
        lines = [
            [
                f"{made.classes[made.predicted[row]]} / {made.classes[made.truths[row]]}",
                f"{made.losses[row]:.2f} / {made.probabilities[row]:.2f}",
                Path(made.files[row]).name,
            ]
            for row in rows
        ]
        drawn = figures.judged_pictures(
            self._pictures(rows),
            lines,
            [bool(made.truths[row] == made.predicted[row]) for row in rows],
            title=label("title_top_losses" if largest else "title_least_losses"),
            key="read_top_losses",
            figure=figures.pyplot_figure(figsize or figures.grid_inches(len(rows))),
        )
        return drawn.axes

    def classification_report(self) -> list[ClassReport]:
        """Measure precision, recall and F1 of each class.

        Returns:
            One for each class, in their order.
        """
        return class_reports(self.made)

    def print_classification_report(self) -> None:
        """Print precision, recall, F1 and support of each class, and their means."""
        Console().print(tables.class_report_table(self.classification_report()))

    def label_suspicions(self) -> list[LabelSuspicion]:
        """List pictures whose label may be wrong; see `convscope.interpret.label_suspicions`.

        Returns:
            The suspected, the most suspect first.
        """
        return label_suspicions(self.made)


def _refuse_many(size: int) -> NoReturn:
    raise ConfigError(
        account(
            "there are too many classes for a confusion matrix",
            facts={"classes": f"{size:,}", "at most": f"{MOST_CLASSES:,}"},
            because="it would have a cell for each pair of them, almost all empty",
            fix="most_confused(), which lists the pairs that occur",
        )
    )
