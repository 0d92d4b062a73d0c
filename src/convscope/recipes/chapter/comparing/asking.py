"""`convscope chapter --compare`: find what to learn from, compare, tell, draw."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from convscope import figures
from convscope.recipes.chapter.comparing.comparisons import compare, known
from convscope.recipes.chapter.material import material
from convscope.recipes.places import refuse_among
from convscope.recipes.saying import say
from convscope.report import comparison_page, write_page
from convscope.runs import Comparison
from convscope.tables import comparison_table
from convscope.words import label


def compare_ways(
    what: str,
    seeds: Sequence[int],
    console: Console,
    *,
    folder: Path | None = None,
    out: Path | None = None,
) -> Comparison:
    """Make a comparison of the chapter.

    Args:
        what: a key of `COMPARISONS`.
        seeds: of weights and order, at least one.
        console: where to say how much there is to do, what each training gave, and the table of
            what is done if it is interrupted.
        folder: of MNIST, or for "colour" of colour pictures; None for MNIST where it is at hand,
            else the embedded digits.
        out: where a page or a picture of it is to lie.

    Returns:
        What was found.

    Raises:
        ConvscopeError: there is no such comparison, the pictures cannot be read, or `out` lies
            among them.
        KeyboardInterrupt: of the one who waits; what is done so far has been said.
        SystemExit: of the system, likewise.
    """
    known(what)
    colours = folder if what == "colour" else None
    digits = material(None if colours else folder)
    if out is not None:
        refuse_among(colours or digits.folder, out)
    return compare(
        what,
        digits,
        seeds,
        folder=colours,
        tell=partial(say, console),
        interrupted=partial(_say_how_far, console),
    )


def write_comparison(record: Comparison, out: Path) -> None:
    """Write the page of a comparison, or where a PNG file is wanted its picture alone.

    Args:
        record: what was found.
        out: the file to write or replace.

    Raises:
        RunError: it cannot be written.
    """
    if out.suffix.lower() == ".png":
        figures.save(figures.comparison(record), out)
    else:
        write_page(comparison_page(record), out)


def _say_how_far(console: Console, record: Comparison) -> None:
    say(console, label("compare_so_far" if record.rows else "compare_nothing"))
    if record.rows:
        console.print(comparison_table(record))
