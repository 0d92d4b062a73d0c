"""Every figure and every table in both languages: no label is left in the other one.

Each is drawn in English, in Polish, and in a language made up for this test, whose labels are the
labels' own names in brackets: whatever words stand outside of brackets there were never a label.
"""

import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from html import unescape
from pathlib import Path
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any

import numpy as np
import pytest
from matplotlib.text import Text  # noqa: TID253 (what stands on a figure)
from rich.console import Console

from convscope import figures, report, tables
from convscope.cli.commands import app
from convscope.cli.main import run
from convscope.conv import (
    KERNELS,
    Window,
    convolution,
    kernel_map,
    place_at,
    trace_back,
    trace_forward,
    weight_matrix,
)
from convscope.pictures import Finding
from convscope.runs import (
    AnatomyRecord,
    ChannelHistory,
    ChannelLook,
    Chart,
    ClassReport,
    Comparison,
    Copies,
    Course,
    Curve,
    EpochRow,
    Explanation,
    FieldOfView,
    GradientHistory,
    Inside,
    KernelHistory,
    LabelSuspicion,
    Ladder,
    LayerLook,
    LayerPicture,
    LayerRow,
    Looked,
    NormHistory,
    Phrase,
    PictureInBatches,
    PredictionTable,
    Printed,
    RunBeside,
    Rung,
    RunsBeside,
    RunSummary,
    SeedGroup,
    Spread,
    Steps,
    TracedMap,
    TracedPatch,
    TracedStep,
    TraceRecord,
    Tried,
    WindowShape,
)
from convscope.words import label, labels, spoken
from convscope.words.english import ENGLISH
from convscope.words.polish import POLISH
from tests.records import grid, history, training
from tests.reported_runs import told

SAME = {  # a figure or a table may say these in any language
    *("ReLU", "NaN", "Conv2d", "BatchNorm2d", "Net", "MB", "B"),  # names and units
    *("floor", "ceil", "exp", "log"),  # functions
    *("cumsum", "sobel_x", "box_blur", "MNIST"),  # what was drawn, not what is said about it
}
RAMP = np.arange(1.0, 50.0).reshape(7, 7)
NOT_DRAWN = {
    "Axes",
    "Figure",
    "grid_inches",
    "matrix_inches",
    "pyplot",
    "pyplot_figure",
    "save",
    "small_png",
    "subplots",
}

Drawn = Callable[[], Any]


def norms() -> NormHistory:
    values = (np.full((4, 8), value + 0.0) for value in range(6))
    return NormHistory("1.1", np.arange(4), *values)


def fired() -> ChannelHistory:
    shares = np.array([[0.5, 0.1, 0], [0, 0.005, 0.2]])
    return ChannelHistory("0", True, np.array([0, 1]), shares, shares)  # noqa: FBT003


def lost_steps() -> Any:
    return history(nan_counts=np.ones(6, np.int64))


def net() -> AnatomyRecord:
    """Every kind of row and of total that there is."""
    shape, window = ((2, 1, 28, 28),), WindowShape((3, 3), (2, 2), (1, 1), (1, 1), 1)
    fields = [
        FieldOfView((3, 3), (Fraction(2), Fraction(2)), (None, None)),
        FieldOfView((3, 3), (None, None), (None, None), "whole input"),
        FieldOfView((3, 3), (None, None), (None, None), "unknown"),
        FieldOfView((3, 3), (None, None), (None, None), "data-dependent"),
    ]
    rows = tuple(
        LayerRow(
            *("0", "Conv2d", True, turn, shape, ((),) if turn else shape, window, turn, 0, turn),
            *(40, 64, field),
        )
        for turn, field in enumerate(fields)
    )
    return AnatomyRecord(
        "Net", shape, (), rows, *(8, 0, 8, 80), ("cumsum",), 64, reconciled={"the book": 80}
    )


