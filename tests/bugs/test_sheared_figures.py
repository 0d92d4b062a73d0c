"""A figure 8.2 inches wide was 902 pixels wide, and was cut into rows of 901: every row slipped.

8.2 x 110 is 901.9999999999999 in floating point, and 902 to matplotlib.
"""

import io

import numpy as np
import pytest
from PIL import Image

from convscope.figures import Figure, small_png


@pytest.mark.parametrize("inches", [8.2, 8.25, 4.1])
def test_a_page_shows_what_was_drawn(inches: float) -> None:
    figure = Figure((inches, 1))
    figure.subplots().axvspan(0, 1, color="red")
    whole = io.BytesIO()
    figure.savefig(whole, format="png", dpi=110)
    drawn = np.asarray(Image.open(whole).convert("RGB"))
    shown = Image.open(io.BytesIO(small_png(figure, all_colours=True)))
    np.testing.assert_array_equal(np.asarray(shown), drawn)
