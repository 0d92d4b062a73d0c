"""A table `path,label[,split]`: pictures that lie anywhere below it, with their classes."""

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import IO, NoReturn

from convscope.errors import LayoutError, account
from convscope.pictures.splits import ROLES, Files, Splits, by_role

COLUMNS = ("path", "label", "split")
LARGEST_BYTES = 512 * 2**20
LONGEST_LINE = 2**16


def tabled(table: Path) -> Splits:
    """Assign every picture that a table lists to a split and a class.

    The first line names the columns: path, label and, if there is one, split. Paths begin at the
    table's folder and stay below it. A file that is missing is listed all the same, so that it is
    named and counted with those that cannot be read.

    Args:
        table: the file, absolute: UTF-8 (with a mark or without), commas, semicolons or tabs.

    Returns:
        The splits; rows that are left out are in `ignored`, by line.

    Raises:
        LayoutError: it is no such table, or contradicts itself.
    """
    rows = _Rows(table)
    for line, row in rows.read("path", "label"):
        rows.add(line, row)
    if not rows.seen:
        rows.refuse("no row names a picture and its label", "at least one row for each class")
    return _used(rows, rows.sides())


def paths_in(table: Path) -> list[str]:
    """List the pictures of a table, which needs no labels for that.

    Returns:
        Absolute paths, in the table's order, each once.

    Raises:
        LayoutError: it is no such table.
    """
    rows = _Rows(table)
    found = [(line, row["path"].strip()) for line, row in rows.read("path") if row.get("path")]
    return list(dict.fromkeys(rows.place(line, path) for line, path in found))


def _used(rows: "_Rows", sides: dict[str, Files]) -> Splits:
    if "" in sides:
        splits = Splits(
            sides[""],
            decisions=["the table names no splits: the pictures are divided into train and valid"],
        )
    elif "train" in sides:
        splits = by_role(sides, {role: f"split {role}" for role in sides}, "split")
    else:
        rows.refuse("no row is of the split train", "a split train")
    splits.ignored += rows.ignored
    return splits


@dataclass(slots=True)
class _Rows:
    table: Path
    seen: dict[str, tuple[int, str, str]] = field(default_factory=dict[str, tuple[int, str, str]])
    ignored: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def read(self, *needed: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Read the rows with their lines; refuse what is no table with these columns."""
        try:
            with self.table.open(encoding="utf-8-sig", newline="") as file:
                if os.fstat(file.fileno()).st_size > LARGEST_BYTES:
                    self.refuse(f"it is larger than {LARGEST_BYTES:,} bytes")
                yield from self.lines(file, needed)
        except UnicodeDecodeError:
            self.refuse("it is not UTF-8 text", "UTF-8, which Excel calls CSV UTF-8")
        except (csv.Error, OSError) as error:
            self.refuse(getattr(error, "strerror", None) or str(error))

    def lines(self, file: IO[str], needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
        first = file.readline(LONGEST_LINE)
        mark = next((mark for mark in ",;\t" if mark in first), ",")
        names = [name.strip().casefold() for name in next(csv.reader([first], delimiter=mark), [])]
        if not {*needed} <= {*names}:
            self.refuse(
                f"its first line names {', '.join(map(repr, names)) or 'nothing'}",
                "a first line that says: path,label or path,label,split",
            )
        reader = csv.reader(file, delimiter=mark, skipinitialspace=True)
        for values in reader:
            if values:
                yield reader.line_num + 1, dict(zip(names, values, strict=False))

    def add(self, line: int, row: dict[str, str]) -> None:
        path, label, split = (row.get(name, "").strip() for name in COLUMNS)
        if not path or not label:
            missing = "no path" if not path else "no label"
            self.ignored.append((f"line {line:,}", missing))
            return
        split = self.role(line, split) if split else ""
        place = self.place(line, path)
        before = self.seen.setdefault(place, (line, label, split))
        if before[1:] != (label, split):
            self.refuse(
                f"line {before[0]:,} and line {line:,} do not agree about {path}",
                "one line for each picture",
            )
        if before[0] != line:
            self.ignored.append((f"line {line:,}", "listed twice"))

    def role(self, line: int, split: str) -> str:
        role = ROLES.get(split.casefold())
        if role is None:
            self.refuse(f"line {line:,}: {split!r} is no split", "one of: " + ", ".join(ROLES))
        return role

    def place(self, line: int, path: str) -> str:
        windows = PureWindowsPath(path)
        if windows.anchor or ".." in windows.parts or "\0" in path:
            self.refuse(
                f"line {line:,}: {path!r} leads out of the table's folder",
                "paths that begin at the folder of the table",
            )
        return os.path.normpath(os.path.join(self.table.parent, path))  # noqa: PTH118 - by the thousand

    def sides(self) -> dict[str, Files]:
        """Group the pictures by split and label; all in "" where no row names a split."""
        found: dict[str, Files] = {}
        for place, (_, label, split) in sorted(self.seen.items()):
            found.setdefault(split, {}).setdefault(label, []).append(place)
        if "" in found and len(found) > 1:
            line = next(line for line, _, split in self.seen.values() if not split)
            self.refuse(f"line {line:,} names no split and others do", "a split in every row")
        return found

    def refuse(self, because: str, fix: str = "lines such as: path,label,split") -> NoReturn:
        raise LayoutError(
            account("cannot use this table", facts={"table": self.table}, because=because, fix=fix)
        )
