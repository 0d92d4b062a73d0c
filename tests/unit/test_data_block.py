"""From a folder of files to batches: the chapter's declaration, and what is wrong with folders."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

from convscope.data import (
    CategoryBlock,
    DataBlock,
    DataLoaders,
    GrandparentSplitter,
    ImageBlock,
    Normalize,
    PILImageBW,
    RandomSplitter,
    Resize,
    StratifiedSplitter,
    Tolerance,
    first,
    folder_block,
    get_image_files,
    parent_label,
)
from convscope.errors import ConfigError, DataError, LayoutError
from convscope.pictures import home, survey

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Write grey pictures of 4 x 6 px: `train__3=5` makes the folder train/3 with five."""
    written: list[str] = []

    def write(**counts: int) -> Path:
        for place, count in counts.items():
            target = tmp_path / "set" / place.replace("__", "/")
            target.mkdir(parents=True, exist_ok=True)
            for n in range(count):
                shade = (sum(map(ord, place)) + 7 * n) % 256
                image = Image.new("L", (6, 4), shade)
                image.putpixel((0, 0), len(written) % 256)  # no two are equal
                image.putpixel((1, 0), len(written) // 256)
                image.save(target / f"{n}.png")
                written.append(place)
        return tmp_path / "set"

    return write


def digits(**changes: object) -> DataBlock:
    parts = {
        "blocks": (ImageBlock(cls=PILImageBW), CategoryBlock),
        "get_items": get_image_files,
        "splitter": GrandparentSplitter(),
        "get_y": parent_label,
        "batch_tfms": Normalize(),
    }
    return DataBlock(**{**parts, **changes})  # pyright: ignore[reportArgumentType]


def loaders(root: Path, bs: int = 4, **changes: object) -> DataLoaders:
    return digits(**changes).dataloaders(root, bs=bs, device="cpu")


def damage(root: Path, *files: str) -> None:
    for file in files:
        (root / file).write_bytes(b"")


def contents(root: Path) -> dict[str, tuple[int, int]]:
    return {str(file): (file.stat().st_mtime_ns, file.stat().st_size) for file in root.rglob("*")}


def test_the_chapters_declaration(folder: Folder) -> None:
    root = folder(train__3=9, train__7=6, valid__3=3, valid__7=2)
    before = contents(root)
    dls = loaders(root)
    assert (len(dls.train), len(dls.valid), dls.bs, dls.c) == (3, 2, 4, 2)
    assert dls.vocab == ["3", "7"]
    batch = first(dls.valid)
    assert batch is not None
    assert batch[0].shape == (4, 1, 4, 6)
    assert [labels.tolist() for _, labels in dls.valid] == [[0, 0, 0, 1], [1]]
    assert [str(file.relative_to(root)) for file in dls.valid_files] == [
        "valid/3/0.png",
        "valid/3/1.png",
        "valid/3/2.png",
        "valid/7/0.png",
        "valid/7/1.png",
    ]
    assert dls.skipped == []
    assert dls.found == [
        "15 pictures to train with, 5 to validate with, 4 x 6 px, grey, 2 classes: 3, 7"
    ]
    assert contents(root) == before  # nothing is ever written to the user's folder


def test_the_chapter_gives_the_blocks_without_their_name() -> None:
    mnist = DataBlock((ImageBlock(cls=PILImageBW), CategoryBlock), get_y=parent_label)
    assert mnist.reading.channels == 1


def test_no_file_is_on_both_sides(folder: Folder) -> None:
    dls = loaders(folder(cat=10, dog=7), splitter=RandomSplitter(0.3, seed=1))
    assert not set(dls.train_files) & set(dls.valid_files)
    assert len(dls.train_files) + len(dls.valid_files) == 17
    assert len(dls.valid_files) == 5


def test_every_picture_comes_with_its_own_label(folder: Folder) -> None:
    dls = loaders(folder(cat=10, dog=7), splitter=RandomSplitter(0.3, seed=1))
    labels = torch.cat([labels for _, labels in dls.valid])
    assert [dls.vocab[n] for n in labels] == [parent_label(file) for file in dls.valid_files]
    assert torch.equal(dls.prepare(dls.valid_files), torch.cat([x for x, _ in dls.valid]))


def test_every_split_of_a_folder_finds_the_same_cache(folder: Folder) -> None:
    root = folder(cat=10, dog=7)
    for seed in range(3):
        loaders(root, splitter=RandomSplitter(0.3, seed=seed))
    assert len(list((home() / "cache").iterdir())) == 1
    for sides in (([0, 12], [1, 13]), ([13, 1], [12, 0])):  # the same four files, exchanged
        loaders(root, bs=2, splitter=lambda items, sides=sides: sides)
    assert len(list((home() / "cache").iterdir())) == 2


def test_a_flat_folder_is_divided_within_its_classes(folder: Folder) -> None:
    dls = loaders(folder(cat=10, dog=5), splitter=StratifiedSplitter())
    assert Counter(map(parent_label, dls.valid_files)) == {"cat": 2, "dog": 1}


def test_a_folder_without_validation_pictures_of_a_class_is_told(folder: Folder) -> None:
    dls = loaders(folder(cat=10, dog=1), splitter=StratifiedSplitter())
    assert [file.name for file in dls.train_files if file.parent.name == "dog"] == ["0.png"]
    assert dls.found[1:] == ["no picture to validate with in class 'dog'"]


def test_files_on_neither_side_are_told(folder: Folder) -> None:
    dls = loaders(folder(train__3=4, train__7=4, valid__3=1, valid__7=1, models__7=3))
    assert dls.found[1:] == ["3 files are on neither side: not used"]
    assert len(dls.train_files) + len(dls.valid_files) == 10


@pytest.mark.parametrize("split", [True, False])
def test_what_a_survey_found(folder: Folder, *, split: bool) -> None:
    counts = {"cat": 10, "dog": 5}
    root = (
        folder(**{f"Train__{k}": v for k, v in counts.items()}, test__cat=2, test__dog=1)
        if split
        else folder(**counts)
    )
    found = survey(root)
    block = folder_block(found, ImageBlock(PILImageBW), batch_tfms=Normalize())
    dls = block.dataloaders(found.root, bs=4, device="cpu")
    assert dls.vocab == ["cat", "dog"]
    assert Counter(map(parent_label, dls.valid_files)) == {"cat": 2, "dog": 1}
    assert Counter(map(parent_label, dls.train_files))["cat"] == (10 if split else 8)


def test_a_given_vocabulary_keeps_its_order(folder: Folder) -> None:
    root = folder(train__3=4, train__7=4, valid__3=1, valid__7=1)
    dls = loaders(root, blocks=(ImageBlock(PILImageBW), CategoryBlock(vocab=["7", "3"])))
    assert dls.vocab == ["7", "3"]
    assert [labels.tolist() for _, labels in dls.valid] == [[1, 0]]


def test_labels_need_not_be_text(folder: Folder) -> None:
    root = folder(**{f"{side}__{n}": 2 for side in ("train", "valid") for n in (2, 10)})
    assert loaders(root, get_y=lambda file: int(parent_label(file))).vocab == ["2", "10"]


def test_hidden_files_do_not_matter(folder: Folder) -> None:  # fault 27
    root = folder(train__3=4, train__7=4, valid__3=1, valid__7=1)
    for name in (".DS_Store", "Thumbs.db", "train/3/.hidden.png", "__MACOSX"):
        (root / name).write_bytes(b"x")
    assert len(loaders(root).found) == 1


def test_a_few_unreadable_files_are_left_out_and_listed(folder: Folder) -> None:  # faults 5-8
    root = folder(train__3=40, train__7=40, valid__3=10, valid__7=10)
    damage(root, "train/3/4.png", "valid/7/2.png")
    whole = (root / "train/7/5.png").read_bytes()
    (root / "train/7/5.png").write_bytes(whole[: len(whole) // 2])
    dls = loaders(root)
    assert [file.relative_to(root).as_posix() for file, _ in dls.skipped] == [
        "train/3/4.png",
        "train/7/5.png",
        "valid/7/2.png",
    ]
    assert all(reason for _, reason in dls.skipped)
    assert dls.found[1:] == ["3 of 100 files cannot be read and are left out"]
    assert not {file for file, _ in dls.skipped} & {*dls.train_files, *dls.valid_files}
    assert (dls.train.n, dls.valid.n) == (78, 19)


def test_too_many_unreadable_files(folder: Folder) -> None:
    root = folder(train__3=10, train__7=6, valid__3=2, valid__7=2)
    damage(root, "train/3/4.png", "valid/7/1.png")
    with pytest.raises(DataError) as caught:
        loaders(root)
    assert str(caught.value) == (
        "too many of the pictures cannot be read\n"
        "  unreadable : 2 of 20 (10.0%)\n"
        f"  file 1     : {root}/train/3/4.png: 0 bytes long\n"
        f"  file 2     : {root}/valid/7/1.png: 0 bytes long\n"
        "  because    : at most 5.0% may be left out without asking\n"
        "  try        : whole files in their place, or allow more: tolerance=Tolerance(0.1)"
    )
    assert caught.value.exit_code == 1
    dls = digits().dataloaders(root, bs=4, device="cpu", tolerance=Tolerance(0.1))
    assert len(dls.skipped) == 2


def test_a_class_with_nothing_readable_is_left_out_with_a_warning(folder: Folder) -> None:
    root = folder(train__3=40, train__7=40, train__9=2, valid__3=4, valid__7=4, valid__9=1)
    damage(root, "train/9/0.png", "train/9/1.png")  # fault 3; what is left in valid goes too
    said = "not one training picture of class '9' can be read: left out"
    with pytest.warns(UserWarning, match=said):
        dls = loaders(root)
    assert dls.vocab == ["3", "7"]
    assert (dls.train.n, dls.valid.n) == (80, 8)
    assert dls.found[1:] == ["2 of 91 files cannot be read and are left out", said]


def test_one_class_left_is_too_few(folder: Folder) -> None:
    root = folder(train__3=40, train__7=1, valid__3=4, valid__7=1)
    damage(root, "train/7/0.png")
    with (
        pytest.warns(UserWarning, match="class '7'"),
        pytest.raises(LayoutError, match="two classes"),
    ):
        loaders(root)


def test_a_label_that_is_only_in_valid(folder: Folder) -> None:  # fault 31
    root = folder(train__Cat=4, train__dog=4, valid__cat=2, valid__dog=2)
    with pytest.raises(LayoutError) as caught:
        loaders(root)
    assert str(caught.value) == (
        "the label 'cat' is not among the classes\n"
        f"  pictures : 2, the first is {root}/valid/cat/0.png\n"
        "  classes  : 'Cat', 'dog'\n"
        "  because  : it is only among the pictures to validate with; classes are those trained "
        "with\n"
        "  try      : another name for it ('Cat'?), or leave these files out"
    )
    with pytest.raises(LayoutError, match="it is not in the vocab that was given"):
        loaders(root, blocks=(ImageBlock(PILImageBW), CategoryBlock(["Cat", "dog"])))


def test_one_class_only(folder: Folder) -> None:  # fault 2
    with pytest.raises(LayoutError) as caught:
        loaders(folder(train__3=4, valid__3=2))
    assert str(caught.value) == (
        "there are not two classes to tell apart\n"
        "  classes : '3'\n"
        "  files   : 6\n"
        "  because : a classifier answers which of several classes a picture belongs to\n"
        "  try     : a folder for each class, at least two"
    )


def test_nothing_to_validate_with(folder: Folder) -> None:
    with pytest.raises(LayoutError) as caught:
        loaders(folder(cat=1, dog=1), splitter=StratifiedSplitter())
    assert str(caught.value) == (
        "there are no pictures to validate with\n"
        "  to train    : 2\n"
        "  to validate : 0\n"
        "  because     : a network learns from some pictures and is judged by others\n"
        "  try         : more pictures in each class, or another splitter"
    )


def test_no_folder_and_an_empty_folder(tmp_path: Path) -> None:  # fault 1
    with pytest.raises(LayoutError, match="no folder of pictures"):
        loaders(tmp_path / "nowhere")
    with pytest.raises(LayoutError, match="no pictures"):
        loaders(tmp_path)
    with pytest.raises(LayoutError, match="no pictures"):
        loaders(tmp_path, splitter=RandomSplitter())


def test_a_splitter_that_leaks(folder: Folder) -> None:
    with pytest.raises(ConfigError, match="on both sides, or twice on one"):
        loaders(folder(cat=2, dog=2), splitter=lambda items: ([0, 1, 2], [2, 3]))


def test_sizes_that_differ_need_a_resize(folder: Folder) -> None:
    root = folder(train__3=4, train__7=4, valid__3=2, valid__7=2)
    Image.new("L", (9, 9)).save(root / "valid/7/0.png")
    with pytest.raises(DataError, match="not all of one size"):
        loaders(root)
    batch = first(loaders(root, item_tfms=[Resize(3)]).valid)
    assert batch is not None
    assert batch[0].shape == (4, 1, 3, 3)


def test_batch_size_is_checked(folder: Folder) -> None:
    root = folder(train__3=4, train__7=4, valid__3=2, valid__7=2)
    with pytest.raises(ConfigError, match="a batch size between 1 and 8"):
        loaders(root, bs=64)
    dls = digits().dataloaders(root, bs=8, val_bs=3, device="cpu")
    assert (len(dls.train), len(dls.valid)) == (1, 2)


def test_a_keyword_that_does_not_exist() -> None:
    with pytest.raises(TypeError, match="batch_tfm"):
        digits(batch_tfm=Normalize())


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("blocks", (ImageBlock,)),
        ("blocks[0]", (CategoryBlock, ImageBlock)),
        ("blocks[1]", (ImageBlock, "classes")),
        ("item_tfms", Normalize()),
        ("batch_tfms", [Normalize(), Resize(3)]),
    ],
)
def test_parts_that_are_none(name: str, given: object) -> None:
    with pytest.raises(ConfigError) as caught:
        digits(**{name.split("[")[0]: given})
    assert str(caught.value).startswith(f"DataBlock cannot use this as {name}\n")


def test_a_class_named_twice(folder: Folder) -> None:
    with pytest.raises(ConfigError, match="twice   : '3'"):
        loaders(
            folder(train__3=4, train__7=4, valid__3=2, valid__7=2),
            blocks=(ImageBlock(PILImageBW), CategoryBlock(vocab=["3", "7", "3"])),
        )
