"""results.csv: a row an epoch, for people, spreadsheets and every other tool."""

import csv
import io
import logging
import os
from collections.abc import Sequence
from math import inf, isfinite, nan
from pathlib import Path

from convscope.errors import RunError, account
from convscope.files import written
from convscope.runs.messages import cannot_read, cannot_write
from convscope.runs.records import EpochRow

_FIRST = ["epoch", "train_loss", "valid_loss"]
_LAST = ["seconds"]
_LONGEST_LINE = 10_000  # characters; a longer one is damage, not a result

_FIX = "train longer: the first row is written when the first epoch ends"

_log = logging.getLogger("convscope")


class Results:
    """Append epochs to results.csv; each row is on the disk when `append` returns.

    A disk that is full does not stop training: the row waits, one warning is logged, and the next
    `append` tries again. What is on the disk is whole lines only.

    Args:
        path: the file; made with its header if it is missing, continued if it exists.
        metrics: names of the columns between valid_loss and seconds.

    Raises:
        RunError: the file cannot be written, or has other columns.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     results = Results(Path(folder) / "results.csv", ["accuracy"])
        ...     results.append(EpochRow(0, 0.25, 0.125, {"accuracy": 0.9743}, 2.5))
        ...     print((Path(folder) / "results.csv").read_text(), end="")
        epoch,train_loss,valid_loss,accuracy,seconds
        0,0.25,0.125,0.9743,2.5
    """

    def __init__(self, path: Path, metrics: Sequence[str] = ("accuracy",)) -> None:
        self.path = path
        self.metrics = list(metrics)
        self._waiting = ""
        self._warned = False
        header = _line([*_FIRST, *self.metrics, *_LAST])
        try:
            if path.exists() and path.stat().st_size:
                _cut_torn_line(path)
            else:
                path.write_text(header, encoding="utf-8", newline="")
        except OSError as error:
            raise RunError(cannot_write(path, error)) from error
        self._check_header(header)

    def append(self, row: EpochRow) -> None:
        """Add an epoch.

        Args:
            row: its metrics are looked up by the names of the columns; a missing one is NaN.
        """
        numbers = [row.metrics.get(name, nan) for name in self.metrics]
        self._waiting += _line([row.epoch, row.train_loss, row.valid_loss, *numbers, row.seconds])
        size = self.path.stat().st_size if self.path.exists() else 0
        try:
            with self.path.open("ab", buffering=0) as handle:
                _write_whole(handle.fileno(), self._waiting.encode())
        except OSError as error:
            _truncate(self.path, size)
            self._warn(error)
        else:
            self._waiting = ""

    def drop_after(self, epoch: int) -> None:
        """Forget the epochs after `epoch`: a resumed run does them again.

        Raises:
            RunError: the file cannot be written.
        """
        kept = [row for row in read_results(self.path) if row.epoch <= epoch]
        lines = [_line([*_FIRST, *self.metrics, *_LAST])]
        for row in kept:
            numbers = [row.metrics[name] for name in self.metrics]
            lines.append(_line([row.epoch, row.train_loss, row.valid_loss, *numbers, row.seconds]))
        try:
            with written(self.path) as draft:
                draft.write_text("".join(lines), encoding="utf-8", newline="")
        except OSError as error:
            raise RunError(cannot_write(self.path, error)) from error

    def _check_header(self, header: str) -> None:
        with self.path.open(encoding="utf-8", errors="replace", newline="") as handle:
            found = handle.readline(_LONGEST_LINE)
        if found.rstrip("\r\n") != header.rstrip("\n"):
            raise RunError(
                account(
                    f"{self.path.name} has other columns",
                    facts={"file": self.path, "found": found.strip(), "wanted": header.strip()},
                    because="the run was recorded with other metrics",
                    fix="use the metrics of that run, or a folder of its own",
                )
            )

    def _warn(self, error: OSError) -> None:
        if not self._warned:
            self._warned = True
            _log.warning("%s cannot be written (%s); training goes on", self.path, error)


def read_results(path: Path) -> list[EpochRow]:
    """Read results.csv, leaving out what is torn.

    Each line that cannot be read is named in a warning of the logger "convscope".

    Returns:
        A row an epoch, in the order of the file.

    Raises:
        RunError: there is no such file, or it does not begin with the header.

    Example:
        >>> read_results(Path("nowhere") / "results.csv")
        Traceback (most recent call last):
        convscope.errors.RunError: results.csv cannot be read
          file    : nowhere/results.csv
          because : No such file or directory
          try     : train longer: the first row is written when the first epoch ends
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise RunError(cannot_read(path, error.strerror, fix=_FIX)) from error
    names = _cells(lines[0]) if lines else []
    if names[:3] != _FIRST or names[-1:] != _LAST:
        why = "it does not begin with epoch,train_loss,valid_loss"
        raise RunError(cannot_read(path, why, fix=_FIX))
    rows: list[EpochRow] = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            rows.append(_row(names[3:-1], _cells(line)))
        except ValueError:
            _log.warning("%s: line %d cannot be read and is left out", path, number)
    return rows


def best_row(rows: Sequence[EpochRow], by: str) -> EpochRow | None:
    """Find the best epoch, as training does: the highest score, and of equals the lowest loss.

    Args:
        rows: epochs in order.
        by: name of the metric that decides.

    Returns:
        The first of the best, None where no score is a number.

    Example:
        >>> rows = [EpochRow(n, 0.2, 0.3 - n / 10, {"accuracy": 0.9}, 1.0) for n in range(2)]
        >>> best_row(rows, "accuracy").epoch
        1
    """
    scored = [row for row in rows if isfinite(row.metrics.get(by, nan))]
    return max(
        scored,
        key=lambda row: (row.metrics[by], -row.valid_loss if isfinite(row.valid_loss) else -inf),
        default=None,
    )


def _row(metrics: list[str], cells: list[str]) -> EpochRow:
    epoch, train_loss, valid_loss, *numbers, seconds = cells
    named = dict(zip(metrics, map(float, numbers), strict=True))
    return EpochRow(int(epoch), float(train_loss), float(valid_loss), named, float(seconds))


def _cells(line: str) -> list[str]:
    if len(line) > _LONGEST_LINE:
        return []
    return next(csv.reader([line]), [])


def _line(cells: Sequence[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)  # floats as repr, whatever the locale
    return text.getvalue()


def _write_whole(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]
    os.fsync(handle)


def _truncate(path: Path, size: int) -> None:
    if path.exists() and path.stat().st_size > size:
        os.truncate(path, size)


def _cut_torn_line(path: Path) -> None:
    content = path.read_bytes()
    _truncate(path, content.rfind(b"\n") + 1)
