"""A folder is understood, or refused with a message that says how it should look."""

import json
import os
import socket
import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from convscope.errors import LayoutError
from convscope.pictures import Survey, get_image_files, survey


def planted(root: Path, *places: str) -> Path:
    """Write one small picture at each place (a place that ends in / is an empty folder)."""
    for place in places:
        path = root / place
        if place.endswith("/"):
            path.mkdir(parents=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (1, 1)).save(path, "PNG")
    return root


def refusal(root: Path) -> str:
    with pytest.raises(LayoutError) as caught:
        survey(root)
    assert caught.value.exit_code == 2
    return str(caught.value)


def names(found: Survey, split: str) -> dict[str, list[str]]:
    return {
        label: [os.path.relpath(file, found.root) for file in files]
        for label, files in getattr(found, split).items()
    }


SPLIT = ("train/a/1.png", "train/b/2.png", "valid/a/3.png", "valid/b/4.png")


def test_train_and_valid(tmp_path: Path) -> None:
    found = survey(planted(tmp_path, *SPLIT))
    assert found.layout == "split"
    assert found.classes == ("a", "b")
    assert names(found, "train") == {"a": ["train/a/1.png"], "b": ["train/b/2.png"]}
    assert names(found, "valid") == {"a": ["valid/a/3.png"], "b": ["valid/b/4.png"]}
    assert found.decisions == ("trained on train/, validated on valid/",)
    assert found.warnings == ()


@pytest.mark.parametrize("train", ["Train", "TRAINING", "training"])
@pytest.mark.parametrize("valid", ["Val", "VALID", "validation"])
def test_other_names_in_any_case(train: str, valid: str, tmp_path: Path) -> None:
    places = [f"{split}/{label}/1.png" for split in (train, valid) for label in "ab"]
    assert survey(planted(tmp_path, *places)).layout == "split"


def test_a_test_folder_serves_as_validation_where_there_is_none(tmp_path: Path) -> None:
    root = planted(tmp_path, *(place.replace("valid", "Testing") for place in SPLIT))
    found = survey(root)
    assert names(found, "valid") == {"a": ["Testing/a/3.png"], "b": ["Testing/b/4.png"]}
    assert "there is no validation folder: Testing/ serves as one" in found.decisions
    said = "the best epoch is chosen on Testing/ itself, so its result looks better than it is"
    assert said in found.decisions
    assert found.valid_is_test
    assert found.test is None


def test_a_third_folder_is_for_the_end(tmp_path: Path) -> None:
    found = survey(planted(tmp_path, *SPLIT, "test/a/5.png"))
    assert names(found, "valid")["a"] == ["valid/a/3.png"]
    assert names(found, "test") == {"a": ["test/a/5.png"]}, "not every class must be in it"
    assert "test/ is used once, at the end: 1 pictures" in found.decisions
    assert found.ignored == ()
    assert not found.valid_is_test


def test_a_third_folder_that_is_not_sorted_is_kept_aside(tmp_path: Path) -> None:
    """As in competitions: what is to be predicted, without labels."""
    found = survey(planted(tmp_path, *SPLIT, "test/5.png", "test/6.png"))
    assert found.test is None
    assert "test/ is kept aside: its 2 pictures are in no class folders" in found.decisions


def test_a_third_folder_with_other_classes_is_kept_aside(tmp_path: Path) -> None:
    found = survey(planted(tmp_path, *SPLIT, "test/a/5.png", "test/unknown/6.png"))
    assert found.test is None
    said = "test/ is kept aside: it holds classes to train with none of: 'unknown'"
    assert said in found.decisions


@pytest.mark.parametrize("also", [(), ("valid/a/",)], ids=["no valid", "valid without pictures"])
def test_train_alone_is_to_be_divided(also: tuple[str, ...], tmp_path: Path) -> None:
    found = survey(planted(tmp_path, *SPLIT[:2], *also))
    assert (found.layout, found.valid) == ("flat", None)
    assert names(found, "train") == {"a": ["train/a/1.png"], "b": ["train/b/2.png"]}
    assert "train/ is divided" in found.decisions[0]


def test_a_folder_for_each_class(tmp_path: Path) -> None:
    found = survey(
        planted(tmp_path, "b/2.JPG", "b/10.png", "b/deep/er/1.png", "a/1.png", "a/2.png")
    )
    assert found.layout == "flat"
    assert names(found, "train") == {
        "a": ["a/1.png", "a/2.png"],
        "b": ["b/10.png", "b/2.JPG", "b/deep/er/1.png"],
    }
    assert "the pictures are divided into train and valid" in found.decisions[0]


def test_a_class_may_be_called_train(tmp_path: Path) -> None:
    assert survey(planted(tmp_path, "train/1.png", "bus/2.png")).classes == ("bus", "train")


