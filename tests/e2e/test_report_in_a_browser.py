"""The page of a run in a real Chromium: clicks, keys, a phone, paper, and not one complaint.

Debian's package is used where it is installed, else the browser that playwright brings.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Error, Request, expect, sync_playwright
from playwright.sync_api import Page as Tab

from convscope.cli.main import run
from convscope.report import run_page
from tests.reported_runs import HOSTILE, told

CHROMIUM = Path("/usr/bin/chromium")
HOW_TO_GET_IT = "no Chromium: apt-get install chromium, or: playwright install chromium"
pytestmark = pytest.mark.slow

Opened = Callable[..., Tab]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = str(CHROMIUM) if CHROMIUM.exists() else None
        try:
            started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error:
            pytest.skip(HOW_TO_GET_IT)
        yield started
        started.close()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real run on pictures that are hard to tell apart, and then are gone."""
    root = tmp_path_factory.mktemp("browser")
    dice = np.random.default_rng(0)
    for label, name in enumerate(["high", "<b>&middle", "low"]):
        (root / "pictures" / name).mkdir(parents=True)
        for index in range(30):
            pixels = dice.integers(0, 200, (16, 16), dtype=np.uint8)
            pixels[5 * label : 5 * label + 5] += 20
            file = f"{index}, '<i>\n.png" if index % 7 == 0 else f"{index}.png"
            Image.fromarray(pixels).save(root / "pictures" / name / file)
    words = ["--epochs", "1", "--batch-size", "16", "--arch", "simple_net", "--valid-share", "0.5"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(root / "home"))
        patch.setattr("convscope.recipes.training.reported", lambda run, console: None)
        assert run(["train", str(root / "pictures"), *words, "--out", str(root / "runs")]) == 0
        (root / "pictures").rename(root / "gone")
        (folder,) = (root / "runs").iterdir()
        assert run(["report", str(folder)]) == 0
    return folder


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Open a file as a double click does; what the console complains of fails the test."""
    complaints: list[str] = []
    tabs: list[Tab] = []

    def requested(one: Request) -> None:
        if not one.url.startswith(("file:", "data:")):
            complaints.append(one.url)

    def said(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    def failed(error: Error) -> None:
        complaints.append(str(error))

    def open_in_tab(path: Path, width: int = 1200, scheme: str = "light") -> Tab:
        tab = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # pyright: ignore[reportArgumentType]
        tab.on("console", said)
        tab.on("pageerror", failed)
        tab.on("request", requested)
        tab.goto(path.as_uri())
        tabs.append(tab)
        return tab

    yield open_in_tab
    for tab in tabs:
        tab.close()
    assert complaints == []


def cells_of(table: Path) -> dict[tuple[str, str], list[str]]:
    """What predictions.csv says: files by class and answer."""
    found: dict[tuple[str, str], list[str]] = {}
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault((row["truth"], row["prediction"]), []).append(row["file"])
    return found


def files_shown(tab: Tab) -> list[str]:
    return tab.locator("#cell-pictures .file").all_text_contents()


def test_a_click_shows_exactly_the_files_of_the_cell(opened: Opened, trained: Path) -> None:
    tab = opened(trained / "report.html")
    classes = ["<b>&middle", "high", "low"]
    cells = cells_of(trained / "predictions.csv")
    assert any(truth != said for truth, said in cells)  # there are mistakes
    for (truth, said), files in cells.items():
        row, column = classes.index(truth), classes.index(said)
        tab.locator(f'button[data-truth="{row}"][data-predicted="{column}"]').click()
        assert files_shown(tab) == files
        assert tab.locator("#cell-pictures img").count() == len(files)
        heading = tab.locator("#cell-title").text_content()
        assert heading is not None
        assert truth in heading
    assert tab.locator("button[data-truth]").count() == len(cells)
    broken = "[...document.images].filter(image => image.complete && !image.naturalWidth).length"
    assert tab.evaluate(broken) == 0


def test_keys_are_enough(opened: Opened, trained: Path) -> None:
    tab = opened(trained / "report.html")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.locator("button[data-truth]").first.focus()
    before = tab.evaluate(
        "[document.activeElement.dataset.truth, document.activeElement.dataset.predicted]"
    )
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowDown")
    after = tab.evaluate(
        "[document.activeElement.dataset.truth, document.activeElement.dataset.predicted]"
    )
    assert after != before
    tab.keyboard.press("Enter")
    assert tab.locator("#cell").is_visible()
    classes = ["<b>&middle", "high", "low"]
    truth, said = (classes[int(number)] for number in after)
    assert files_shown(tab) == cells_of(trained / "predictions.csv")[truth, said]
    pressed = tab.locator('button[aria-pressed="true"]')
    assert pressed.count() == 1
    tab.keyboard.press("Escape")
    assert pressed.evaluate("one => one === document.activeElement")
    stops = "document.querySelectorAll('button[data-truth][tabindex=\"0\"]').length"
    assert tab.evaluate(stops) == 1


@pytest.mark.parametrize("key", ["click", "Enter", "Space"])
@pytest.mark.parametrize(("width", "height"), [(1200, 800), (390, 480)])
def test_the_pictures_of_a_cell_are_where_one_looks(
    opened: Opened, trained: Path, key: str, width: int, height: int
) -> None:
    """The panel opened below the window's edge, and the focus stayed on the number."""
    tab = opened(trained / "report.html", width)
    tab.set_viewport_size({"width": width, "height": height})
    for button in tab.locator("button[data-truth]").all()[:3]:
        button.evaluate("one => one.scrollIntoView({ block: 'end', behavior: 'instant' })")
        if key == "click":
            button.click()
        else:
            button.focus()
            tab.keyboard.press(key)
        title = tab.locator("#cell-title")
        expect(title).to_be_focused()
        expect(title).to_be_in_viewport(ratio=1)
        expect(tab.locator("#cell-pictures img").first).to_be_in_viewport()
        region = tab.get_by_role("region", name=f"{title.text_content()}", exact=True)
        assert region.get_attribute("id") == "cell"
        tab.keyboard.press("Tab")  # goes on from there: not to the next table before it
        after = "document.activeElement.compareDocumentPosition(document.getElementById('cell'))"
        assert tab.evaluate(after) & 2  # Node.DOCUMENT_POSITION_PRECEDING


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_scrolls_one_way_only(opened: Opened, trained: Path, scheme: str) -> None:
    tab = opened(trained / "report.html", 400, scheme)
    tab.locator("button[data-truth]").first.click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 400
    colour = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (colour == "rgb(255, 255, 255)") == (scheme == "light")