def traced() -> TraceRecord:
    ones = np.ones((3, 3))
    cells = np.eye(4, dtype=bool)
    maps = (
        TracedMap("input", "", 0, 1, np.eye(4), cells),
        TracedMap("0", "Conv2d", 1, 4, np.eye(4), cells, "at least", "ϰ"),
        TracedMap("1", "ReLU", 1, 4, np.eye(4), cells & (np.arange(4) == 1)),
        TracedMap("2", "ReLU", 1, 4, np.eye(4), cells & False),
    )
    near = TracedPatch("input", 0, (0, 1, 2), (0, 1, 2), ones, ones, ones * 255)
    edge = TracedPatch("input", 0, (-1, -1, -1), (-1, 0, 1), ones, ones)
    wide = TracedPatch("0", 0, (0,), tuple(range(9)), np.ones((1, 9)), np.ones((1, 9)))
    anywhere = TracedPatch("0", None, (0,), (0,), ones[:1], ones[:1], None, ((0, 0),) * 3)

    def step(
        kind: str, *patches: TracedPatch, hidden: int = 0, facts: Iterable[str] = ()
    ) -> TracedStep:
        about = {
            "layer": "0",
            "type": "Conv2d",
            "kind": kind,
            "operation": "*",
            "cell": (0, 1, 2, 2),
        }
        numbers = {"value": 9.0, "computed": 9.0, "bias": 0.5, "terms": 9, "hidden_total": 1.0}
        rest = {
            "patches": patches,
            "hidden": hidden,
            "facts": dict.fromkeys(facts, 1.0),
            "note": "",
        }
        return TracedStep(**about, **numbers, **rest)  # pyright: ignore[reportArgumentType]

    names = [
        "mean",
        "deviation",
        "gamma",
        "beta",
        "gate",
        "largest",
        "sum of exp(number - largest)",
    ]
    steps = (
        step("sum", near, edge, wide, hidden=2),
        step("scaled", near, facts=names),
        step("winner", near),
        step("function", near),
        step("sum", anywhere, hidden=2),
        step("opaque"),
    )
    return TraceRecord(
        "0", 0, "Conv2d", 0, (1, 1), is_strongest=True, value=2.0, maps=maps, steps=steps
    )


def film() -> str:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "film.html"
        figures.save_film([figures.Figure((1, 1))] * 2, page)
        return page.read_text()


def reach(*, forwards: bool) -> figures.Figure:
    windows = [Window(3, dilation=2)]
    maps = [RAMP, kernel_map(RAMP, np.ones((3, 3)), dilation=2)]
    trail = (
        trace_forward((3, 3), (7, 7), windows) if forwards else trace_back((1, 1), (7, 7), windows)
    )
    return figures.precedent_boxes(maps, trail)


def layer(**more: Any) -> Any:
    return convolution(np.ones((3, 3)), 0.5, stride=2, padding=1, **more)


def comparison() -> Comparison:
    spread = Spread((0.9, float("inf")))
    rows = (Tried(Phrase("compare_nobody"), {"accuracy": spread, "steps_to_equal": spread}),)
    curve = Curve("7", (0.0, 1.0), ((0.5, 0.6), (0.5, 0.7)))
    return Comparison(
        what="norm",
        data=Phrase("ladder_digits"),
        seeds=(0, 1),
        columns=("accuracy", "steps_to_equal"),
        rows=rows,
        charts=(Chart("title_loss", "step", "loss", (curve,)),),
    )


def beside() -> RunsBeside:
    """Runs that differ in their seed, one that is not finished, and one of other data."""
    about = {"status": "done", "best_epoch": 0, "best": {"accuracy": 0.9}, "rows": [ROW]}
    names = ("7", "8", "9")
    runs = [RunBeside(name=name, seed=0, inside=grid(), **about) for name in names]  # pyright: ignore[reportArgumentType]
    runs[2] = RunBeside(name="9", status="lost", reason="7", seed=0, unseen="7")
    group = SeedGroup((0, 1), {"accuracy": Spread((0.9, float("inf")))}, is_split_by_seed=True)
    return RunsBeside(runs=tuple(runs), differing={}, same=20, groups=[group], other_data=["9"])


def outcomes() -> list[PredictionTable]:
    """Of few classes, of many, and without a mistake."""
    several = [told(["3", "7"]), told([f"{one}" for one in range(40)]), told(["3", "7"], wrong=0)]
    return [made.predictions for made in several if made.predictions is not None]


def beside_text() -> str:
    told = tables.beside_cells(beside())
    return "\n".join(
        text
        for rows, texts in told.values()
        for text in [*(c for row in rows for c in row), *texts]
    )


