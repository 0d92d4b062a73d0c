"""The command that makes the chapter's experiments: parse, call a recipe, print."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from convscope.cli.options import Json, print_json, print_text, print_wide
from convscope.cli.places import output_place
from convscope.cli.speaking import Voice
from convscope.errors import ConfigError, account
from convscope.tables import comparison_table, duration, ladder_table
from convscope.words import label

MOST_SEEDS = 100
SPREAD = 3  # seeds of a comparison: one would show no spread, and decide nothing

Seeds = Annotated[
    int | None,
    Parameter(
        help="How often every step is made, with seeds 0, 1, 2 ...; 1 if left out, 3 with "
        "--compare."
    ),
]
Data = Annotated[
    Path | None,
    Parameter(
        help="Folder of MNIST, looked for in CONVSCOPE_HOME where it is left out; for --compare "
        "colour a folder of colour pictures."
    ),
]
Compare = Annotated[
    str | None,
    Parameter(
        help="Answer one question instead: norm, order, batch, lr, schedule, pool, speed, colour "
        "or features."
    ),
]
Out = Annotated[
    Path | None,
    Parameter(
        help="Page to write, chapter.html or compare_WHAT.html if left out; for --compare a PNG "
        "file, too."
    ),
]


def chapter(
    *,
    seeds: Seeds = None,
    compare: Compare = None,
    data: Data = None,
    out: Out = None,
    json: Json = False,
) -> int:
    """Make the chapter's experiments and set the results beside the book's.

    Six steps: a net that fails to learn, and what makes it learn. On MNIST where it is at hand,
    else on the digits that come with the package; nothing is downloaded.

    Example: convscope chapter --seeds 5
    """
    from convscope import recipes

    if compare is not None:
        return _compared(compare, _counted(SPREAD if seeds is None else seeds), data, out, json)
    counted = _counted(1 if seeds is None else seeds)
    target = output_place(out, "chapter.html")
    ladder = recipes.climb(counted, Voice(stderr=True), folder=data, out=target)
    if not json:  # before the page: no disk that is full takes it away
        print_wide(ladder_table(ladder.rungs))
        if len(counted) > 1:
            print_text(label("ladder_spread").format(count=len(counted)))
        times = {"time": ladder.seconds, "processor": ladder.processor_seconds}
        took = {name: duration(one) for name, one in times.items()}
        print_text(label("ladder_took").format(**took))
    recipes.write_chapter(ladder, target)
    print_json({**ladder.to_dict(), "page": target.resolve()}, json=json)
    if not json:
        print_text(label("ladder_page").format(file=target.resolve()))
    return 0


def _compared(what: str, seeds: range, data: Path | None, out: Path | None, json: bool) -> int:
    from convscope import recipes

    is_picture = out is not None and out.suffix.lower() == ".png"
    kind, suffix = ("picture", "png") if is_picture else ("page", "html")
    target = output_place(out, f"compare_{what}.{suffix}")
    record = recipes.compare_ways(what, seeds, Voice(stderr=True), folder=data, out=target)
    if not json:  # before the page: no disk that is full takes it away
        print_text(record.asked.text())
        print_wide(comparison_table(record))
        for sentence in (*record.found, record.book, *record.notes):
            print_text(sentence.text())
    recipes.write_comparison(record, target)
    print_json({**record.to_dict(), kind: target.resolve()}, json=json)
    if not json:
        took = {"time": duration(record.seconds), "file": target.resolve()}
        print_text(label(f"compare_{kind}").format(**took))
    return 0


def _counted(seeds: int) -> range:
    if 1 <= seeds <= MOST_SEEDS:
        return range(seeds)
    raise ConfigError(
        account(
            "so many seeds cannot be tried",
            facts={"seeds": seeds},
            because=f"each makes every step once; there are 1 to {MOST_SEEDS}",
            fix="--seeds 5",
        )
    )
