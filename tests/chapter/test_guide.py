"""The guide: every script runs, every page is that of its script, every number is checked."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from scripts.make_guide import ROOT, SOURCE, checksum, html, notebook_of, page, plt, run, scripts

SCRIPTS = scripts()
LARGEST_PICTURE_BYTES = 150_000
MEASURED_ON_MNIST = {  # as spec and tests/chapter have them; an embedded digit cannot show them
    "0.1135",  # share of ones among the test digits
    "0.974",  # step C
    "0.986",  # step D
    "0.99",  # step S
    "12396",  # threes and sevens to train with
    "60000",
}
NUMBER = re.compile(r"(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e-?\d+)?")


def named(script: Path) -> str:
    return script.stem


def test_there_is_a_page_for_every_section() -> None:
    names = [script.stem.split("_", 1)[1] for script in SCRIPTS]
    assert names == [
        *("kernels", "operation", "arithmetic", "first_cnn", "colour"),
        *("unstable_training", "one_cycle", "looking_inside", "batchnorm"),
    ]
    index = (SOURCE / "README.md").read_text()
    assert [script for script in SCRIPTS if f"({script.stem}.md)" not in index] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=named)
def test_its_page_was_made_of_it(script: Path) -> None:
    """If this fails: python scripts/make_guide.py, and look at the page."""
    made = (SOURCE / f"{script.stem}.md").read_text()
    assert made.splitlines()[0].endswith(f" {checksum(script)} -->"), "make guide"
    drawn = re.findall(r"!\[(.*)\]\(pictures/(.+)\)", made)
    kept = {path.name for path in (SOURCE / "pictures").glob(f"{script.stem}-*.png")}
    assert {file for _, file in drawn} == kept
    assert all(len(text) > 20 for text, _ in drawn), "every picture is described"


def test_pictures_are_small() -> None:
    sizes = [path.stat().st_size for path in (SOURCE / "pictures").iterdir()]
    assert sizes
    assert max(sizes) < LARGEST_PICTURE_BYTES


@pytest.mark.parametrize("script", SCRIPTS, ids=named)
def test_it_is_a_notebook(script: Path) -> None:
    made = notebook_of(script)
    nbformat.validate(made)
    assert made == notebook_of(script), "the same at every reading"
    assert {cell.cell_type for cell in made.cells} == {"markdown", "code"}


@pytest.mark.parametrize("script", SCRIPTS, ids=named)
def test_it_has_exercises_with_answers(script: Path) -> None:
    _, exercises = script.read_text().split("## Exercises")
    asked = len(re.findall(r"^# \*\*\d\.\*\* ", exercises, flags=re.MULTILINE))
    assert asked >= 2
    assert exercises.count("<details><summary>Answer") == exercises.count("</details>") == asked


@pytest.mark.parametrize("script", SCRIPTS, ids=named)
def test_every_number_of_the_text_stands_in_the_code(script: Path) -> None:
    made = notebook_of(script)
    code = "\n".join(cell.source for cell in made.cells if cell.cell_type == "code")
    assert numbers_told(script) - numbers_of(code) - MEASURED_ON_MNIST == set()
    assert "assert" in code


def test_meta_a_number_that_nothing_checks_is_found() -> None:
    text = "a loss of 0.123, 1,234 pixels, 5 layers, `path_2019`, since (2015), 97 %"
    assert told(text) == {"0.123", "1234", "97"}
    assert told(text) - numbers_of("assert loss == 0.123 and f(1_234)") == {"97"}


def numbers_told(script: Path) -> set[str]:
    cells = notebook_of(script).cells
    return told("\n".join(cell.source for cell in cells if cell.cell_type == "markdown"))


def told(text: str) -> set[str]:
    """Numbers that say something: with a point, from 100 on, or in percent; years aside."""
    found = {
        match.group().replace(",", "")
        for match in NUMBER.finditer(text)
        if "." in match.group() or float(match.group().replace(",", "")) >= 100
    }
    found |= set(re.findall(r"(\d+) %", text))
    return {one for one in found if not re.fullmatch(r"20[0-3]\d", one)}


def numbers_of(code: str) -> set[str]:
    """Every number that the code names, also in what it compares with as text."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            value = abs(float(node.value))
            found |= {f"{value:.12g}", f"{value:.2f}", f"{value:.7f}", f"{node.value}"}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {match.group().replace(",", "") for match in NUMBER.finditer(node.value)}
    return found


@pytest.fixture(scope="module")
def digits_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the digits are unpacked and decoded once, for all pages."""
    return tmp_path_factory.mktemp("home")


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=named)
def test_it_runs(
    script: Path, tmp_path: Path, digits_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVSCOPE_HOME", str(digits_home))
    monkeypatch.chdir(tmp_path)  # from an empty folder, which stays empty
    with plt.rc_context():
        plt.switch_backend("agg")
        made = notebook_of(script)
        run(made, script.name)
    assert [*tmp_path.iterdir()] == []
    nbformat.validate(made)
    written = page(made, script, tmp_path)
    committed = (SOURCE / f"{script.stem}.md").read_text()
    assert written.count("](") == committed.count("]("), "as many pictures as on its page"
    shown = html(written, script.stem)
    assert shown.count("<img ") == len([*tmp_path.glob("*.png")])
    assert str(ROOT) not in written
