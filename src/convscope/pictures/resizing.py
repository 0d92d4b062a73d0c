"""Bring a picture to a size: the three ways of `Reading.resize`."""

from PIL import Image

BACKGROUND = (255, 255, 255)
"""What shows where a picture is transparent, and around one that is padded: white."""


def resized(image: Image.Image, size: tuple[int, int], way: str) -> Image.Image:
    """Scale a picture to `size` in one step, averaging what is merged.

    Args:
        image: in mode "L" or "RGB".
        size: width and height in pixels.
        way: a key of `RESIZES`.

    Returns:
        A picture of that size and the same mode.

    Example:
        >>> wide = Image.new("L", (40, 10))
        >>> resized(wide, (10, 10), "pad").getpixel((5, 0))
        255
    """
    if way == "squash":
        return _scaled(image, size, (0, 0, *image.size))
    if way == "pad":
        return _padded(image, size)
    scale = min(image.width / size[0], image.height / size[1])
    # rounding must not push the box out of the picture
    width, height = min(size[0] * scale, image.width), min(size[1] * scale, image.height)
    left, top = (image.width - width) / 2, (image.height - height) / 2
    return _scaled(image, size, (left, top, left + width, top + height))


def _padded(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    scale = max(image.width / size[0], image.height / size[1])
    inner = max(1, round(image.width / scale)), max(1, round(image.height / scale))
    whole = Image.new(image.mode, size, BACKGROUND if image.mode == "RGB" else BACKGROUND[0])
    place = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    whole.paste(_scaled(image, inner, (0, 0, *image.size)), place)
    return whole


def _scaled(
    image: Image.Image, size: tuple[int, int], box: tuple[float, float, float, float]
) -> Image.Image:
    return image.resize(size, Image.Resampling.BILINEAR, box=box, reducing_gap=2.0)