COLOUR = np.stack([RAMP] * 3)
ROW = EpochRow(0, 0.2, 0.1, {"accuracy": 0.9}, 2.2)
FLOW = GradientHistory(("0", "2"), np.arange(4), np.ones((2, 4)), np.full((2, 4), 1e-3))
TILES = KernelHistory("0", np.array([0, 9]), np.ones((2, 4, 1, 3, 3)))
GREY = np.zeros((1, 8, 8), np.uint8)

FIGURES: Mapping[str, list[Drawn]] = {
    "all_layers": [lambda: figures.all_layers([grid()] * 2, steps=training())],
    "batch_norm": [lambda: figures.batch_norm(norms(), steps=training(4))],
    "book_color_dim": [lambda: figures.book_color_dim(np.ones((40, 9)))],
    "channel_map": [lambda: figures.channel_map(fired())],
    "channels": [lambda: figures.channels([fired()])],
    "color_dims": [lambda: figures.color_dims([grid()] * 2)],
    "color_dim": [lambda: figures.color_dim(grid(), steps=training())],
    "colour_channels": [lambda: figures.colour_channels(COLOUR)],
    "colour_convolution": [
        lambda: figures.colour_convolution(COLOUR, convolution(np.ones((1, 3, 3, 3))), 0, 0)
    ],
    "column_made": [lambda: figures.column_made(grid())],
    "comparison": [lambda: figures.comparison(comparison())],
    "confusion_matrix": [lambda: figures.confusion_matrix(np.eye(2, dtype=int), ["3", "7"])],
    "curves": [
        lambda: figures.curves([ROW], Steps([0, 1], [0, 0], [9e3, 1.0], [0.1, 0.1], [0.9, 0.9])),
        lambda: figures.curves([EpochRow(0, 0.2, 0.1, {"accuracy": 0.9, "*": 1.0}, 2.2)]),
    ],
    "curves_together": [lambda: figures.curves_together([("7", [ROW])])],
    "equation_lines": [lambda: figures.equation_lines(layer(), 12, 12)],
    "filters": [lambda: figures.filters(np.ones((4, 2, 3, 3)))],
    "folder_overview": [
        lambda: figures.folder_overview({"": {"ł": 1}}, np.ones((2, 2), int)),
        lambda: figures.folder_overview(
            {side: {"ł": 1} for side in ("train", "valid", "test")}, np.ones((2, 2), int)
        ),
    ],
    "gradient_flow": [lambda: figures.gradient_flow(FLOW, steps=training(4))],
    "heat_over": [
        lambda: figures.heat_over(np.zeros((1, 4, 4)), np.eye(4), signed=True, key="read_maps")
    ],
    "judged_pictures": [
        lambda: figures.judged_pictures(
            [GREY / 255, None], [["3"], ["7"]], [True, False], title="", key="read_results"
        )
    ],
    "kernel_history": [lambda: figures.kernel_history(TILES)],
    "kernel_over": [lambda: figures.kernel_over(RAMP, np.ones((3, 3)))],
    "kernel_place": [lambda: figures.kernel_place(RAMP, place_at(RAMP, layer(), 1, 1))],
    "kernel_sheet": [lambda: figures.kernel_sheet(RAMP, [KERNELS["sobel_x"], KERNELS["box_blur"]])],
    "layer_stats": [
        lambda: figures.layer_stats(lost_steps(), steps=training(), with_schedule=True)
    ],
    "layer_maps": [lambda: figures.layer_maps(np.ones((2, 4, 4)), [3, 7])],
    "layers_together": [lambda: figures.layers_together([history()] * 2, steps=training())],
    "loss_curve": [lambda: figures.loss_curve([2.0, 1.0], valid=[(1, 1.0)], skip_start=0)],
    "picture_in_batches": [
        lambda: figures.picture_in_batches(
            PictureInBatches("1", 3, np.ones((2, 2, 2)), np.zeros((2, 2)))
        )
    ],
    "picture_rows": [
        lambda: figures.picture_rows([[(GREY, "ł")]], "", "read_groups"),
        lambda: figures.picture_rows([[(GREY, "ł")]], "", "read_alone"),
    ],
    "pixel_table": [lambda: figures.pixel_table(RAMP)],
    "precedent_boxes": [lambda: reach(forwards=False), lambda: reach(forwards=True)],
    "rate_search": [lambda: figures.rate_search([0.1, 1.0], [2.0, 1.0], 0.5)],
    "sample_batch": [lambda: figures.sample_batch(np.zeros((2, 1, 8, 8)), ["3", "7"])],
    "save_film": [film],
    "schedule": [lambda: figures.schedule([0.1, 0.2], [0.9, 0.8])],
    "show_image": [lambda: figures.show_image(RAMP).figure],
    "sliding_film": [lambda: next(figures.sliding_film(RAMP, layer()))],
    "sliding_window": [
        lambda: figures.sliding_window(RAMP, layer(), 0),
        lambda: figures.sliding_window(np.ones((5, 5)), BEYOND, 0),
    ],
    "strongest_patches": [
        lambda: figures.strongest_patches([np.zeros((1, 8, 8))], [(1, 3, 2, 4)], [0.5])
    ],
    "tied_weights": [lambda: figures.tied_weights(weight_matrix(layer(), 4, 4))],
    "traced": [lambda: figures.traced(traced())],
}
BEYOND = convolution(np.ones((2, 2)), stride=2, padding=1)

