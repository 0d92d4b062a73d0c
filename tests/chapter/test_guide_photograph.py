"""The colour photograph: a real one, free, small, and within reach of the chapter's cells."""

from pathlib import Path

from PIL import Image

from convscope.all import image2tensor, photograph, show_image, subplots
from convscope.figures import pyplot

SMALL_BYTES = 60_000


def test_it_is_small_and_its_licence_lies_beside_it() -> None:
    path = photograph()
    assert path.stat().st_size < SMALL_BYTES
    told = path.with_name("PHOTOGRAPH.md").read_text()
    assert path.name in told
    assert all(word in told for word in ("CC0", "Rachel Michetti", "192 x 128"))


def test_the_colour_cells(tmp_path: Path) -> None:
    im = image2tensor(Image.open(photograph()))
    assert im.shape == (3, 128, 192)
    show_image(im)
    _, axs = subplots(1, 3)
    for channel, ax, color in zip(im, axs, ("Reds", "Greens", "Blues"), strict=True):
        show_image(255 - channel, ax=ax, cmap=color)
    pyplot().close("all")


def test_its_channels_differ() -> None:
    """A photograph nearly grey would teach nothing: the saucer is red."""
    red, green, blue = image2tensor(Image.open(photograph())).float()
    assert (red - blue).mean() > 60
    assert (red - green).mean() > 40
