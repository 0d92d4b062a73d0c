"""The table of faults is complete, and every test that it names is a real one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "faults.md").read_text()
ROWS = dict(re.findall(r"^\| (\d+) \|(.*)$", TABLE, flags=re.MULTILINE))


def test_every_fault_of_data_and_settings_is_in_it() -> None:
    assert [*map(int, ROWS)] == [*range(1, 35), *range(52, 58)]


@pytest.mark.parametrize("number", ROWS)
def test_the_tests_of_a_fault_exist(number: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", ROWS[number])
    assert named
    for file, name in named:
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(), flags=re.MULTILINE), name


def test_meta_what_is_said_of_a_fault_is_not_empty() -> None:
    assert all(len([cell for cell in row.split("|") if cell.strip()]) == 3 for row in ROWS.values())
