"""Splits share nothing and lose nothing; an order is a permutation made of its arguments alone."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from convscope.data import (
    DataLoaders,
    Loader,
    Normalize,
    RandomSplitter,
    Scaling,
    StratifiedSplitter,
    epoch_order,
    parent_label,
)
from convscope.data.normalise import channel_statistics

seeds = st.integers(0, 2**64 - 1)
shares = st.integers(1, 99).map(lambda percent: percent / 100)
names = st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=4).filter(
    lambda name: name not in {".", ".."}
)
listings = st.lists(
    st.tuples(st.sampled_from("abc"), names).map(lambda pair: Path("/set", *pair)),
    unique=True,
    max_size=40,
)


@given(items=listings, share=shares, seed=st.integers(-(2**63), 2**63 - 1))
@example(items=[Path("/set/a/\ud800"), Path("/set/a/b")], share=0.5, seed=0)
def test_every_item_is_on_exactly_one_side(items: list[Path], share: float, seed: int) -> None:
    for splitter in (RandomSplitter(share, seed), StratifiedSplitter(share, seed)):
        train, valid = splitter(items)
        assert sorted(train + valid) == list(range(len(items)))


@given(items=listings, share=shares, seed=seeds, data=st.data())
def test_stratified_shares(items: list[Path], share: float, seed: int, data: st.DataObject) -> None:
    splitter = StratifiedSplitter(share, seed)
    _, valid = splitter(items)
    kept = {items[index] for index in valid}
    for name in "abc":
        members = [item for item in items if parent_label(item) == name]
        count = sum(item in kept for item in members)
        exact = Fraction(round(share * 100), 100) * len(members)
        assert abs(count - exact) <= Fraction(1, 2) or count == len(members) - 1
        assert not members or count < len(members)
    shuffled = data.draw(st.permutations(items))
    assert {shuffled[index] for index in splitter(shuffled)[1]} == kept


@given(n=st.integers(0, 200), seed=seeds, epoch=st.integers(0, 10**6))
def test_an_order_is_a_permutation_and_repeats(n: int, seed: int, epoch: int) -> None:
    before = torch.get_rng_state()
    order = epoch_order(n, seed, epoch)
    assert sorted(order.tolist()) == list(range(n))
    assert torch.equal(order, epoch_order(n, seed, epoch))
    assert torch.equal(torch.get_rng_state(), before)


@given(seed=seeds, epoch=st.integers(0, 10**6))
def test_neighbouring_seeds_and_epochs_have_orders_of_their_own(seed: int, epoch: int) -> None:
    here = epoch_order(50, seed, epoch)
    for other in ((seed, epoch + 1), (seed + 1, epoch), (epoch, seed)):
        if other != (seed, epoch):
            assert not torch.equal(here, epoch_order(50, *other))


@given(
    n=st.integers(1, 40),
    bs=st.integers(1, 40),
    start=st.integers(0, 12),
    seed=seeds,
    shuffled=st.booleans(),
    drop_last=st.booleans(),
)
def test_batches_cover_the_set_once(
    *, n: int, bs: int, start: int, seed: int, shuffled: bool, drop_last: bool
) -> None:
    bs = min(bs, n)
    loader = Loader(
        torch.arange(n, dtype=torch.uint8).view(n, 1, 1, 1),
        torch.arange(n),
        range(n),
        bs,
        shuffled=shuffled,
        drop_last=drop_last,
        device=torch.device("cpu"),
        scaling=Scaling.plain(1),
    )
    batches = [labels.tolist() for _, labels in loader.epoch_batches(seed, 3)]
    dealt = [label for batch in batches for label in batch]
    assert len(batches) == len(loader)
    assert len(set(dealt)) == len(dealt)
    assert len(dealt) == (n - n % bs if drop_last else n)
    assert dealt == sorted(dealt) or shuffled
    tail = [labels.tolist() for _, labels in loader.epoch_batches(seed, 3, start)]
    assert tail == batches[start:]


@given(
    shape=st.tuples(*[st.integers(1, 6)] * 4),
    seed=st.integers(0, 1000),
    top=st.integers(0, 255),
)
def test_normalised_training_pictures_have_mean_0_and_deviation_1(
    shape: tuple[int, int, int, int], seed: int, top: int
) -> None:
    pixels = np.random.default_rng(seed).integers(0, top + 1, shape, dtype=np.uint8)
    scaling = channel_statistics(pixels, np.arange(shape[0]))
    images = scaling(torch.from_numpy(pixels)).double()
    for channel in range(shape[1]):
        values = images[:, channel]
        expected = float(len(np.unique(pixels[:, channel])) > 1)
        assert abs(values.mean()) < 1e-4
        assert abs(values.std(correction=0) - expected) < 1e-4


@given(seed=st.integers(0, 1000), bs=st.integers(1, 9))
def test_prepared_arrays_do_not_depend_on_the_batch_size(seed: int, bs: int) -> None:
    dice = np.random.default_rng(seed)
    x = torch.from_numpy(dice.integers(0, 256, (9, 3, 5, 7), dtype=np.uint8))
    y = torch.arange(9) % 2
    dls = DataLoaders.from_arrays(
        x, y, x, y, vocab=["a", "b"], bs=bs, batch_tfms=Normalize(), device="cpu"
    )
    valid = torch.cat([images for images, _ in dls.valid])
    assert torch.equal(valid, dls.prepare.scaling(x))