def test_what_is_left_out_is_listed_with_its_reason(tmp_path: Path) -> None:
    root = planted(tmp_path, *SPLIT, "loose.png", "train/loose.png", "docs/x/fig.png")
    root.joinpath("train/a/notes.txt").write_text("hello")
    root.joinpath("train/a/.DS_Store").touch()
    found = survey(root)
    assert found.ignored == (
        ("docs/x/fig.png", "outside train and valid"),
        ("loose.png", "in no class folder"),
        ("train/a/.DS_Store", "hidden"),
        ("train/a/notes.txt", "not a picture by its suffix"),
        ("train/loose.png", "in no class folder"),
    )
    assert found.decisions[1:] == (
        "left out, hidden: 1",
        "left out, in no class folder: 2",
        "left out, not a picture by its suffix: 1",
        "left out, outside train and valid: 1",
    )


def test_the_plain_values_go_through_json(tmp_path: Path) -> None:
    plain = survey(planted(tmp_path, *SPLIT)).to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["train"] == {"a": 1, "b": 1}


TREE = """\
  flowers/                or  flowers/
  ├── train/                  ├── daisy/  1.jpg ...
  │   ├── daisy/  1.jpg ...   └── rose/   3.jpg ...
  │   └── rose/   3.jpg ...
  └── valid/
      ├── daisy/  7.jpg ...
      └── rose/   8.jpg ..."""


def test_fault_1_missing_folder(tmp_path: Path) -> None:
    message = refusal(tmp_path / "nowhere")
    assert message == (
        f"no folder of pictures at {tmp_path}/nowhere\n"
        "  because : it does not exist\n"
        f"  try     : the path of a folder, as below; of an archive or a table (.csv) of "
        f"pictures; or IDX files\n{TREE}"
    )


def test_fault_1_no_folder_but_a_file(tmp_path: Path) -> None:
    message = refusal(planted(tmp_path, "one.png") / "one.png")
    assert "because : it is a file" in message
    assert message.endswith(TREE)


def test_fault_1_nothing_in_it(tmp_path: Path) -> None:
    assert f"no pictures in {tmp_path}\n  because : it is empty" in refusal(tmp_path)
    planted(tmp_path, "a/", "b/").joinpath("a/readme.txt").write_text("none")
    assert "1 things lie there, none a picture" in refusal(tmp_path)


def test_pictures_without_class_folders(tmp_path: Path) -> None:
    assert "lie directly in the folder itself" in refusal(planted(tmp_path, "1.png", "2.png"))
    planted(tmp_path, "train/1.png", "test/2.png")
    assert "lie directly in test/, train/" in refusal(tmp_path)


def test_fault_2_one_class_only(tmp_path: Path) -> None:
    message = refusal(planted(tmp_path / "flat", "a/1.png"))
    assert f"only one class of pictures in {tmp_path}/flat\n  class   : 'a'" in message
    assert "only one class" in refusal(planted(tmp_path / "split", SPLIT[0], SPLIT[2]))


def test_one_folder_too_high_is_pointed_down(tmp_path: Path) -> None:
    planted(tmp_path, *(f"mnist/{place}" for place in SPLIT))
    assert f"try     : {tmp_path}/mnist, which holds folders itself" in refusal(tmp_path)


def test_fault_3_a_class_without_pictures_is_left_out_with_a_warning(tmp_path: Path) -> None:
    root = planted(tmp_path, *SPLIT, "train/c/", "valid/c/", "train/.git/")
    root.joinpath("train/c/page.html").touch()
    found = survey(root)
    assert found.classes == ("a", "b")
    assert found.warnings == (
        "train/c/ holds no pictures: left out",
        "valid/c/ holds no pictures: left out",
    )
    flat = survey(planted(tmp_path / "flat", "a/1.png", "a/2.png", "b/1.png", "b/2.png", "c/"))
    assert flat.warnings == ("c/ holds no pictures: left out",)


def test_fault_4_a_class_of_one_picture_stays_in_train(tmp_path: Path) -> None:
    found = survey(planted(tmp_path, "a/1.png", "a/2.png", "b/1.png"))
    assert found.warnings == ("class 'b' has one picture: it stays in train",)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX only")
def test_fault_26_links_pipes_and_sockets_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = planted(tmp_path / "root", "a/1.png", "b/2.png")
    outside = planted(tmp_path / "outside", "3.png")
    (root / "a" / "circle").symlink_to(root)
    (root / "a" / "away.png").symlink_to(outside / "3.png")
    (root / "c").symlink_to(outside)
    os.mkfifo(root / "a" / "pipe.png")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(root / "b")  # a socket's path is short
        server.bind("plug.png")
        found = survey(root)
    assert names(found, "train") == {"a": ["a/1.png"], "b": ["b/2.png"]}
    assert dict(found.ignored) == {
        "a/away.png": "symbolic link",
        "a/circle": "symbolic link",
        "a/pipe.png": "neither file nor folder",
        "b/plug.png": "neither file nor folder",
        "c": "symbolic link",
    }


