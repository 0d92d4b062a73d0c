"""The table of epochs, a line at a time while training goes on."""

from collections.abc import Sequence

from convscope.runs import EpochRow
from convscope.tables.numbers import duration, number
from convscope.words import label

_WIDEST = 80  # columns of a log
_TRANSLATED = ("accuracy",)  # other metrics keep the names of their functions


class EpochTable:
    """Lay out a header and, as they come, the rows under it.

    Args:
        metrics: names of the columns between valid_loss and time.
        lang: language of the headings, as for `words.label`.

    Example:
        >>> table = EpochTable(["accuracy"], lang="en")
        >>> print(table.header())
        epoch  train_loss  valid_loss  accuracy    time
        >>> print(table.row(EpochRow(0, 0.2113, 0.0849, {"accuracy": 0.9743}, 2.2)))
            0      0.2113      0.0849    0.9743   2.2 s
    """

    def __init__(self, metrics: Sequence[str] = ("accuracy",), lang: str | None = None) -> None:
        self.metrics = list(metrics)
        named = [label(one, lang) if one in _TRANSLATED else one for one in self.metrics]
        first = [label(key, lang) for key in ("epoch", "train_loss", "valid_loss")]
        self._headings = [*first, *named, label("time", lang)]
        self._widths = [len(self._headings[0]), *(max(len(one), 7) for one in self._headings[1:])]
        self._widths[-1] = max(len(self._headings[-1]), 6)
        roomy = sum(self._widths) + 2 * len(self._widths) - 2 <= _WIDEST
        self._gap = "  " if roomy else " "

    def header(self) -> str:
        """Give the headings.

        Returns:
            One line.
        """
        return self._line(self._headings)

    def row(self, row: EpochRow) -> str:
        """Give one epoch.

        Returns:
            One line, its numbers under their headings; "-" for a metric that the row lacks.
        """
        measured = [number(row.metrics[one]) if one in row.metrics else "-" for one in self.metrics]
        losses = [number(row.train_loss), number(row.valid_loss)]
        return self._line([f"{row.epoch}", *losses, *measured, duration(row.seconds)])

    def _line(self, cells: Sequence[str]) -> str:
        return self._gap.join(
            f"{cell:>{width}}" for cell, width in zip(cells, self._widths, strict=True)
        )
