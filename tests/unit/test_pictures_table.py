"""A table of paths and labels: every way in which people write one, and every way it goes wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from convscope.errors import LayoutError
from convscope.pictures import Reading, Survey, cached_pixels, pictures_of, survey

Table = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Write pictures a.png ... d.png in deep/ and a table beside; give its path."""
    (tmp_path / "deep").mkdir()
    for name in "abcd":
        Image.new("L", (3, 3), ord(name)).save(tmp_path / "deep" / f"{name}.png")

    def write(text: str | bytes) -> Path:
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "set.csv").write_bytes(data)
        return tmp_path / "set.csv"

    return write


def sides(found: Survey) -> dict[str, dict[str, list[str]]]:
    """What a survey found, by the names of the files."""
    named = {"train": found.train, "valid": found.valid, "test": found.test}
    return {
        side: {label: [Path(file).name for file in files] for label, files in classes.items()}
        for side, classes in named.items()
        if classes is not None
    }


PLAIN = "path,label\ndeep/a.png,x\ndeep/b.png,y\ndeep/c.png,x\ndeep/d.png,y\n"
FLAT = {"train": {"x": ["a.png", "c.png"], "y": ["b.png", "d.png"]}}


WRITTEN = {
    "plain": PLAIN,
    "with a mark": "\ufeff" + PLAIN,
    "as Windows ends lines": PLAIN.replace("\n", "\r\n"),
    "semicolons": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "quoted": 'path,label\n"deep/a.png","x"\n"deep/b.png",y\ndeep/c.png, "x"\ndeep/d.png,y\n',
    "spaces and capitals": PLAIN.replace("path,label", " Path , LABEL ").replace(",x", ", x "),
    "another order and more": "label,note,path\nx,,deep/a.png\ny,n,deep/b.png\n"
    "x,,./deep/c.png\ny,,deep/d.png\n",
    "empty lines": PLAIN.replace("\n", "\n\n"),
    "no last line end": PLAIN.rstrip(),
    "an empty column of splits": PLAIN.replace("\n", ",\n").replace("label,", "label,split"),
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_all_ways_to_write_it(text: str, table: Table) -> None:
    found = survey(table(text))
    assert sides(found) == FLAT
    assert found.layout == "flat"
    assert found.decisions[0] == (
        "the table names no splits: the pictures are divided into train and valid"
    )
    for files in found.train.values():
        assert cached_pixels(files, Reading(None, None, 1)).bad == {}


def test_a_label_with_a_comma_and_a_line_end(table: Table) -> None:
    text = 'path,label\ndeep/a.png,"x, or\ny"\ndeep/b.png,z\ndeep/c.png,"x, or\ny"\n'
    assert survey(table(text)).classes == ("x, or\ny", "z")


def test_splits(table: Table) -> None:
    text = "path,label,split\ndeep/a.png,x,train\ndeep/b.png,y,Training\n"
    text += "deep/c.png,x,val\ndeep/d.png,y,VALID\n"
    found = survey(table(text))
    assert sides(found) == {
        "train": {"x": ["a.png"], "y": ["b.png"]},
        "valid": {"x": ["c.png"], "y": ["d.png"]},
    }
    assert found.decisions[0] == "trained on split train, validated on split valid"


def test_three_splits_and_two_with_a_test(table: Table) -> None:
    text = "path,label,split\ndeep/a.png,x,train\ndeep/b.png,y,train\n"
    text += "deep/c.png,x,test\ndeep/d.png,y,test\n"
    found = survey(table(text))
    assert found.valid_is_test
    assert "there is no validation split: split test serves as one" in found.decisions
    more = text.replace("test", "valid") + "deep/e.png,y,testing\n"
    found = survey(table(more))
    assert sides(found)["test"] == {"y": ["e.png"]}


def test_a_missing_file_is_named_with_those_that_cannot_be_read(table: Table) -> None:
    found = survey(table(PLAIN + "deep/gone.png,x\n"))
    files = found.train["x"]
    pixels = cached_pixels(files, Reading(3, 3, 1))
    assert {Path(files[i]).name: why for i, why in pixels.bad.items()} == {
        "gone.png": "No such file or directory"
    }


def test_rows_that_are_left_out_are_told_by_their_line(table: Table) -> None:
    found = survey(table(PLAIN + "deep/a.png,x\n,y\ndeep/d.png\n"))
    assert found.ignored == (
        ("line 6", "listed twice"),
        ("line 7", "no path"),
        ("line 8", "no label"),
    )
    assert sides(found) == FLAT


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "absolute": (PLAIN + "/etc/x.png,x\n", "line 6: '/etc/x.png' leads out"),
    "up": (PLAIN + "deep/../../x.png,x\n", "line 6: 'deep/../../x.png' leads out"),
    "drive": (PLAIN + "C:\\x.png,x\n", "leads out"),
    "backslash up": (PLAIN + "..\\x.png,x\n", "leads out"),
    "another label": (PLAIN + "deep/../deep/a.png,x\n", "leads out"),
    "two labels": (PLAIN + "./deep/a.png,y\n", "line 2 and line 6 do not agree about ./deep/a.png"),
    "two splits": (
        "path,label,split\ndeep/a.png,x,train\ndeep/a.png,x,valid\n",
        "line 2 and line 3 do not agree",
    ),
    "a split of another name": (
        "path,label,split\ndeep/a.png,x,dev\n",
        "line 2: 'dev' is no split",
    ),
    "a split in some rows": (
        "path,label,split\ndeep/a.png,x,train\ndeep/b.png,y,\n",
        "line 3 names no split and others do",
    ),
    "no train": ("path,label,split\ndeep/a.png,x,test\n", "no row is of the split train"),
    "no names": ("deep/a.png,x\ndeep/b.png,y\n", "its first line names 'deep/a.png', 'x'"),
    "no label": ("path,class\ndeep/a.png,x\n", "its first line names 'path', 'class'"),
    "empty": ("", "its first line names nothing"),
    "nothing in it": ("path,label\n", "no row names a picture"),
    "not UTF-8": (PLAIN.encode() + b"deep/\xff.png,x\n", "it is not UTF-8 text"),
    "UTF-16": (PLAIN.encode("utf-16"), "it is not UTF-8 text"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "it is not UTF-8 text"),
    "a field without end": (PLAIN + '"' + "a" * 200_000, "field larger than field limit"),
    "one class": (PLAIN.replace("y", "x"), "only one class"),
}


@pytest.mark.parametrize(("text", "because"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_such_table_is_refused_by_line(
    text: str | bytes, because: str, table: Table
) -> None:
    path = table(text)
    with pytest.raises(LayoutError) as caught:
        survey(path)
    assert because in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.exit_code == 2


def test_pictures_to_predict_need_no_labels(table: Table) -> None:
    found = pictures_of(table("path\ndeep/b.png\ndeep/a.png\ndeep/b.png\n"))
    assert [path.name for path in found] == ["b.png", "a.png"]
