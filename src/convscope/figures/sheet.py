"""The paper that figures are drawn on, and how it is put away."""

import textwrap
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from matplotlib.figure import Figure

from convscope.errors import RunError, account
from convscope.files import written
from convscope.words import label

TRAIN, VALID, METRIC, FAINT = "#2b6cb0", "#dd6b20", "#2f855a", "#a0aec0"  # apart for any eye
SICK = "#c53030"  # NaN, infinite, dead

_LETTERS_PER_INCH = 13  # of a 9-point caption


def sheet(figure: Figure | None, figsize: tuple[float, float]) -> Figure:
    """Give the caller's figure, else a fresh one that pyplot knows nothing of.

    Returns:
        A figure to draw into.
    """
    return Figure(figsize=figsize, layout="constrained") if figure is None else figure


def caption(figure: Figure, key: str, **values: object) -> None:
    """Write under a figure how to read it, in the reader's language, with `values` filled in."""
    width = max(20, int(figure.get_figwidth() * _LETTERS_PER_INCH))
    text = textwrap.fill(label(key).format(**values) if values else label(key), width)
    figure.supxlabel(text, x=0.01, ha="left", fontsize=9, color="#4a5568", parse_math=False)


def save(figure: Figure, path: Path) -> None:
    """Write a figure as a PNG file, whole or not at all.

    Args:
        figure: left as it was.
        path: the file to write or replace.

    Raises:
        RunError: the file cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save(Figure(), Path(folder) / "empty.png")
        ...     (Path(folder) / "empty.png").read_bytes()[1:4]
        b'PNG'
    """
    with drafted(path, "picture") as draft, warnings.catch_warnings():
        # class names may be in any script; letters that the font lacks become boxes
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(draft, format="png", dpi=120)


@contextmanager
def drafted(path: Path, what: str) -> Generator[Path]:
    """Write a file whole or not at all, as `files.written` does.

    Args:
        path: the file to write or replace.
        what: it is called in a refusal.

    Yields:
        Where to write.

    Raises:
        RunError: the file cannot be written.
    """
    try:
        with written(path) as draft:
            yield draft
    except OSError as error:
        message = account(
            f"the {what} cannot be written",
            facts={"file": path},
            because=f"{error}",
            fix="free space or permission there",
        )
        raise RunError(message) from error