def test_fault_26_a_folder_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted(tmp_path, "a/1.png", "a/shut/2.png", "b/3.png")
    scandir = os.scandir  # root may read everything, so the refusal is made here

    def guarded(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert survey(tmp_path).ignored == (("a/shut", "Permission denied"),)


def test_fault_27_what_systems_leave_behind_is_ignored(tmp_path: Path) -> None:
    hidden = ("a/.x.png", ".cache/1.png", "a/__MACOSX/1.png", "__MACOSX/a/2.png")
    root = planted(tmp_path, "a/1.png", "b/2.png", *hidden)
    (root / "a" / "Thumbs.db").touch()
    found = survey(root)
    assert found.classes == ("a", "b")
    assert {reason for _, reason in found.ignored} == {"hidden"}
    assert [path.name for path in get_image_files(root)] == ["1.png", "2.png"]


def test_fault_30_names_that_differ_only_in_case(tmp_path: Path) -> None:
    found = survey(planted(tmp_path, *(f"{label}/{n}.png" for label in "bBa" for n in (1, 2))))
    assert found.classes == ("B", "a", "b"), "the same order on every machine"
    assert found.warnings == ("classes that differ only in case are kept apart: 'B', 'b'",)


def test_fault_30_names_that_look_the_same(tmp_path: Path) -> None:
    twins = [unicodedata.normalize(form, "café") for form in ("NFC", "NFD")]
    message = refusal(planted(tmp_path, *(f"{name}/1.png" for name in twins), "a/1.png"))
    assert "two classes of the same name" in message
    assert "'caf\\xe9'" in message


def test_fault_30_an_accent_stored_in_two_ways_is_one_class(tmp_path: Path) -> None:
    one, other = (unicodedata.normalize(form, "é") for form in ("NFC", "NFD"))
    places = [f"train/{other}/1.png", f"valid/{one}/2.png", "train/f/1.png", "valid/f/2.png"]
    assert survey(planted(tmp_path, *places)).classes == ("f", one), "in the order of names"


def test_fault_31_classes_that_differ(tmp_path: Path) -> None:
    root = planted(tmp_path, *SPLIT, "train/only/1.png", "valid/other/1.png")
    assert refusal(root) == (
        f"train and valid in {root} do not hold the same classes\n"
        "  only in train : 'only'\n"
        "  only in valid : 'other'\n"
        "  because       : every class must be learnt and checked\n"
        "  try           : folders of the same names, with pictures, on both sides"
    )


def test_fault_31_says_when_it_is_only_case(tmp_path: Path) -> None:
    root = planted(tmp_path, *SPLIT, "train/Rose/1.png", "valid/rose/1.png")
    assert "some differ only in case" in refusal(root)


def test_two_folders_for_one_purpose(tmp_path: Path) -> None:
    message = refusal(planted(tmp_path, *SPLIT, "val/a/1.png", "val/b/1.png"))
    assert "folders : val, valid" in message
    assert "both are names of the valid folder" in message


def test_long_lists_are_cut(tmp_path: Path) -> None:
    message = refusal(planted(tmp_path, *SPLIT, *(f"train/x{n:02}/1.png" for n in range(13))))
    assert "'x09' and 3 more" in message


ODD = [" spaced ", "new\nline", "😀", "100%", "<script>", "-rf", "n" * 250, "q'u\"o"]


def test_fault_25_any_name_is_only_a_name(tmp_path: Path) -> None:
    root = planted(tmp_path, *(f"{name}/{n}.png" for name in ODD for n in (1, 2)))
    raw = os.path.join(os.fsencode(root), b"\xff\xfe")  # noqa: PTH118 - bytes are no Path
    os.mkdir(raw)  # noqa: PTH102
    Image.new("L", (1, 1)).save(os.fsdecode(raw) + "/1.png")
    found = survey(root)
    assert set(found.classes) == {*ODD, "\udcff\udcfe"}
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()


def test_files_come_in_the_order_of_their_parts(tmp_path: Path) -> None:
    planted(tmp_path, "a-b/1.png", "a/2.png", "a/10.PNG", "a/x/3.jpeg", "z.webp", "a/no.txt")
    (tmp_path / "a" / "no.txt").write_text("no picture")
    found = get_image_files(tmp_path)
    assert found == sorted(found)
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "a/10.PNG",
        "a/2.png",
        "a/x/3.jpeg",
        "a-b/1.png",
        "z.webp",
    ]


def test_only_here_or_only_in_some_folders(tmp_path: Path) -> None:
    planted(tmp_path, "1.png", "a/2.png", "b/3.png", "b/a/4.png")
    assert [path.name for path in get_image_files(tmp_path, recurse=False)] == ["1.png"]
    some = get_image_files(tmp_path, folders=["b"])
    assert [path.name for path in some] == ["1.png", "3.png", "4.png"]


def test_listing_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="No such file or directory"):
        get_image_files(tmp_path / "nowhere")
