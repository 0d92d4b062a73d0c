"""Pages: one file, no network, a structure that a screen reader follows, and nothing but text."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from convscope.errors import ConfigError, RunError
from convscope.figures import Figure
from convscope.report import chapter_page, inlined, page, write_page
from convscope.runs import Inside, Ladder, Phrase, Printed, Rung, Spread
from tests.records import grid, history, training

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}'
VOID = {"meta", "img", "br", "link", "hr"}


class Read(HTMLParser):
    """A page, as whoever cannot see it gets it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data if self.open[-1:] != ["style"] else ""

    def every(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def rung(step: str, accuracy: tuple[float, ...] = (0.98,), **changed: object) -> Rung:
    fields: dict[str, object] = {
        "step": step,
        "batch_size": 64,
        "lr": 0.06,
        "schedule": Phrase("ladder_constant"),
        "epochs": 1,
        "net": "BatchNorm",
        "data": "MNIST",
        "book": Printed(2.3, 2.2, 0.9743),
        "seeds": tuple(range(len(accuracy))),
        "accuracy": Spread(accuracy),
        **dict.fromkeys(("train_loss", "valid_loss", "seconds"), Spread((0.5,) * len(accuracy))),
        "band": Phrase("ladder_at_least", {"value": "0.968"}),
        "expected": "≥ 0.968",
        "held": True,
    }
    return Rung(**{**fields, **changed})  # pyright: ignore[reportArgumentType]


def ladder(*rungs: Rung, **changed: object) -> Ladder:
    seen = Inside(history(), grid(), training(), 0)
    made = Ladder(
        rungs=rungs or tuple(map(rung, "ABCDES")),
        inside={"A": seen},
        data="MNIST",
        factor=1,
        seconds=61.0,
        processor_seconds=99.0,
    )
    return replace(made, **changed)  # pyright: ignore[reportArgumentType]


@pytest.fixture(scope="module", params=["en", "pl"])
def written(request: pytest.FixtureRequest) -> tuple[str, Read, str]:
    text = chapter_page(ladder(), request.param)
    return text, Read(text), request.param


def test_it_is_one_file(written: tuple[str, Read, str]) -> None:
    text, read, _ = written
    assert not read.every("script", "link", "iframe", "object")
    sources = [one["src"] for one in read.every("img")]
    assert [source[:22] for source in sources] == ["data:image/png;base64,"] * 2
    assert all(one["href"].startswith("#") for one in read.every("a"))
    assert "://" not in re.sub(r'src="[^"]*"', "", text)
    (policy,) = [one for one in read.every("meta") if "http-equiv" in one]
    assert policy["content"].startswith("default-src 'none'; img-src data:;")


def test_its_structure_can_be_heard(written: tuple[str, Read, str]) -> None:
    _, read, lang = written
    assert read.unbalanced == read.open == []
    assert read.every("html") == [{"lang": lang}]
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    names = [one["id"] for _, one in read.tags if "id" in one]
    assert len(names) == len(set(names))
    assert {one["href"][1:] for one in read.every("a")} <= set(names)
    assert all(len(one["alt"]) > 40 for one in read.every("img"))
    assert len(read.every("caption")) == len(read.every("table")) == 7
    assert {one["scope"] for one in read.every("th")} == {"col", "row"}
    for one in read.every("div"):  # what scrolls can be reached with the keyboard, and has a name
        assert one["tabindex"] == "0"
        assert one.get("aria-label") or one.get("aria-labelledby") in names
    assert [tag for tag, _ in read.tags if tag in {"header", "nav", "main", "footer"}] == [
        "header",
        "nav",
        "main",
        "footer",
    ]


def test_light_and_dark_phone_and_paper(written: tuple[str, Read, str]) -> None:
    text, read, _ = written
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    assert any(one.get("name") == "viewport" for one in read.every("meta"))


def test_names_are_text_wherever_they_stand() -> None:
    """A folder may be called anything; so may a layer, which stands in the text of a picture."""
    seen = Inside(history(name=HOSTILE), grid(name=HOSTILE), training(), 0)
    made = ladder(rung("A", net=HOSTILE, data=HOSTILE), data=HOSTILE, inside={"A": seen})
    read = Read(chapter_page(made, "en"))
    assert not read.every("script")
    assert not [one for one in read.every("img") if "onerror" in one]
    assert read.text.count(HOSTILE) == 2  # the data, the net
    assert HOSTILE in read.every("img")[0]["alt"]
    assert "49" not in read.text
    assert read.unbalanced == []


def verdicts(*rungs: Rung, factor: int = 1) -> str:
    return " ".join(Read(chapter_page(ladder(*rungs, inside={}, factor=factor), "en")).text.split())


def test_it_says_where_the_book_has_another_number() -> None:
    assert "The accuracy is 0.0057 above the book's 0.9743." in verdicts(rung("C"))
    assert "The accuracy is 0.0043 below the book's 0.9743." in verdicts(rung("C", (0.97,)))
    assert "The accuracy is the book's, 0.9743." in verdicts(rung("C", (0.97431,)))
    several = verdicts(rung("C", (0.97, 0.975, 0.98)))
    assert "The book's accuracy, 0.9743, lies within what the seeds here gave." in several
    other = verdicts(rung("C"), factor=15)
    assert "can be compared in their order from step to step, not one by one" in other
    assert "15 epochs stand for one of the book's" in other


def test_it_says_whether_what_was_expected_came() -> None:
    assert "As expected: median at least 0.968." in verdicts(rung("C"))
    assert "Not as expected: median at least 0.968." in verdicts(rung("C", held=False))
    assert "It takes 5 seeds to judge that (here: 1)" in verdicts(rung("B", held=None))
    assert "xpected:" not in verdicts(rung("C", band=None, held=None))


def test_a_step_that_fails_in_the_book_and_here() -> None:
    book = Printed(2.3, 2.3, 0.1135)
    silent = verdicts(rung("A", (0.098,), book=book, silent=1))
    assert "Nets that give the same answer to every picture: 1 of 1." in silent
    assert "below the book's" not in silent  # nobody is better or worse at that
    some = verdicts(rung("B", (0.098, 0.97, 0.96), book=book, silent=1))
    assert "Here nets learnt with 2 of 3 seeds" in some


def test_losses_that_are_no_numbers_are_told() -> None:
    text = verdicts(rung("C", (0.98,), train_loss=Spread((float("nan"),))))
    assert "inf" in text


def test_a_page_asks_for_everything_it_needs() -> None:
    with pytest.raises(Exception, match="'notes' is undefined"):
        page("chapter.html.j2", title="t", lang="en")
    with pytest.raises(ConfigError, match="no language 'xy'"):
        page("chapter.html.j2", title="t", lang="xy")


def test_a_picture_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="for who cannot see it"):
        inlined(Figure(), " ")


def test_the_same_figure_gives_the_same_bytes() -> None:
    figures = [Figure((2, 1)) for _ in range(2)]
    for figure in figures:
        figure.subplots().plot([1, 3, 2])
    assert inlined(figures[0], "a line") == inlined(figures[1], "a line")


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    write_page("<p>ż</p>", target)
    assert target.read_bytes() == "<p>ż</p>".encode()
    with pytest.raises(RunError, match=r"the page cannot be written(.|\n)*--out"):
        write_page("<p>", tmp_path / "nowhere" / "page.html")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
