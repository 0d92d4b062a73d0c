"""Who is trained with: shares by hand, and messages that say what to do."""

from collections import Counter
from pathlib import Path

import pytest
import torch

from convscope.data import (
    GrandparentSplitter,
    RandomSplitter,
    StratifiedSplitter,
    parent_label,
)
from convscope.errors import ConfigError, LayoutError


def files(**classes: int) -> list[Path]:
    return [Path(f"pets/{name}/{n}.png") for name, count in classes.items() for n in range(count)]


def test_parent_label() -> None:
    assert parent_label(Path("a/b/c.png")) == parent_label("/a/b/c.png") == "b"
    assert parent_label("c.png") == ""


def test_grandparent_splitter_takes_names_in_any_number() -> None:
    items = [Path(f"{folder}/7/1.png") for folder in ("train", "extra", "test", "valid", "none")]
    split = GrandparentSplitter(train_name=("train", "extra"), valid_name=["valid", "test"])
    assert split(items) == ([0, 1], [2, 3])
    assert split([f"/deep/{item}" for item in items]) == ([0, 1], [2, 3])


def test_grandparent_splitter_without_its_folders() -> None:
    items = [Path(f"mnist/{folder}/7/1.png") for folder in ("training", "testing")]
    with pytest.raises(LayoutError) as caught:
        GrandparentSplitter()(items)
    assert str(caught.value) == (
        "no pictures under the folders to train or to validate with\n"
        "  wanted  : train, valid\n"
        "  found   : testing, training\n"
        "  because : a picture belongs to the folder two above it, as in train/7/12.png\n"
        "  try     : GrandparentSplitter(train_name=..., valid_name=...); "
        "instead of 'train': 'training'; instead of 'valid': 'testing' or 'training'"
    )
    assert caught.value.exit_code == 2
    with pytest.raises(LayoutError, match="a folder with pictures"):
        GrandparentSplitter()([])


def test_grandparent_splitter_on_one_folder_for_both() -> None:
    with pytest.raises(ConfigError, match="in both : x"):
        GrandparentSplitter(("x", "y"), "x")


def test_random_splitter_is_the_libraries_own_with_a_seed() -> None:
    torch.manual_seed(42)
    order = torch.randperm(10).tolist()  # what fastai does to the global generator
    assert RandomSplitter(0.3, seed=42)(files(a=10)) == (order[3:], order[:3])


def test_random_splitter_without_a_seed_follows_torch_and_leaves_it_alone() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first = RandomSplitter()(files(a=50))
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(3)
    assert RandomSplitter()(files(a=50)) == first == RandomSplitter(seed=5)(files(a=50))
    torch.manual_seed(6)
    assert RandomSplitter()(files(a=50)) != first


@pytest.mark.parametrize(
    ("share", "count", "kept"),
    [
        (0.2, 1, 0),  # a class of one stays in train (fault 4)
        (0.2, 2, 0),  # 0.4
        (0.2, 3, 1),  # 0.6
        (0.5, 1, 0),
        (0.5, 3, 2),  # 1.5, half up
        (0.25, 2, 1),  # 0.5, half up
        (0.15, 10, 2),  # 1.5, though 0.15 is a binary number below it
        (0.35, 10, 4),  # 3.5
        (0.29, 50, 15),  # 14.5
        (0.99, 10, 9),  # 9.9, but one stays in train
    ],
)
def test_stratified_counts(share: float, count: int, kept: int) -> None:
    train, valid = StratifiedSplitter(share)(files(a=count))
    assert (len(train), len(valid)) == (count - kept, kept)


def test_stratified_is_the_same_in_every_class() -> None:
    items = files(cat=100, dog=10, emu=1)
    _, valid = StratifiedSplitter()(items)
    assert Counter(parent_label(items[index]) for index in valid) == {"cat": 20, "dog": 2}


def test_stratified_depends_on_names_and_seed_alone() -> None:
    items = files(cat=40, dog=30)
    kept = {items[index] for index in StratifiedSplitter(seed=3)(items)[1]}
    turned = items[::-1]
    assert {turned[index] for index in StratifiedSplitter(seed=3)(turned)[1]} == kept
    moved = [Path("/elsewhere") / item for item in items]
    assert {moved[i] for i in StratifiedSplitter(seed=3)(moved)[1]} == {
        Path("/elsewhere") / item for item in kept
    }
    assert {items[index] for index in StratifiedSplitter(seed=4)(items)[1]} != kept


def test_stratified_changes_little_when_pictures_come() -> None:
    before, after = files(cat=100), files(cat=105)
    old = set(StratifiedSplitter()(before)[1])  # 20, and then 21, of them
    assert len(old - set(StratifiedSplitter()(after)[1])) <= 5


def test_stratified_by_another_label() -> None:
    items = [Path(f"{breed}_{n}.png") for breed in ("cat", "dog") for n in range(5)]
    split = StratifiedSplitter(get_y=lambda file: file.name.split("_")[0])
    assert Counter(items[i].name[:3] for i in split(items)[1]) == {"cat": 1, "dog": 1}


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 20.0, float("nan")])
def test_shares_that_leave_a_side_empty(share: float) -> None:
    with pytest.raises(ConfigError, match="this share cannot be split off"):
        RandomSplitter(share)
    with pytest.raises(ConfigError, match="this share cannot be split off"):
        StratifiedSplitter(share)
