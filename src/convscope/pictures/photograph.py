"""The colour photograph that comes with the package."""

from pathlib import Path


def photograph() -> Path:
    """Give the file of a colour photograph: a red cup on a brown table.

    Returns:
        A PNG file of 192 x 128 px with three channels. It lies in the package: read it only.

    Example:
        >>> from PIL import Image
        >>> with Image.open(photograph()) as picture:
        ...     print(picture.mode, picture.size)
        RGB (192, 128)

    Source:
        Rachel Michetti (CC0), see PHOTOGRAPH.md.
    """
    return Path(__file__).with_name("photograph.png")