ALL_COLUMNS = [
    *("path", "layer", "input", "output", "window", "parameters", "trainable"),
    *("multiply_adds", "activation", "field"),
]


def epochs() -> str:
    table = tables.EpochTable(["accuracy"])
    return f"{table.header()}\n{table.row(ROW)}"


def findings() -> str:
    notes = ["7"] * 9
    return tables.findings_text(
        [Finding("leak", one, "7", "7", (), notes) for one in ("serious", "look", "fine")]
    )


def looks() -> Any:
    one = Course(1.0, 0.5, 4.0, 1)
    return tables.layers_table([LayerLook("0", "Conv2d", 3, one, one, one, one, 1, 9, 3, 2)])


def runs() -> Any:
    states = ["done", "running", "interrupted", "failed", "stopped", "lost", "damaged"]
    return tables.runs_table([RunSummary(path=Path("7"), status=one) for one in states])


def rung(*values: float) -> Rung:
    """A step of the chapter's ladder, with a seed for each value."""
    spread = Spread(values)
    return Rung(
        step="7",
        batch_size=64,
        lr=0.06,
        schedule=Phrase("ladder_constant"),
        epochs=1,
        net=Phrase("ladder_plain"),
        data="MNIST",
        book=Printed(0.1, 0.1, 0.9),
        seeds=tuple(range(len(values))),
        train_loss=spread,
        valid_loss=spread,
        accuracy=spread,
        seconds=spread,
        band=Phrase("ladder_below", {"value": "0.9"}),
        held=len(values) > 1,
    )


def explanation() -> Explanation:
    grey = np.eye(8)[None]
    looked = Looked(np.eye(8), Facts())
    return Explanation(
        run="7",
        picture="7.png",
        pixels=grey,
        answers=(("3", 0.9), ("7", 0.1)),
        classes=2,
        cam=None,
        no_cam="",
        covered=looked,
        layers=(LayerPicture("0", np.ones((2, 8, 8)), (0, 1), 4, 1),),
        layers_total=2,
        traced=traced(),
    )


class Facts(dict[str, str | int | float]):
    """A number for every hole there is."""

    def __missing__(self, key: str) -> int:
        return 1


def ladder() -> Ladder:
    seen = Inside(history(), grid(), training(), 0)
    rungs = tuple(replace(rung(0.3, 0.9), step=one, silent=1) for one in "ABCDES")
    about = {"data": Phrase("ladder_digits"), "factor": 15, "seconds": 2.0}
    inside = {"A": seen}
    return Ladder(rungs=rungs, inside=inside, **about, processor_seconds=2.0)  # pyright: ignore[reportArgumentType]


PAGES: Mapping[str, list[Drawn]] = {
    "chapter_page": [lambda: report.chapter_page(ladder())],
    "comparison_page": [lambda: report.comparison_page(comparison())],
}
FULL_OF_DATA: Mapping[str, list[Drawn]] = {  # settings, files and commands are no labels
    "beside_page": [lambda: report.beside_page(beside())],
    "explain_page": [lambda: report.explain_page(explanation())],
    "run_page": [lambda: report.run_page(told())],
}
# what a page is made of, made with and written with
NO_PAGES = {"inlined", "material", "page", "write_page", "write_report"}


