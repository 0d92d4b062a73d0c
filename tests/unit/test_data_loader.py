"""Batches: how many, which, in which order, and what they leave alone."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from convscope.data import DataLoaders, Loader, Normalize, Scaling, epoch_order
from convscope.errors import ConfigError, ShapeError

CPU = torch.device("cpu")


def loader(
    n: int, bs: int, *, shuffled: bool = True, drop_last: bool = True, **rest: Any
) -> Loader:
    """Pictures of one pixel whose value and label tell which they are."""
    pixels = torch.arange(n).remainder(256).to(torch.uint8).view(n, 1, 1, 1)
    return Loader(
        rest.pop("pixels", pixels),
        torch.arange(n),
        rest.pop("indices", range(n)),
        bs,
        shuffled=shuffled,
        drop_last=drop_last,
        device=CPU,
        scaling=Scaling.plain(1),
    )


def labels_of(batches: Any) -> list[list[int]]:
    return [labels.tolist() for _, labels in batches]


@pytest.mark.parametrize(
    ("n", "bs", "trained", "judged"),
    [  # MNIST and the sample, to train and to validate (chapter, 13.4)
        (60_000, 64, 937, 938),
        (60_000, 512, 117, 118),
        (10_000, 64, 156, 157),
        (10_000, 512, 19, 20),
        (12_396, 64, 193, 194),
        (2_038, 64, 31, 32),
    ],
)
def test_number_of_batches(n: int, bs: int, trained: int, judged: int) -> None:
    assert len(loader(n, bs)) == trained
    assert len(loader(n, bs, shuffled=False, drop_last=False)) == judged


def test_training_drops_the_rest_and_validation_keeps_it() -> None:
    assert list(map(len, labels_of(loader(10, 4)))) == [4, 4]
    kept = labels_of(loader(10, 4, shuffled=False, drop_last=False))
    assert kept == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_every_batch_holds_the_pictures_of_its_labels() -> None:
    for images, labels in loader(200, 64):
        assert images.dtype == torch.float32
        assert images.shape == (64, 1, 1, 1)
        assert torch.equal(images.flatten(), labels / 255)


def test_order_depends_on_seed_and_epoch_alone() -> None:
    dealt, other = loader(50, 8), loader(50, 8)
    _ = labels_of(other), torch.rand(7)  # its past does not matter
    assert labels_of(dealt.epoch_batches(3, 5)) == labels_of(other.epoch_batches(3, 5))
    assert labels_of(dealt.epoch_batches(3, 5)) != labels_of(dealt.epoch_batches(3, 6))
    assert labels_of(dealt.epoch_batches(3, 5)) != labels_of(dealt.epoch_batches(4, 5))
    assert epoch_order(50, 1, 1).tolist() != epoch_order(50, 2, 0).tolist()


def test_starting_later_gives_the_tail() -> None:
    dealt = loader(50, 8)
    whole = labels_of(dealt.epoch_batches(3, 5))
    assert [labels_of(dealt.epoch_batches(3, 5, start)) for start in range(8)] == [
        whole[start:] for start in range(8)
    ]


def test_iterating_goes_through_the_epochs_of_the_torch_seed() -> None:
    torch.manual_seed(9)
    dealt = loader(50, 8)
    assert labels_of(dealt) == labels_of(dealt.epoch_batches(9, 0))
    assert labels_of(dealt) == labels_of(dealt.epoch_batches(9, 1))


def test_a_loop_by_hand_makes_the_same_batches() -> None:
    dealt = loader(50, 8)
    order = epoch_order(50, 9, 2)
    by_hand = [order[8 * step : 8 * step + 8].tolist() for step in range(6)]
    assert labels_of(dealt.epoch_batches(9, 2)) == by_hand


def test_no_random_generator_is_touched() -> None:
    before, numbers = torch.get_rng_state(), np.random.default_rng(0).bit_generator.state
    labels_of(loader(50, 8))
    assert torch.equal(torch.get_rng_state(), before)
    assert np.random.default_rng(0).bit_generator.state == numbers


def test_indices_choose_among_shared_pixels() -> None:
    dealt = loader(10, 2, shuffled=False, drop_last=False, indices=[7, 3, 9])
    assert labels_of(dealt) == [[7, 3], [9]]
    assert dealt.n == 3


def test_a_read_only_memory_map_serves_without_a_warning(tmp_path: Path) -> None:
    np.save(tmp_path / "pixels.npy", np.arange(10, dtype=np.uint8).reshape(10, 1, 1, 1))
    mapped = np.load(tmp_path / "pixels.npy", mmap_mode="r")
    images, _ = next(iter(loader(10, 3, shuffled=False, pixels=mapped)))
    images.add_(1)  # what is given is the caller's own
    assert mapped.flatten().tolist() == list(range(10))


def test_in_order_gives_all_of_them() -> None:
    assert labels_of(loader(5, 2).in_order()) == [[0, 1], [2, 3], [4]]


def test_a_batch_larger_than_the_set() -> None:
    with pytest.raises(ConfigError) as caught:
        loader(10, 64)
    assert str(caught.value) == (
        "there would be no batch at all\n"
        "  pictures to train with : 10\n"
        "  batch size             : 64\n"
        "  because                : a batch of training is full: what is left over is dropped\n"
        "  try                    : a batch size between 1 and 10"
    )
    assert caught.value.exit_code == 2
    assert len(loader(10, 64, drop_last=False)) == 1


@pytest.mark.parametrize("drop_last", [True, False])
def test_a_batch_of_nothing(*, drop_last: bool) -> None:
    with pytest.raises(ConfigError, match="a batch size between 1 and 10"):
        loader(10, 0, drop_last=drop_last)


def test_pictures_and_labels_must_match() -> None:
    with pytest.raises(ShapeError, match="pictures and labels do not match"):
        loader(10, 2, pixels=torch.zeros(9, 1, 1, 1, dtype=torch.uint8))


def test_from_arrays() -> None:
    x = torch.randint(0, 256, (20, 3, 4, 5), dtype=torch.uint8)
    y = torch.arange(20) % 3
    dls = DataLoaders.from_arrays(
        x[:14], y[:14], x[14:], y[14:], vocab="abc", bs=4, batch_tfms=Normalize(), device="cpu"
    )
    assert (len(dls.train), len(dls.valid), dls.bs, dls.c) == (3, 2, 4, 3)
    assert dls.vocab == ["a", "b", "c"]
    assert dls.train_files == dls.valid_files == dls.skipped == []
    valid = torch.cat([images for images, _ in dls.valid])
    assert torch.equal(valid, dls.prepare.scaling(x[14:]))
    trained = dls.prepare.scaling(x[:14])
    assert trained.mean(dim=(0, 2, 3)).abs().max() < 1e-6


def test_one_batch_is_the_first_of_training_and_changes_nothing() -> None:
    x, y = torch.zeros(20, 1, 2, 2, dtype=torch.uint8), torch.arange(20)
    dls = DataLoaders.from_arrays(x, y, x, y, vocab=[str(n) for n in y.tolist()], bs=4, device=CPU)
    looked, again = dls.one_batch()[1], dls.one_batch()[1]
    assert torch.equal(looked, again)
    assert torch.equal(looked, next(iter(dls.train))[1])


def test_a_fingerprint_tells_pictures_labels_and_order_apart() -> None:
    same = loader(10, 2).fingerprint
    changed = torch.arange(10, dtype=torch.uint8).view(10, 1, 1, 1)
    changed[3] = 99
    assert loader(10, 5).fingerprint == same
    assert len(same) == 32
    assert same not in {
        loader(10, 2, pixels=changed).fingerprint,
        loader(10, 2, indices=range(9)).fingerprint,
        loader(10, 2, indices=[1, 0, *range(2, 10)]).fingerprint,
    }
