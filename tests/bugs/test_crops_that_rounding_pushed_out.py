"""Whole photographs refused as broken: the box to crop lay a rounding error outside of them.

The side that is kept whole is `wanted * (side / wanted)`, which is now and then a little more than
`side`; half of that, below nought, is a box that Pillow refuses. One size in 25 was hit.
"""

import pytest
from PIL import Image

from convscope.pictures import Reading, read_picture


@pytest.mark.parametrize(
    ("given", "wanted"), [((694, 499), (28, 28)), ((500, 291), (480, 279)), ((499, 694), (28, 28))]
)
def test_sizes_that_do_not_divide(given: tuple[int, int], wanted: tuple[int, int]) -> None:
    height, width = wanted[::-1]
    assert read_picture(Image.new("L", given, 7), Reading(height, width, 1)).max() == 7


def test_every_size_has_a_crop() -> None:
    for width in range(1, 700, 13):
        for height in range(1, 700, 31):
            found = read_picture(Image.new("L", (width, height), 7), Reading(28, 28, 1))
            assert found.shape == (1, 28, 28)