def comparison_cells() -> str:
    headings, rows = tables.comparison_cells(comparison())
    return "\n".join([*headings, *(cell for row in rows for cell in row)])


def cells() -> str:
    headings, rows, totals = tables.anatomy_cells(net(), ALL_COLUMNS)
    pairs = [cell for pair in totals for cell in pair]
    return "\n".join(
        [*(name for name, _ in headings), *(cell for row in rows for cell in row), *pairs]
    )


TABLES: Mapping[str, list[Drawn]] = {
    "EpochTable": [epochs],
    "anatomy_cells": [cells],
    "anatomy_html": [lambda: tables.anatomy_html(net(), ALL_COLUMNS, each=True)],
    "anatomy_text": [
        lambda: tables.anatomy_text(net(), ALL_COLUMNS, each=True),
        lambda: tables.anatomy_text(net(), ALL_COLUMNS, width=60),
    ],
    "beside_cells": [beside_text],
    "beside_table": [lambda: tables.beside_table(beside())],
    "class_report_table": [
        lambda: tables.class_report_table([ClassReport("3", 1.0, 0.5, 0.6667, 2)])
    ],
    "comparison_cells": [comparison_cells],
    "comparison_table": [lambda: tables.comparison_table(comparison())],
    "field_text": [lambda: "\n".join(tables.field_text(row.field) for row in net().rows)],
    "findings_text": [findings],
    "ladder_cells": [lambda: "\n".join(tables.ladder_cells(rung(0.9)).values())],
    "ladder_table": [lambda: tables.ladder_table([rung(0.9), rung(0.8, 0.9)])],
    "layers_table": [looks],
    "channels_table": [lambda: tables.channels_table([ChannelLook(0, 0.5, 1.0, 0.5, 1.0)])],
    "runs_table": [runs],
    "outcome_table": [partial(tables.outcome_table, made) for made in outcomes()],
    "suspicions_table": [
        lambda: tables.suspicions_table(
            [LabelSuspicion("7", "7", "1", 0.98, 0.01)],
            [
                Copies(("7", "1"), ("7", "1"), ("train", "valid"), "same"),
                Copies(("7", "1"), ("7", "7"), ("train", "train"), "near"),
            ],
        )
    ],
    "trace_text": [lambda: tables.trace_text(traced())],
}
SILENT = {
    "anatomy_plain",
    "as_json",
    "duration",
    "facts",
    "number",
    "inert",
    "one_line",
    "percent",
    "plain_console",
}  # JSON, and no label


def public_functions(room: ModuleType) -> set[str]:
    return {name for name in room.__all__ if isinstance(getattr(room, name), FunctionType)}


def test_meta_no_figure_and_no_table_is_forgotten() -> None:
    """Whoever adds one adds it to the lists above."""
    assert public_functions(figures) - NOT_DRAWN == set(FIGURES)
    assert public_functions(report) - NO_PAGES == {*PAGES, *FULL_OF_DATA}
    assert public_functions(tables) - SILENT == set(TABLES) - {"EpochTable"}


def words_of(drawn: object) -> list[str]:
    """Every text that a person reads on it."""
    if isinstance(drawn, figures.Figure):
        for axes in drawn.axes:  # their numbers are made when they are asked for
            axes.get_xticklabels()
            axes.get_yticklabels()
        found = [one.get_text() for one in drawn.findobj(Text)]
        return [" ".join(text.split()) for text in found if text.strip()]
    if not isinstance(drawn, str):
        paper = Console(file=io.StringIO(), width=200)
        paper.print(drawn)
        drawn = str(paper.file.getvalue())  # pyright: ignore[reportAttributeAccessIssue]
    for part in (r"<script.*?</script>", r"<style.*?</style>"):
        drawn = re.sub(part, "", drawn, flags=re.DOTALL)
    said = re.findall(r'(?:aria-label|alt|lang)="([^"]*)"', drawn)
    plain = unescape(re.sub(r"<[^>]+>", "\n", drawn)) if "</" in drawn else drawn
    return [*said, " ".join(plain.split())]


def every(
    lang: str, others: Mapping[str, list[Drawn]] = MappingProxyType({})
) -> Iterator[tuple[str, list[str]]]:
    figures.pyplot().close("all")
    with spoken(lang):
        for name, samples in {**FIGURES, **TABLES, **PAGES, **others}.items():
            yield name, [text for draw in samples for text in words_of(draw())]
    figures.pyplot().close("all")


