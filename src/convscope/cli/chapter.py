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

Seeds = Annotated[int, Parameter(help="How often every step is made, with seeds 0, 1, 2 ...")]
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
    Parameter(help="Page to write, chapter.html if left out; of --compare a PNG file."),
]


def chapter(
    *,
    seeds: Seeds = 1,
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

    counted = _counted(seeds)
    if compare is not None:
        return _compared(compare, counted, data, output_place(out, f"compare_{compare}.png"), json)
    target = output_place(out, "chapter.html")
    ladder = recipes.climb(counted, Voice(stderr=True), folder=data, out=target)
    if not json:  # before the page: no disk that is full takes it away
        print_wide(ladder_table(ladder.rungs))
        if seeds > 1:
            print_text(label("ladder_spread").format(count=seeds))
        times = {"time": ladder.seconds, "processor": ladder.processor_seconds}
        took = {name: duration(one) for name, one in times.items()}
        print_text(label("ladder_took").format(**took))
    recipes.write_chapter(ladder, target)
    print_json({**ladder.to_dict(), "page": target.resolve()}, json=json)
    if not json:
        print_text(label("ladder_page").format(file=target.resolve()))
    return 0


def _compared(what: str, seeds: range, data: Path | None, target: Path, json: bool) -> int:
    from convscope import recipes

    record = recipes.compare_ways(what, seeds, Voice(stderr=True), folder=data, out=target)
    if not json:  # before the picture: no disk that is full takes it away
        print_wide(comparison_table(record))
        for sentence in (*record.found, *record.notes):
            print_text(sentence.text())
    recipes.draw_comparison(record, target)
    print_json({**record.to_dict(), "picture": target.resolve()}, json=json)
    if not json:
        took = {"time": duration(record.seconds), "file": target.resolve()}
        print_text(label("compare_picture").format(**took))
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
