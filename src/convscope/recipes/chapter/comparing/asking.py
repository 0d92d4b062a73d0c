"""`convscope chapter --compare`: find what to learn from, compare, draw."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from convscope import figures
from convscope.recipes.chapter.comparing.comparisons import compare, known
from convscope.recipes.chapter.material import material
from convscope.recipes.places import refuse_among
from convscope.recipes.saying import say
from convscope.runs import Comparison


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
        console: where to say what each training gave.
        folder: of MNIST, or for "colour" of colour pictures; None for MNIST where it is at hand,
            else the embedded digits.
        out: where a picture of it is to lie.

    Returns:
        What was found.

    Raises:
        ConvscopeError: there is no such comparison, the pictures cannot be read, or `out` lies
            among them.
    """
    known(what)
    colours = folder if what == "colour" else None
    digits = material(None if colours else folder)
    if out is not None:
        refuse_among(colours or digits.folder, out)
    return compare(what, digits, seeds, folder=colours, tell=partial(say, console))


def draw_comparison(record: Comparison, out: Path) -> None:
    """Write the picture of a comparison.

    Args:
        record: what was found.
        out: the PNG file to write or replace.

    Raises:
        RunError: it cannot be written.
    """
    figures.save(figures.comparison(record), out)
