"""The judgement of a folder, from facts made by hand: each harm is named, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from convscope.pictures import Alike, Finding, Headers, Inspected
from convscope.recipes.classes import looks_like_a_split
from convscope.recipes.forms import guessed
from convscope.recipes.judging import judge

NOTHING = Alike((), (), frozenset(), (), complete=True)


def healthy(each: int = 30) -> Inspected:
    """Two classes of two sides, `each` pictures in all four, nothing wrong with any."""
    places = [(side, label) for side in ("train", "valid") for label in ("cat", "dog")]
    rows = [(side, label, i) for side, label in places for i in range(each)]
    return Inspected(
        root="/pets",
        files=[f"/pets/{side}/{label}/{i}.png" for side, label, i in rows],
        labels=[label for _, label, _ in rows],
        sides=[side for side, _, _ in rows],
        ignored=(),
        headers=Headers(
            np.full((len(rows), 2), 28, np.int32),
            ["PNG"] * len(rows),
            ["L"] * len(rows),
            [False] * len(rows),
        ),
        bad={},
        array=np.zeros((len(rows), 1, 2, 2), np.uint8),
        alike=NOTHING,
        refusal="",
    )


def flat(each: int = 30) -> Inspected:
    seen = healthy(each)
    return replace(seen, sides=[""] * len(seen.files))


def found(seen: Inspected) -> dict[str, Finding]:
    return {finding.key: finding for finding in judge(seen)}


def harms(seen: Inspected) -> dict[str, str]:
    return {key: one.severity for key, one in found(seen).items() if one.severity != "fine"}


def test_a_healthy_folder_is_fine_and_every_check_says_so() -> None:
    assert harms(healthy()) == harms(flat()) == {}
    assert all(finding.headline and not finding.groups for finding in judge(healthy()))
    assert len(found(healthy())) == len(judge(healthy())) >= 19


def test_the_worst_comes_first() -> None:
    seen = replace(healthy(), bad={0: "broken"}, refusal="no\n  because : so")
    severities = [finding.severity for finding in judge(seen)]
    assert severities == sorted(severities, key=("serious", "look", "fine").index)
    assert severities[:2] == ["serious", "look"]


def with_copies(*groups: tuple[int, ...], bytes_of: tuple[int, ...] = ()) -> Inspected:
    same_bytes = frozenset([bytes_of] if bytes_of else [])
    return replace(healthy(), alike=replace(NOTHING, same=groups, same_bytes=same_bytes))


def test_a_picture_on_both_sides_is_a_leak() -> None:
    seen = with_copies((0, 60), (1, 2, 61, 62), bytes_of=(0, 60))
    assert harms(seen) == {"leak": "serious"}
    leak = found(seen)["leak"]
    assert leak.groups == ((0, 60), (1, 2, 61, 62))
    assert "2 (1 of them equal byte for byte" in leak.headline
    assert "3 of 60 (5.0%) are known by heart" in leak.advice


def test_a_picture_in_two_classes() -> None:
    assert harms(with_copies((0, 30))) == {"two_labels": "serious"}


def test_a_leak_under_another_label_is_both() -> None:
    assert harms(with_copies((0, 90))) == {"leak": "serious", "two_labels": "serious"}


def test_copies_in_their_own_class() -> None:
    seen = with_copies((0, 1, 2), (31, 32))
    assert harms(seen) == {"twice": "look"}
    assert "Delete 3 copies" in found(seen)["twice"].advice
    assert "made by chance" not in found(seen)["twice"].advice
    undivided = replace(seen, sides=[""] * 120)
    assert "made by chance" in found(undivided)["twice"].advice


def test_near_copies_are_worth_a_look_the_harmful_first() -> None:
    seen = replace(healthy(), alike=replace(NOTHING, near=((0, 1), (2, 32), (3, 63))))
    assert harms(seen) == {"near": "look"}
    near = found(seen)["near"]
    assert near.groups == ((3, 63), (2, 32), (0, 1))
    assert near.headline.endswith("3, of these on both sides of the split 1, in two classes 1")


def test_a_search_that_was_cut_short_is_said() -> None:
    seen = replace(healthy(), alike=replace(NOTHING, complete=False))
    assert "the search was ended" in found(seen)["near"].notes[0]
    assert found(healthy())["near"].notes == []


def test_blank_pictures() -> None:
    seen = replace(healthy(), alike=replace(NOTHING, blank=(4, 5)))
    assert harms(seen) == {"blank": "look"}
    assert found(seen)["blank"].groups == ((4,), (5,))
    dogs = tuple(i for i, label in enumerate(seen.labels) if label == "dog")
    empty = replace(healthy(), alike=replace(NOTHING, blank=dogs))
    assert harms(empty) == {"blank": "serious"}
    assert found(empty)["blank"].advice.startswith("All pictures of 'dog' are blank.")


def test_a_class_that_is_one_picture() -> None:
    cats = tuple(range(30))
    seen = replace(flat(), alike=replace(NOTHING, same=(tuple(range(30)) + tuple(range(60, 90)),)))
    assert harms(seen) == {"one_picture": "serious", "twice": "look"}
    assert "'cat'" in found(seen)["one_picture"].headline
    part = replace(flat(), alike=replace(NOTHING, same=(cats,)))
    assert harms(part) == {"twice": "look"}


@pytest.mark.parametrize(("bad", "severity"), [(1, "look"), (6, "look"), (7, "serious")])
def test_broken_files_up_to_a_twentieth(bad: int, severity: str) -> None:
    seen = replace(healthy(), bad=dict.fromkeys(range(bad), "cut off"))
    assert harms(seen) == {"broken": severity}
    assert found(seen)["broken"].notes[0] == "/pets/train/cat/0.png: cut off"


@pytest.mark.parametrize(
    ("few", "severity"), [(30, None), (7, None), (6, "look"), (1, "look")], ids=str
)
def test_imbalance(few: int, severity: str | None) -> None:
    seen = healthy()
    gone = range(30 + few, 60)
    kept = [i for i in range(120) if i not in gone]
    thinned = subset(seen, kept)
    balance = found(thinned)["balance"]
    assert balance.severity == (severity or "fine")
    assert balance.headline.endswith(f"{30 / few:.1f} to 1")
    assert (
        found(subset(healthy(50), [*range(51), *range(100, 200)]))["balance"].severity == "serious"
    )


def subset(seen: Inspected, kept: list[int]) -> Inspected:
    def pick(values: list[str]) -> list[str]:
        return [values[i] for i in kept]

    of = seen.headers
    headers = Headers(
        of.sizes[kept], pick(of.formats), pick(of.modes), [of.several[i] for i in kept]
    )
    return replace(
        seen,
        files=pick(seen.files),
        labels=pick(seen.labels),
        sides=pick(seen.sides),
        headers=headers,
        array=seen.array[kept],
    )


def test_few_pictures_to_train_or_none_to_judge_by() -> None:
    seen = subset(healthy(), [*range(9), *range(30, 60), *range(60, 90)])
    assert found(seen)["few"].notes == ["'cat': 9 in train", "'dog': 0 in valid"]


def test_animations_and_pages() -> None:
    seen = healthy()
    several = [index in {3, 70} for index in range(120)]
    moving = replace(seen, headers=replace(seen.headers, several=several))
    assert harms(moving) == {"several": "look"}
    assert found(moving)["several"].groups == ((3,), (70,))


@pytest.mark.parametrize("twin", ["Cat", " cat", "cat_", "c-a-t"])
def test_classes_of_nearly_one_name(twin: str) -> None:
    seen = flat()
    labels = [twin if label == "dog" else label for label in seen.labels]
    assert harms(replace(seen, labels=labels)) == {"twins": "serious"}


def test_names_without_letters_are_no_twins() -> None:
    seen = flat()
    labels = ["+" if label == "dog" else "-" for label in seen.labels]
    assert harms(replace(seen, labels=labels)) == {}


SPLITS = [
    "train",
    "Test",
    "trian",
    "vaild",
    "validate",
    "test_set",
    "test-images",
    "val 2",
    "tests",
    "validaton",
]
CLASSES = [
    "rain",
    "best",
    "cat",
    "valley",
    "oval",
    "trail",
    "tent",
    "7",
    "",
    "vale",
    "valve",
    "testament",
    "trainer",
]


@pytest.mark.parametrize("name", SPLITS)
def test_names_that_look_like_a_split(name: str) -> None:
    assert looks_like_a_split(name)


@pytest.mark.parametrize("name", CLASSES)
def test_names_that_do_not(name: str) -> None:
    assert not looks_like_a_split(name)


def test_a_class_that_looks_like_a_split_is_serious_where_it_holds_folders() -> None:
    seen = flat()
    labels = ["trian" if label == "dog" else label for label in seen.labels]
    files = [file.replace("/train/dog/", "/trian/") for file in seen.files]
    lookalike = replace(seen, labels=labels, files=[file.replace("/valid", "") for file in files])
    odd = replace(lookalike, files=[f"/pets/{label}/{i}.png" for i, label in enumerate(labels)])
    assert harms(odd) == {"splits": "look"}
    nested = [f"/pets/{label}/sub/{i}.png" for i, label in enumerate(labels)]
    assert harms(replace(odd, files=nested)) == {"splits": "serious"}


def test_pictures_beside_the_splits() -> None:
    seen = replace(healthy(), ignored=(("tests/cat/1.png", "outside train and valid"),))
    assert harms(seen) == {"splits": "look", "left_out": "look"}


def test_hidden_things_are_left_out_without_a_word_of_blame() -> None:
    seen = replace(healthy(), ignored=((".ipynb_checkpoints", "hidden"), (".DS_Store", "hidden")))
    assert harms(seen) == {}
    assert found(seen)["left_out"].notes == ["2 hidden: .ipynb_checkpoints"]
    assert harms(replace(seen, ignored=(("a.txt", "not a picture by its suffix"),))) == {
        "left_out": "look"
    }


def test_long_pictures_unless_all_are() -> None:
    seen = healthy()
    sizes = seen.headers.sizes.copy()
    sizes[3] = 56, 28
    assert harms(with_sizes(seen, sizes)) == {"long": "look"}
    assert found(with_sizes(seen, sizes))["long"].groups == ((3,),)
    assert harms(with_sizes(seen, np.full_like(sizes, (56, 28)))) == {}


def with_sizes(seen: Inspected, sizes: np.ndarray) -> Inspected:
    return replace(seen, headers=replace(seen.headers, sizes=sizes))


def test_a_rare_kind_of_file() -> None:
    seen = healthy()
    odd = replace(seen, headers=replace(seen.headers, formats=["GIF", *["PNG"] * 119]))
    assert harms(odd) == {"rare": "look"}
    assert found(odd)["rare"].groups == ((0,),)
    more = replace(seen, headers=replace(seen.headers, formats=["GIF"] * 2 + ["PNG"] * 118))
    assert harms(more) == {}


def test_sizes_formats_and_modes_that_betray_the_class() -> None:
    seen = healthy()
    dogs = [label == "dog" for label in seen.labels]
    sizes = np.where(np.array(dogs)[:, None], 30, 28).astype(np.int32).repeat(2, axis=1)
    assert harms(with_sizes(seen, sizes)) == {"size_tells": "serious"}
    modes = ["RGB" if dog else "L" for dog in dogs]
    assert harms(replace(seen, headers=replace(seen.headers, modes=modes))) == {
        "mode_tells": "serious"
    }
    formats = ["JPEG" if dog and i % 5 < 2 else "PNG" for i, dog in enumerate(dogs)]
    half = replace(seen, headers=replace(seen.headers, formats=formats))
    assert harms(half) == {"format_tells": "look"}


def test_unlike_sizes_of_every_picture_tell_nothing() -> None:
    seen = healthy()
    sizes = np.arange(240, dtype=np.int32).reshape(120, 2) + 300
    assert harms(with_sizes(seen, sizes)) == {}


def test_guessing_leaves_the_guessed_one_out() -> None:
    assert guessed([1, 2, 3, 4], ["a", "a", "b", "b"]) == (0.5, 0.5)  # each alone: the largest
    assert guessed([1, 1], ["a", "b"]) == (0.0, 0.5)  # each is guessed by the other
    assert guessed([1] * 5, ["a", "a", "a", "b", "b"]) == (0.6, 0.6)
    assert guessed([], []) == (0.0, 0.0)


def test_a_refusal_of_train_is_passed_on() -> None:
    seen = replace(healthy(), refusal="only one class\n  because : one\n  try     : two")
    assert harms(seen) == {"refused": "serious"}
    assert found(seen)["refused"].headline == "only one class"
    assert found(seen)["refused"].notes == ["  because : one", "  try     : two"]