def made_up() -> dict[str, str]:
    """Labels that are their own names, with their holes."""
    holes = {key: re.findall(r"\{\w*\}", text) for key, text in ENGLISH.items()}
    return {key: f"⟦{key}⟧ {' '.join(found)} " for key, found in holes.items()}


def left_over(texts: Iterable[str]) -> set[str]:
    """Words outside of brackets, and of TeX's dollars."""
    plain = (re.sub(r"⟦.*?⟧|\$.*?\$", " ", text) for text in texts)
    return {word for text in plain for word in re.findall(r"[A-Za-z_]\w+", text)}


@pytest.mark.slow
def test_no_word_is_written_into_a_figure_or_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(labels._LANGUAGES, "xx", made_up())
    found = {name: left_over(texts) - SAME for name, texts in every("xx")}
    assert {name: words for name, words in found.items() if words} == {}


def patterns(labels_of: Mapping[str, str], others: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    """How a label is recognised: those with a word of four letters that the other one lacks."""
    found: dict[str, re.Pattern[str]] = {}
    for key, text in labels_of.items():
        parts = re.split(r"\{\w*\}", " ".join(text.split()))
        if text != others[key] and re.search(r"[^\W\d]{4}", " ".join(parts)):
            known = r"\S+".join(map(re.escape, parts)).strip()
            found[key] = re.compile(rf"(?<![\w-]){known}(?![\w-]|\.\w)")
    return found


ALIKE = {"testing"}  # "test" in Polish, which is an English word, too


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "other", "own"), [("pl", ENGLISH, POLISH), ("en", POLISH, ENGLISH)]
)
def test_no_label_of_the_other_language_is_seen(
    lang: str, other: Mapping[str, str], own: Mapping[str, str]
) -> None:
    foreign = patterns(other, own)
    strays = {
        (name, key)
        for name, texts in every(lang, FULL_OF_DATA)
        for text in texts
        for key, pattern in foreign.items()
        if key not in ALIKE and pattern.search(text)
    }
    assert strays == set()


@pytest.mark.parametrize("command", [name for name in app if not name.startswith("-")])
def test_every_command_takes_a_language(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVSCOPE_LANG", "en")
    assert run([command, "--help", "--lang", "pl"]) == 0
    assert "--lang" in capsys.readouterr().out


def test_the_option_overrules_the_environment_and_leaves_it_as_it_was(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVSCOPE_LANG", "en")
    assert run(["summary", "simple_net", "--lang", "pl"]) == 0
    assert "pole receptywne / skok" in capsys.readouterr().out
    assert run(["summary", "simple_net"]) == 0
    assert "field / jump" in capsys.readouterr().out
    assert run(["summary", "simple_net", "--lang", "de"]) == 2
    assert '"en", "pl"' in capsys.readouterr().err


def test_the_words_of_the_polish_edition() -> None:
    """Those that the chapter prints, and where they are read."""
    words = {
        "epoch": "Epoka",
        "train_loss": "Strata zbioru treningowego",
        "valid_loss": "Strata zbioru walidacyjnego",
        "accuracy": "Dokładność",
        "time": "Czas",
        "title_mean": "Średnia",
        "title_std": "Odchylenie standardowe",
        "title_near_zero": "% udział aktywacji bliskich zera",
        "one_kernel": "jądro splotu",
        "kernel": "jądro splotu",
        "trace_kernel": "jądro splotu",
        "anatomy_read_window": "krok",
        "anatomy_read_field": "pole receptywne",
        "anatomy_field": "pole receptywne",
        "trace_padded": "dopełnienie",
    }
    assert {key for key, word in words.items() if word not in label(key, "pl")} == set()
    assert "dopełnienie" in label("anatomy_read_window", "pl")


def test_meta_a_word_that_is_no_label_is_found() -> None:
    figure = figures.Figure()
    figure.suptitle(f"{label('loss')} per step")
    assert left_over(words_of(figure)) == {"loss", "per", "step"}
    assert patterns({"a": "rows {n}"}, {"a": "wiersze {n}"})["a"].search("in rows 7 of")
    assert words_of('<p lang="pl">a &lt; b</p>') == ["pl", "a < b"]
