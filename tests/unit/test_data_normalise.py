"""Bytes to floats: against numpy in float64, and against arithmetic by hand."""

import numpy as np
import pytest
import torch

from convscope.data import Normalize, Scaling
from convscope.data.normalise import channel_statistics
from convscope.errors import ConfigError


def pictures(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize("shape", [(7, 1, 5, 3), (1500, 3, 12, 20), (2, 1, 1, 40_000)])
def test_statistics_against_numpy(shape: tuple[int, ...]) -> None:
    pixels, chosen = pictures(*shape), np.arange(0, shape[0], 2)
    scaling = channel_statistics(pixels, chosen)
    by_numpy = pixels[chosen].astype(np.float64) / 255
    np.testing.assert_allclose(scaling.mean, by_numpy.mean(axis=(0, 2, 3)), rtol=1e-12)
    np.testing.assert_allclose(scaling.deviation, by_numpy.std(axis=(0, 2, 3)), rtol=1e-12)


def test_statistics_by_hand() -> None:
    # once black, four times white: mean 4/5, variance (16 + 4 x 1) / 125 = 4/25
    pixels = np.array([0, 255, 7, 255, 255, 255], np.uint8).reshape(6, 1, 1, 1)
    assert channel_statistics(pixels, np.array([0, 1, 3, 4, 5])) == Scaling((0.8,), (0.4,))


def test_white_pixels_do_not_overflow() -> None:
    pixels = np.full((1, 1, 2, 40_000), 255, np.uint8)
    assert channel_statistics(pixels, np.array([0])) == Scaling((1.0,), (1.0,))


def test_one_colour_does_not_divide_by_zero() -> None:
    pixels = np.full((3, 2, 4, 4), 9, np.uint8)
    scaling = channel_statistics(pixels, np.arange(3))
    assert scaling.deviation == (1.0, 1.0)
    assert torch.equal(scaling(torch.from_numpy(pixels)), torch.zeros(3, 2, 4, 4))


def test_only_training_pictures_count() -> None:
    pixels = np.concatenate([np.zeros((2, 1, 2, 2), np.uint8), pictures(2, 1, 2, 2)])
    assert Normalize().scaling(pixels, np.array([0, 1])).mean == (0.0,)


def test_plain_is_exactly_a_division_by_255() -> None:
    every_level = torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16)
    assert torch.equal(Scaling.plain(1)(every_level), every_level / 255)


def test_scaling_against_float64() -> None:
    pixels = torch.from_numpy(pictures(5, 3, 4, 6))
    scaling = Scaling((0.1, 0.5, 0.9), (0.2, 0.3, 0.4))
    mean, std = (
        torch.tensor(v).double().view(1, 3, 1, 1) for v in (scaling.mean, scaling.deviation)
    )
    expected = (pixels.double() / 255 - mean) / std
    torch.testing.assert_close(scaling(pixels).double(), expected, rtol=3e-7, atol=3e-7)
    torch.testing.assert_close(scaling.undone(scaling(pixels)), pixels / 255)


def test_a_picture_does_not_depend_on_its_neighbours() -> None:
    # vectorised loops treat the end of an array differently: no bit may
    pixels = torch.from_numpy(pictures(9, 3, 7, 7))
    scaling = Scaling((0.1, 0.5, 0.9), (0.2, 0.3, 0.4))
    together = scaling(pixels)
    for n in range(9):
        assert torch.equal(scaling(pixels[n : n + 1])[0], together[n])


def test_given_numbers() -> None:
    pixels, train = pictures(2, 3, 4, 4), np.array([0])
    assert Normalize(0.5, 0.25).scaling(pixels, train) == Scaling((0.5,) * 3, (0.25,) * 3)
    exact = Normalize.from_stats([0.1, 0.2, 0.3], [0.4, 0.5, 0.6])
    assert exact.scaling(pixels, train) == Scaling((0.1, 0.2, 0.3), (0.4, 0.5, 0.6))


@pytest.mark.parametrize(
    ("mean", "std", "reason"),
    [
        (0.5, None, "mean and deviation belong together"),
        (None, 0.5, "mean and deviation belong together"),
        (0.5, 0.0, "pixels are divided by the deviation"),
        ([0.5], [-1.0], "pixels are divided by the deviation"),
        (float("nan"), 1.0, "they must be finite numbers"),
        ([], [], "pixels are divided by the deviation"),
    ],
)
def test_numbers_that_mean_nothing(mean: object, std: object, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        Normalize(mean, std)  # pyright: ignore[reportArgumentType] - what users pass


def test_numbers_for_other_channels() -> None:
    with pytest.raises(ConfigError) as caught:
        Normalize([0.1, 0.2, 0.3], [0.4, 0.5, 0.6]).scaling(pictures(1, 1, 2, 2), np.array([0]))
    assert str(caught.value) == (
        "cannot normalise with these numbers\n"
        "  mean    : (0.1, 0.2, 0.3)\n"
        "  std     : (0.4, 0.5, 0.6)\n"
        "  because : channels of the pictures: 1\n"
        "  try     : a number for each channel, or one for all"
    )
