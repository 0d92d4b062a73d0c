"""Every question of the chapter has a line that answers it, and that line prints what is said."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from convscope.cli.main import run
from convscope.pictures import digits_folder, photograph
from convscope.recipes.chapter.comparing import COMPARISONS, asking, noise, schedules
from convscope.recipes.chapter.material import Material, material
from scripts.make_guide import SOURCE, executed, plt

TEXT = (SOURCE / "questions.md").read_text()
ASKED = 41
"""Questions and researches in the contract's list; some have two lines here."""


class Question(NamedTuple):
    """A row of the table."""

    question: str
    line: str
    prints: str
    why: str


def rows() -> list[Question]:
    cells = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.startswith("| ")]
    listed = [Question(q, a.strip("`"), p.strip("`"), why) for q, a, p, why in cells]
    return [one for one in listed if one.line != "line"]


RESEARCHES = [one for one in rows() if "--compare" in one.line]
QUESTIONS = [one for one in rows() if one not in RESEARCHES]
COMMANDS = [one for one in QUESTIONS if one.line.startswith("convscope ")]
LINES = [one for one in QUESTIONS if one not in COMMANDS]


def test_every_question_is_there() -> None:
    assert len(QUESTIONS) >= ASKED
    assert len({one.question for one in QUESTIONS}) == len(QUESTIONS)
    assert all(one.line and one.prints for one in QUESTIONS)


def test_every_comparison_is_asked_for() -> None:
    assert {one.line.split()[-1] for one in RESEARCHES} == set(COMPARISONS)
    assert set(re.findall(r"--compare (\w+)", TEXT)) == set(COMPARISONS)


@pytest.mark.parametrize("asked", COMMANDS, ids=lambda one: one.question)
def test_commands(asked: Question, tmp_path: Any, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    words = asked.line.split()[1:]
    assert run([str(photograph()) if word == "PICTURE" else word for word in words]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert " ".join(asked.prints.split()) in lines


@pytest.mark.slow
def test_lines_of_python(tmp_path: Any, monkeypatch: Any) -> None:
    """All after one preamble, in order: it trains two small networks."""
    monkeypatch.chdir(tmp_path)
    plt.switch_backend("agg")
    names: dict[str, Any] = {}
    (preamble,) = re.findall(r"^```python\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)
    assert list(executed(preamble, names, "<preamble>")) == []
    wrong = {one.question: found for one in LINES if (found := printed(one, names)) != one.prints}
    assert wrong == {}
    assert [*tmp_path.iterdir()] == []


def printed(asked: Question, names: Mapping[str, Any]) -> str:
    outputs = list(executed(asked.line, dict(names), f"<{asked.question}>"))
    (text,) = [one for one in outputs if one.output_type != "display_data"]
    return text["data"]["text/plain"] if text.output_type == "execute_result" else text["text"]


@pytest.fixture(scope="module")
def few_digits(tmp_path_factory: pytest.TempPathFactory) -> Material:
    """Thirteen embedded digits of each class to train with and seven to judge by, seen once."""
    folder = tmp_path_factory.mktemp("few") / "digits"
    for side, most in (("train", 13), ("valid", 7)):
        for digit in map(str, range(10)):
            (folder / side / digit).mkdir(parents=True)
            for file in sorted((digits_folder() / side / digit).iterdir())[:most]:
                shutil.copy(file, folder / side / digit)
    return replace(material(folder), epochs_factor=1)


@pytest.mark.slow
@pytest.mark.parametrize("asked", RESEARCHES, ids=lambda one: one.line.split()[-1])
def test_researches(
    asked: Question, few_digits: Material, tmp_path: Any, monkeypatch: Any, capsys: Any
) -> None:
    """The real command, its rows and the line it promises; what is learnt is too little to tell."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(asking, "material", lambda folder: few_digits)
    monkeypatch.setattr(noise, "MOST", 2)  # batches for each number
    monkeypatch.setattr(schedules, "PICTURES", 32)
    assert run(asked.line.split()[1:]) == 0
    told = capsys.readouterr()
    first, *lines = [" ".join(line.split()) for line in told.out.splitlines()]
    assert first == asked.question
    promised = re.compile(re.escape(asked.prints).replace("…", ".+"))
    assert [line for line in lines if promised.fullmatch(line)]
    for row in re.findall("`(.+?)`", asked.why):
        assert [line for line in lines if line.startswith(f"{row} ")], row
    assert "with 3 seeds each" in told.err
    (page,) = tmp_path.iterdir()
    assert lines[-1].endswith(f"page: {page}")
    assert "What came out" in page.read_text()
