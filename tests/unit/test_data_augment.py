"""What augmentation does to pictures that are known, and what it leaves alone."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from convscope.data import (
    AUGMENTS,
    MIXES,
    Augment,
    DataBlock,
    DataLoaders,
    GrandparentSplitter,
    Loader,
    Normalize,
    RandomSplitter,
    Scaling,
    titles,
)
from convscope.data.augment import Strength, augmented, dice, moved
from convscope.data.mixing import boxes
from convscope.errors import ConfigError


def numbered(height: int = 6, width: int = 6, channels: int = 1) -> torch.Tensor:
    count = channels * height * width
    return torch.arange(count, dtype=torch.float32).reshape(1, channels, height, width)


def matrix(*rows: list[float]) -> torch.Tensor:
    return torch.tensor([rows])


def test_the_identity_moves_nothing() -> None:
    levels = numbered(5, 7, 3)
    same = moved(levels, matrix([1.0, 0, 0], [0, 1.0, 0]))
    assert torch.allclose(same, levels, atol=1e-4)


def test_a_shift_of_two_pixels_goes_on_as_the_edge_ends() -> None:
    right = moved(numbered(), matrix([1.0, 0, -2 * 2 / 6], [0, 1.0, 0]))
    assert torch.allclose(right[..., 2:], numbered()[..., :4], atol=1e-4)
    assert torch.allclose(right[..., :2], numbered()[..., :1].expand(-1, -1, -1, 2), atol=1e-4)


def test_a_quarter_turn_is_exact() -> None:
    turned = moved(numbered(), matrix([0, -1.0, 0], [1.0, 0, 0]))
    assert torch.allclose(turned, numbered().rot90(1, dims=(2, 3)), atol=1e-4)


def test_twice_as_large_is_every_second_place_halved() -> None:
    row = torch.tensor([[[[0.0, 4.0, 8.0, 12.0]]]])
    larger = moved(row, matrix([0.5, 0, 0], [0, 1.0, 0]))
    assert torch.allclose(larger, torch.tensor([[[[3.0, 5.0, 7.0, 9.0]]]]), atol=1e-4)


def test_the_same_as_torchs_own_grid() -> None:
    generator = torch.Generator().manual_seed(0)
    levels = 255 * torch.rand(8, 3, 9, 14, generator=generator)
    places = torch.eye(2, 3) + 0.2 * torch.randn(8, 2, 3, generator=generator)
    grid = F.affine_grid(places, list(levels.shape), align_corners=False)
    theirs = F.grid_sample(levels, grid, padding_mode="border", align_corners=False)
    assert torch.allclose(moved(levels, places), theirs, atol=1e-3)


def test_a_turned_oblong_picture_is_not_sheared() -> None:
    """A disc stays a disc: as wide as high, whatever the sides of the picture are."""
    rows, columns = torch.meshgrid(torch.arange(20.0), torch.arange(60.0), indexing="ij")
    disc = (((rows - 9.5) ** 2 + (columns - 29.5) ** 2) < 64).float()[None, None] * 255
    turned = augmented(disc.repeat(16, 1, 1, 1), Strength(degrees=45), dice(0, 0, 0))
    assert torch.allclose(turned.mean(dim=(1, 2, 3)), disc.mean().expand(16), rtol=0.02)
    assert (turned - disc).abs().mean() < 3


def test_a_white_ground_stays_white_and_a_black_one_black() -> None:
    for level in (0.0, 255.0):
        ground = torch.full((16, 1, 12, 12), level)
        ground[:, :, 4:8, 4:8] = 255 - level
        edge = augmented(ground, AUGMENTS["light"], dice(0, 0, 0))[..., 0, :]
        assert (edge - level).abs().max() < 0.01


@pytest.mark.parametrize("step", range(8))
def test_light_stays_within_its_bounds_and_never_mirrors(step: int) -> None:
    """A spot at the left of the middle is never moved to the right of it."""
    spot = torch.zeros(64, 1, 41, 41)
    spot[:, :, 20, 8] = 255.0
    changed = augmented(spot, AUGMENTS["light"], dice(0, 0, step))
    where = changed.flatten(1).argmax(dim=1)
    columns, rows = where % 41 - 20, where // 41 - 20
    farthest = 12 * 1.1 + 1
    assert (columns <= -12 * 0.9 * math.cos(math.radians(10)) + 0.08 * 41 + 1).all()
    assert (columns >= -farthest - 0.08 * 41).all()
    assert (rows.abs() <= farthest * math.sin(math.radians(10)) + 0.08 * 41 + 1).all()
    assert len(set(where.tolist())) > 20, "every picture draws its own"


def test_photo_crops_inside_and_mirrors_half() -> None:
    ramp = torch.linspace(0, 255, 32).expand(256, 3, 32, 32).clone()
    only_places = Strength(zoom=(1.0, 1.5), crops=True, flips=True)
    changed = augmented(ramp, only_places, dice(0, 0, 0))
    slope = changed[:, 0, 0, -1] - changed[:, 0, 0, 0]
    assert 90 < (slope < 0).sum() < 166
    assert slope.abs().min() > 255 / 1.5 * 0.9
    assert slope.abs().max() <= 255


def test_colour_moves_brightness_contrast_and_saturation_and_stays_in_range() -> None:
    levels = 255 * torch.rand(64, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    changed = augmented(levels, Strength(colour=0.2), dice(0, 0, 0))
    assert changed.min() >= 0
    assert changed.max() <= 255
    shift = (changed.mean(dim=(1, 2, 3)) - levels.mean(dim=(1, 2, 3))) / 255
    assert shift.abs().max() < 0.2
    assert shift.std() > 0.05
    spread = changed.std(dim=1).mean(dim=(1, 2)) / levels.std(dim=1).mean(dim=(1, 2))
    assert spread.std() > 0.05
    grey = torch.full((4, 3, 2, 2), 100.0)
    assert (augmented(grey, Strength(colour=0.2), dice(0, 0, 0)).std(dim=1) < 1e-3).all()


def test_a_quarter_of_the_photographs_lose_a_rectangle() -> None:
    levels = numbered(20, 20).repeat(400, 1, 1, 1)
    changed = augmented(levels, Strength(erase_share=0.25), dice(0, 0, 0))
    lost = (changed != levels).float().mean(dim=(1, 2, 3))
    assert 70 < (lost > 0).sum() < 130
    assert lost.max() <= 0.41**2
    first = changed[lost.argmax()]
    assert (first == levels.mean()).any()


def test_a_box_holds_the_pixels_whose_middle_it_covers() -> None:
    inside = boxes(torch.zeros(1, 1, 4, 10), np.array([[0.25], [0.1]]), np.array([[0.5], [0.3]]))
    assert inside[0, 0].nonzero().tolist() == [[r, c] for r in (1, 2) for c in (1, 2, 3)]


@pytest.mark.parametrize("mix", MIXES)
def test_mixed_classes_tell_the_share_of_the_pixels(mix: str) -> None:
    """Every picture is the number of its class all over, so its mean tells what is in it."""
    labels = torch.arange(32) % 4
    levels = labels.float().view(-1, 1, 1, 1).expand(-1, 3, 16, 16).clone()
    images, targets = Augment("none", mix)(levels, labels, dice(0, 0, 3), 4)
    assert targets.shape == (32, 4)
    assert torch.allclose(targets.sum(dim=1), torch.ones(32))
    told = (targets * torch.arange(4.0)).sum(dim=1)
    assert torch.allclose(images.mean(dim=(1, 2, 3)), told, atol=1e-5)
    assert ((targets > 0).sum(dim=1) == 2).any()


def test_mixup_keeps_the_larger_share() -> None:
    labels = torch.arange(64) % 2
    levels = torch.zeros(64, 1, 2, 2)
    _, targets = Augment("none", "mixup")(levels, labels, dice(0, 0, 0), 2)
    assert (targets.argmax(dim=1) == labels).all()


def arrays(count: int = 40, *, augment: Augment | None, seed: int = 0) -> DataLoaders:
    generator = torch.Generator().manual_seed(seed)
    pixels = torch.randint(0, 256, (count, 1, 8, 8), dtype=torch.uint8, generator=generator)
    labels = torch.arange(count) % 2
    both = (pixels, labels)
    return DataLoaders.from_arrays(
        *both, *both, vocab=["a", "b"], bs=8, batch_tfms=Normalize(), augment=augment, device="cpu"
    )


def test_a_batch_depends_on_seed_epoch_and_step_alone() -> None:
    train = arrays(augment=Augment("light")).train
    whole = [images for images, _ in train.epoch_batches(seed=1, epoch=2)]
    np.random.seed(5)  # noqa: NPY002 - nobody else's dice matter
    torch.manual_seed(5)
    state = torch.get_rng_state()
    for start in range(5):
        rest = [images for images, _ in train.epoch_batches(seed=1, epoch=2, start=start)]
        for one, other in zip(rest, whole[start:], strict=True):
            assert torch.equal(one, other)
    assert torch.equal(torch.get_rng_state(), state)
    numbers = {
        tuple(dice(seed, epoch, step).random(3))
        for seed in range(3)
        for epoch in range(3)
        for step in range(3)
    }
    assert len(numbers) == 27


def test_augmented_levels_are_scaled_as_all_others() -> None:
    """In levels, then scaled: the same as scaling the bytes where nothing moves."""
    plain = arrays(augment=None)
    dls = arrays(augment=Augment("none", "cutmix"))
    assert dls.prepare.scaling == plain.prepare.scaling, "statistics are those of the pictures"
    (images, _), (unmixed, _) = dls.one_batch(), plain.one_batch()
    known = set(unmixed.flatten().tolist())
    assert set(images.flatten().tolist()) <= known


def test_off_wherever_pictures_are_judged() -> None:
    dls, plain = arrays(augment=Augment("photo", "mixup")), arrays(augment=None)
    for one, other in (
        (dls.valid, plain.valid),
        (dls.train.in_order(), plain.train.in_order()),
    ):
        for (images, labels), (expected, wanted) in zip(one, other, strict=True):
            assert torch.equal(images, expected)
            assert torch.equal(labels, wanted)
    rows = np.arange(3)
    assert torch.equal(dls.train.batch(rows)[0], plain.train.batch(rows)[0])


def test_the_pixels_in_memory_are_never_changed() -> None:
    pixels = np.full((8, 1, 4, 4), 9, np.uint8)
    loader = Loader(
        pixels,
        torch.zeros(8, dtype=torch.int64),
        range(8),
        4,
        shuffled=True,
        drop_last=True,
        device=torch.device("cpu"),
        scaling=Scaling.plain(1),
        change=lambda levels, labels, draw: (levels.mul_(0), labels),
    )
    assert all(not images.any() for images, _ in loader)
    assert (pixels == 9).all()


def test_batch_tfms_compose(picture_folder: Path) -> None:
    def block(transforms: object) -> DataBlock:
        return DataBlock(splitter=RandomSplitter(seed=0), batch_tfms=transforms)

    def images(transforms: object) -> torch.Tensor:
        torch.manual_seed(0)
        return block(transforms).dataloaders(picture_folder, bs=8, device="cpu").one_batch()[0]

    both = images([Augment("light"), Normalize()])
    assert torch.equal(images([Normalize, Augment]), both), "in any order, as class or object"
    assert not torch.equal(images(Normalize()), both)
    assert both.std() > 0.8
    assert images(Augment("light")).min() >= 0
    assert torch.equal(images(Augment("none")), images(None))
    with pytest.raises(ConfigError, match="batch_tfms"):
        block([Augment(), GrandparentSplitter()])


@pytest.mark.parametrize(
    ("make", "nearest"),
    [
        (lambda: Augment("lihgt"), "light"),
        (lambda: Augment("light", "mixpu"), "mixup"),
    ],
)
def test_unknown_names_get_the_nearest(make: Callable[[], Augment], nearest: str) -> None:
    with pytest.raises(ConfigError, match=nearest):
        make()


def test_pictures_are_shown_as_they_are_trained_with() -> None:
    dls = arrays(augment=Augment("light", "mixup"))
    images, targets = dls.one_batch()
    axes = dls.show_batch(max_n=4)
    shown = [one for one in axes if one.images]
    assert [one.get_title() for one in shown] == titles(targets[:4], ["a", "b"])
    drawn = np.asarray(shown[0].images[0].get_array())
    plain = dls.prepare.scaling.undone(images[:1])[0, 0].numpy()
    assert np.allclose(drawn, plain)
    assert "augment" in dls.summary()
