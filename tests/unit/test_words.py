"""Labels exist in both languages, and a wrong name is answered with the nearest."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from convscope import words
from convscope.errors import ConfigError
from convscope.words import counted, label
from convscope.words.english import ENGLISH
from convscope.words.polish import POLISH


def holes(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w*)\}", text))


def test_both_languages_have_the_same_keys_and_holes() -> None:
    assert list(ENGLISH) == list(POLISH)
    assert [holes(text) for text in ENGLISH.values()] == [holes(text) for text in POLISH.values()]


@pytest.mark.parametrize("lang", ["english", "polish"])
def test_no_area_takes_the_name_of_another_areas_label(lang: str) -> None:
    names: list[str] = []
    for file in Path(words.__file__ or "").parent.glob(f"{lang}*.py"):
        found = ast.walk(ast.parse(file.read_text()))
        keys = [key for node in found if isinstance(node, ast.Dict) for key in node.keys]
        names += [str(key.value) for key in keys if isinstance(key, ast.Constant)]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_no_label_was_left_in_the_other_language() -> None:
    words_of = {key: re.sub(r"\{\w*\}", "", text) for key, text in ENGLISH.items()}
    same = {key for key in ENGLISH if ENGLISH[key].lower() == POLISH[key].lower()}
    assert {key for key in same if re.search("[a-zA-Z]{2}", words_of[key])} == set()


def test_the_chapters_polish_words() -> None:
    keys = ("epoch", "train_loss", "valid_loss", "accuracy", "time")
    assert [label(key, "pl") for key in keys] == [
        "Epoka",
        "Strata zbioru treningowego",
        "Strata zbioru walidacyjnego",
        "Dokładność",
        "Czas",
    ]


def test_the_environment_chooses_and_the_argument_overrules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CONVSCOPE_LANG", raising=False)
    assert label("loss") == "loss"
    monkeypatch.setenv("CONVSCOPE_LANG", "pl")
    assert label("loss") == "strata"
    assert label("loss", "en") == "loss"
    monkeypatch.setenv("CONVSCOPE_LANG", "")
    assert label("loss") == "loss"


@pytest.mark.parametrize(
    ("count", "english", "polish"),
    [
        (0, "0 pictures", "0 obrazów"),
        (1, "1 picture", "1 obraz"),
        (2, "2 pictures", "2 obrazy"),
        (5, "5 pictures", "5 obrazów"),
        (12, "12 pictures", "12 obrazów"),
        (21, "21 pictures", "21 obrazów"),
        (24, "24 pictures", "24 obrazy"),
        (111, "111 pictures", "111 obrazów"),
        (1_113, "1,113 pictures", "1,113 obrazów"),
        (1_122, "1,122 pictures", "1,122 obrazy"),
    ],
)
def test_one_a_few_and_many(count: int, english: str, polish: str) -> None:
    assert counted(count, "pictures", "en") == english
    assert counted(count, "pictures", "pl") == polish


def test_every_counted_thing_has_two_forms_in_english_and_three_in_polish() -> None:
    things = [key for key in ENGLISH if key.startswith("counted_")]
    assert things
    assert {(ENGLISH[key].count("|"), POLISH[key].count("|")) for key in things} == {(1, 2)}


def test_unknown_names_get_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"no language 'pll'(.|\n)*try +: 'pl'"):
        label("loss", "pll")
    with pytest.raises(ConfigError, match=r"no label 'acuracy'(.|\n)*try +: 'accuracy'"):
        label("acuracy", "en")
