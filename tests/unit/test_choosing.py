"""What is picked, and the sentence that says why."""

import pytest

from convscope.recipes.choosing import Facts, choose
from convscope.runs import TrainSettings


def digits(pictures: int, *, divided: bool = True) -> Facts:
    return Facts(pictures, (28, 28), coloured=False, divided=divided)


@pytest.mark.parametrize(
    ("pictures", "batch_size", "epochs"),
    [(4_000, 64, 12), (12_396, 128, 5), (60_000, 128, 5), (20, 2, 30), (100, 12, 30), (1, 2, 30)],
)
def test_small_grey_pictures(pictures: int, batch_size: int, epochs: int) -> None:
    settings = choose(TrainSettings(), digits(pictures)).settings
    assert (settings.batch_size, settings.epochs) == (batch_size, epochs)
    assert (settings.arch, settings.channels, settings.lr_max) == ("pooled_cnn", 1, 0.02)


def test_photographs() -> None:
    choice = choose(TrainSettings(), Facts(244, None, coloured=True))
    settings = choice.settings
    assert choice.size == (96, 96)
    assert (settings.arch, settings.channels, settings.lr_max) == ("pooled_cnn", 3, 0.005)
    assert (settings.batch_size, settings.epochs) == (30, 30)


def test_small_colour_pictures_get_twice_the_maps() -> None:
    facts = Facts(50_000, (32, 32), coloured=True)
    settings = choose(TrainSettings(), facts).settings
    assert (settings.arch, settings.batch_size, settings.epochs) == ("wide_cnn", 128, 8)
    assert choose(TrainSettings(size=96), facts).settings.arch == "pooled_cnn"


def test_what_was_asked_for_is_not_explained() -> None:
    asked = TrainSettings(
        size=32, arch="simple_cnn", epochs=1, batch_size=8, lr_max=0.1, channels=3, augment="light"
    )
    choice = choose(asked, digits(500))
    assert choice.reasons == [
        "size 32 x 32 px: as asked; pictures of other sizes are scaled until the shorter side "
        "fits, and cropped at the centre"
    ]
    assert choice.settings.arch == "simple_cnn"


def test_the_sentences() -> None:
    assert choose(TrainSettings(), digits(4_000, divided=False)).reasons == [
        "size 28 x 28 px: the size that the pictures have",
        "channels 1: no picture shows a colour",
        "arch pooled_cnn: convolutions and max pooling",
        "batch size 64: suits 4,000 pictures to train with",
        "epochs 12: each of 4,000 pictures is seen so often",
        "lr max 0.02: the top of one cycle, from small to this and back",
        "augment none: pictures are learnt from as they are",
        "valid share 0.2: a fifth of each class is kept to judge by",
    ]


def test_choosing_again_from_what_was_chosen_changes_nothing() -> None:
    facts = Facts(244, None, coloured=True, divided=False)
    first = choose(TrainSettings(), facts)
    assert choose(first.settings, facts).settings == first.settings