def test_on_paper_nothing_is_cut(opened: Opened, trained: Path) -> None:
    tab = opened(trained / "report.html", 720)
    tab.locator("button[data-truth]").first.click()
    tab.emulate_media(media="print", color_scheme="dark")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not tab.locator("nav").is_visible()
    assert tab.locator("#cell").is_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 720
    below = """one => [...one.querySelectorAll("table, img")].at(-1).getBoundingClientRect().bottom
        - one.querySelector("summary").getBoundingClientRect().bottom"""
    room = """one => one.getBoundingClientRect().bottom
        - one.querySelector("summary").getBoundingClientRect().bottom"""
    closed = tab.locator("details:not([open])").all()
    assert closed
    for one in closed:  # nobody can open them on paper
        assert 0 < one.evaluate(below) <= one.evaluate(room) + 1


def test_hostile_names_are_read_not_run(opened: Opened, tmp_path: Path) -> None:
    page = tmp_path / "hostile.html"
    made = replace(told(HOSTILE, name=HOSTILE[1]), folder=HOSTILE[2])
    page.write_text(run_page(made, "en"))
    tab = opened(page)
    assert tab.title() == f"Report of {HOSTILE[1]}"
    heads = tab.locator(".matrix tbody th bdi").all_text_contents()
    assert heads == [name.replace("\u202e", r"\u202e") for name in HOSTILE]
    tab.locator("td.miss button").first.click()
    assert files_shown(tab) == [f"{HOSTILE[0]}/0.png"]
    assert tab.locator("script").count() == 2
    assert tab.evaluate("document.querySelectorAll('img[src=x], b').length") == 0


def test_ten_thousand_classes_and_one(opened: Opened, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(run_page(told([f"c{number}" for number in range(10_000)], each=2), "pl"))
    tab = opened(page, 400)
    tab.locator("td.miss button").nth(3).click()
    assert files_shown(tab) == ["c3/6.png"]
    assert tab.evaluate("document.documentElement.scrollWidth") <= 400
    page.write_text(run_page(told(["only"], each=1_200), "en"))
    tab = opened(page)
    tab.locator("td.hit button").click()
    assert len(files_shown(tab)) == 1_000
    tab.locator("#cell-more").click()
    assert len(files_shown(tab)) == 1_200
