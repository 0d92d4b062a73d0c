"""What comparisons measure, against answers that are known by hand."""

import colorsys
from itertools import combinations

import numpy as np
import pytest
import torch
from torch import nn

from convscope.data import DataLoaders
from convscope.recipes.chapter.comparing.features import edges
from convscope.recipes.chapter.comparing.flatness import loss_rise
from convscope.recipes.chapter.comparing.histograms import BINS, oriented_gradients
from convscope.recipes.chapter.comparing.noise import drawn_batches, gradient_noise
from convscope.recipes.chapter.comparing.painting import class_hues, painted_batch
from convscope.recipes.chapter.comparing.pools import WAYS, halving_net
from convscope.recipes.chapter.comparing.spaces import SPACES, Recolour, grey, hsv, hsv_turned
from convscope.recipes.chapter.comparing.speed import steps_until
from convscope.runs import Spread, chance_apart


def mean_output(outputs: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    return outputs.mean()


def test_noise_is_the_variance_over_the_signal_without_the_noise_left_in_the_mean() -> None:
    layer = nn.Linear(2, 1, bias=False)  # the gradient of its mean output is the mean input
    inputs = np.array([[1.0, 0.0], [3.0, 0.0], [2.0, 3.0]])
    batches = [(torch.tensor(row[None], dtype=torch.float32), torch.zeros(1)) for row in inputs]
    variance = ((inputs - inputs.mean(axis=0)) ** 2).sum() / 2  # 8 / 2
    signal = (inputs.mean(axis=0) ** 2).sum() - variance / 3  # 5 - 4 / 3
    assert variance / signal == pytest.approx(12 / 11)
    assert gradient_noise(layer, batches, mean_output) == pytest.approx(12 / 11)


def test_equal_gradients_have_no_noise_and_opposite_ones_no_signal() -> None:
    layer = nn.Linear(1, 1, bias=False)
    one, other = (torch.ones(1, 1), torch.zeros(1)), (-torch.ones(1, 1), torch.zeros(1))
    assert gradient_noise(layer, [one, one, one], mean_output) == 0
    assert gradient_noise(layer, [one, other], mean_output) == float("inf")


@pytest.mark.slow
def test_the_noise_of_a_known_set_falls_as_batches_grow() -> None:
    """The noise scale is a quarter of a picture, whatever the size of the batch."""
    pixels = torch.tensor([[153], [51]], dtype=torch.uint8).repeat(50, 1).view(-1, 1, 1, 1)
    numbers = torch.arange(100) % 2
    loader = DataLoaders.from_arrays(
        pixels, numbers, pixels, numbers, vocab=["a", "b"], bs=4, device="cpu"
    ).train  # 0.6 or 0.2: mean 0.4, variance 0.04
    layer = nn.Sequential(nn.Flatten(), nn.Linear(1, 1, bias=False))
    for size in (4, 16):
        noises = [
            gradient_noise(layer, drawn_batches(loader, size, seed), mean_output)
            for seed in range(2)
        ]
        assert size * np.mean(noises) == pytest.approx(0.04 / 0.16, rel=0.25)


def squares(outputs: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    return outputs.square().sum()


@pytest.mark.parametrize("size", [0.05, 0.4])
def test_noise_raises_a_quadratic_by_its_square_and_leaves_the_net_alone(size: float) -> None:
    layer = nn.Linear(3, 2, bias=False)
    net = nn.Sequential(layer, nn.Dropout(0.5))
    before = layer.weight.detach().clone()
    batch = (torch.eye(3), torch.zeros(3))  # so the loss is the sum of all squared weights
    rise = loss_rise(net, batch, size, loss_func=squares)
    assert rise == pytest.approx(size**2 * float(before.square().sum()), rel=1e-4)
    assert torch.equal(layer.weight, before)
    assert net.training


def test_a_slope_is_no_curvature() -> None:
    layer = nn.Linear(3, 1, bias=False)
    batch = (torch.ones(1, 3), torch.zeros(1))
    assert loss_rise(layer, batch, 0.3, loss_func=mean_output) == pytest.approx(0, abs=1e-6)


def histogram(image: torch.Tensor) -> np.ndarray:
    """Directions, as shares of all that was counted."""
    blocks = oriented_gradients(image.view(1, 1, 28, 28)).view(4, BINS, -1)
    counted = blocks.sum(dim=(0, 2)).numpy()
    return counted / counted.sum()


def test_a_step_edge_is_counted_in_its_direction_only() -> None:
    lying = torch.zeros(28, 28)
    lying[14:] = 1.0  # the gradient points down: 90 degrees, the middle of the fifth direction
    np.testing.assert_allclose(histogram(lying), np.eye(BINS)[4], atol=1e-5)
    np.testing.assert_allclose(histogram(1 - lying), np.eye(BINS)[4], atol=1e-5)
    upright = histogram(lying.T)  # 0 degrees lies between the last direction and the first
    np.testing.assert_allclose(upright, (np.eye(BINS)[0] + np.eye(BINS)[8]) / 2, atol=1e-5)


def test_gradient_histograms_do_not_depend_on_contrast_and_see_the_strongest_channel() -> None:
    picture = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    plain = oriented_gradients(picture)
    assert plain.shape == (1, 6 * 6 * 4 * BINS)
    torch.testing.assert_close(oriented_gradients(5 * picture + 2), plain, atol=2e-3, rtol=0)
    flat = torch.zeros_like(picture)
    torch.testing.assert_close(oriented_gradients(torch.cat([flat, picture, flat], dim=1)), plain)
    assert not oriented_gradients(flat).any()


def test_edges_answer_where_the_kernels_do_and_to_nothing_flat() -> None:
    lying = torch.zeros(1, 1, 28, 28)
    lying[:, :, 14:] = 1.0
    maps = edges(lying).view(8, 7, 7)  # left, top, diag1, diag2, then their answers below 0
    assert maps[1].sum() > 0
    assert not maps[[0, 4, 5]].any()
    assert maps[1, [0, 1, 2, 5, 6]].sum() == 0
    assert not edges(torch.zeros(1, 1, 28, 28)).any()


def test_hue_saturation_and_value_are_those_of_the_standard_library() -> None:
    dice = np.random.default_rng(0)
    colours = [*dice.random((200, 3)), (0, 0, 0), (1, 1, 1), (0.5, 0.5, 0.5), (1, 0, 0), (1, 1, 0)]
    turned = hsv(torch.tensor(np.array(colours), dtype=torch.float32).view(-1, 3, 1, 1))
    expected = np.array([colorsys.rgb_to_hsv(*colour) for colour in colours])
    np.testing.assert_allclose(turned.view(-1, 3).numpy(), expected, atol=1e-5)


def test_a_hue_as_a_direction_has_no_seam_and_grey_has_none() -> None:
    """A step across red is as long as one across any other hue; RGB can be told from it."""
    hues = np.linspace(0, 1, 361)
    circle = np.array([colorsys.hsv_to_rgb(hue, 1.0, 1.0) for hue in hues])
    pixels = torch.tensor(circle, dtype=torch.float32).view(-1, 3, 1, 1)
    turned, stored = (one(pixels).view(-1, 3) for one in (hsv_turned, hsv))
    steps = turned.diff(dim=0).norm(dim=1)
    torch.testing.assert_close(steps, torch.full((360,), 2 * np.pi / 360), atol=1e-4, rtol=0)
    assert stored[:, 0].diff().abs().max() > 0.99
    assert hsv_turned(torch.full((1, 3, 1, 1), 0.4)).flatten().tolist() == pytest.approx(
        [0, 0, 0.4]
    )


def test_no_hue_of_a_class_is_nearer_to_another() -> None:
    hues = np.sort(class_hues(10).ravel())
    assert np.diff([*hues, hues[0] + 360]).tolist() == pytest.approx([18.0] * 20)
    assert hues[0] == 360 - hues[-1] == 9


def test_grey_keeps_the_shade_and_a_recoloured_sample_is_normalised() -> None:
    images = torch.rand(20, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    shades = grey(images)
    torch.testing.assert_close(shades[:, 0], shades[:, 2])
    weights = 0.299 * images[:, 0] + 0.587 * images[:, 1] + 0.114 * images[:, 2]
    torch.testing.assert_close(shades[:, 1], weights)
    for space in SPACES:
        layer = Recolour(space, images)
        assert [*layer.parameters()] == []
        given = layer(images)
        torch.testing.assert_close(given.mean(dim=(0, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)
        torch.testing.assert_close(given.std(dim=(0, 2, 3)), torch.ones(3))


def test_paint_has_the_hue_of_its_tint_and_is_always_the_same() -> None:
    ink = torch.zeros(400, 1, 2, 1, dtype=torch.uint8)
    ink[:, :, 1] = 255
    middles = np.array([[20.0, 200.0]] * 400)
    pictures, tints = painted_batch(ink, middles, np.random.default_rng(3))
    again, _ = painted_batch(ink, middles, np.random.default_rng(3))
    assert torch.equal(pictures, again)
    turned = hsv(pictures / 255.0)
    for number, middle in enumerate((20.0, 200.0)):
        hues = 2 * np.pi * turned[tints == number, 0, 1, 0].numpy()
        mean = np.angle(np.exp(1j * hues).mean(), deg=True) % 360
        assert mean == pytest.approx(middle, abs=8)
    assert turned[:, 2, 1].min() >= 0.49  # ink is bright
    assert turned[:, 2, 0].max() <= 0.41  # the ground is dim


def test_all_three_ways_to_halve_have_the_same_parameters_and_maps() -> None:
    nets = [halving_net(way) for way in WAYS]
    assert {sum(one.numel() for one in net.parameters()) for net in nets} == {30_542}
    images = torch.zeros(2, 1, 28, 28)
    for net in nets:
        given, sizes = images, list[int]()
        for layer in net:
            given = layer(given)
            sizes.append(given.shape[-1])
        assert [*dict.fromkeys(size for size in sizes if size not in {28, 10})] == [14, 7, 4, 2, 1]


def test_ranges_of_equals_come_apart_as_often_as_is_said() -> None:
    ranks = set(range(6))
    apart = sum(
        max(one) < min(ranks - set(one)) or min(one) > max(ranks - set(one))
        for one in combinations(ranks, 3)
    )
    assert apart / len([*combinations(ranks, 3)]) == 1 / chance_apart(3) == 1 / 10


def test_a_difference_counts_beyond_the_spread_only() -> None:
    low, middle, high = Spread((0.1, 0.3)), Spread((0.2, 0.4)), Spread((0.5, float("nan")))
    assert high.high == float("inf")
    assert low.against(middle, higher=True) == "same"
    assert low.against(high, higher=True) == "worse"
    assert low.against(high, higher=False) == "better"
    assert Spread((1.0,)).against(Spread((2.0,)), higher=True) == "unknown"


def test_what_is_never_reached_takes_forever() -> None:
    assert steps_until(((10.0, 20.0), (0.5, 0.7)), 0.8) == float("inf")
