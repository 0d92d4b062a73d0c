"""From the bytes of one picture to an array, or one clear reason why not.

Pillow's defaults trust the file; these do not (the reason stands at each check). Everything that
reads a picture for training, validation or prediction comes through `read_picture`.
"""

import os
import stat
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from convscope.errors import DataError, account
from convscope.pictures.formats import READ, foreign, raw_preview
from convscope.pictures.reading import COLOUR, Reading
from convscope.pictures.resizing import BACKGROUND, resized
from convscope.pictures.wholeness import what_is_missing

MAX_PIXELS = 64_000_000
"""Larger pictures are refused by their header: in colour this many take 192 MB."""
MAX_FILE_BYTES = 512 * 2**20

# opening a pipe would wait for ever; Windows would translate line ends (each has only its own)
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_EXIF_KEYS = frozenset({"exif", "Raw profile type exif", "XML:com.adobe.xmp", "xmp"})
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class UnreadableError(ValueError):
    """One picture cannot be used; the message is the reason in one line."""


def read_picture(source: Path | bytes | Image.Image, reading: Reading) -> NDArray[np.uint8]:
    """Decode one picture, upright, composited on white, sized and in the wanted channels.

    A picture of another size is brought to the size wanted as `reading.resize` says.
    16-bit grey is divided by 257. Of an animation, the first frame is taken.

    Args:
        source: a file, its bytes, or an open Pillow image (which is left as it was).
        reading: size and channels wanted.

    Returns:
        Pixels 0..255 of shape (channels, height, width).

    Raises:
        DataError: the source is not a whole and sound picture of a known format.

    Example:
        >>> read_picture(Image.new("L", (4, 2), 7), Reading(2, 2, 3)).shape
        (3, 2, 2)
    """
    try:
        with strict_pillow():
            if isinstance(source, Image.Image):
                return _guarded(source, reading)
            return decoded(source if isinstance(source, bytes) else file_bytes(source), reading)
    except UnreadableError as reason:
        name = source if isinstance(source, Path) else type(source).__name__
        raise DataError(
            account(
                "cannot use this picture",
                facts={"picture": name},
                because=str(reason),
                fix=f"a whole file of one of: {', '.join(READ)}",
            )
        ) from reason.__cause__


def file_bytes(path: str | bytes | Path) -> bytes:
    """Read a regular file whole.

    Returns:
        Its content.

    Raises:
        UnreadableError: it is missing, locked, empty, too large, or no regular file.
    """
    try:
        handle = os.open(path, _OPEN_FLAGS)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableError("not a regular file")
            if not 0 < status.st_size <= MAX_FILE_BYTES:
                raise UnreadableError(f"{status.st_size:,} bytes long")
            data = os.read(handle, status.st_size)
        finally:
            os.close(handle)
    except OSError as error:
        raise UnreadableError(error.strerror or type(error).__name__) from error
    if len(data) != status.st_size:
        raise UnreadableError("changed while it was read")
    return data


@contextmanager
def strict_pillow() -> Generator[None]:
    """Have Pillow refuse cut-off pictures, and say nothing, while the block runs.

    Yields:
        Nothing.
    """
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # other code may have asked for half-grey pictures
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what matters is raised; bombs have our own limit
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def decoded(data: bytes, reading: Reading) -> NDArray[np.uint8]:
    """Decode the bytes of one picture file, inside `strict_pillow`.

    Returns:
        Pixels 0..255 of shape (channels, height, width).

    Raises:
        UnreadableError: the bytes are not a whole and sound picture of a known format.
    """
    if missing := what_is_missing(data):
        raise UnreadableError(missing)
    return _guarded(BytesIO(data), reading)


def _guarded(source: BytesIO | Image.Image, reading: Reading) -> NDArray[np.uint8]:
    try:
        return _read(source, reading)
    except UnreadableError:
        raise
    except UnidentifiedImageError as error:
        named = foreign(source.getvalue()) if isinstance(source, BytesIO) else ""
        raise UnreadableError(named or "its content is of no known picture format") from error
    except Exception as error:
        # Pillow's parsers raise whatever a broken file makes of them: OSError, SyntaxError,
        # ValueError, struct.error, KeyError, MemoryError ... (Ctrl-C is no Exception and passes)
        raise UnreadableError(" ".join(str(error).split()) or type(error).__name__) from error


def _read(source: BytesIO | Image.Image, reading: Reading) -> NDArray[np.uint8]:
    if isinstance(source, Image.Image):
        _check_size(source)
        image = source.copy()
    else:
        image = Image.open(source, formats=READ)
        _check_size(image)
        if image.format == "TIFF" and (raw := raw_preview(dict(getattr(image, "tag_v2", {})))):
            raise UnreadableError(raw)
        if reading.size is not None:  # JPEG alone can decode to an eighth; on its side as well
            longest = max(reading.size)
            image.draft("RGB" if reading.channels == COLOUR else "L", (longest, longest))
        image.load()
    upright = _orientation(image)
    image = _flattened(image, "RGB" if reading.channels == COLOUR else "L")
    if upright is not None:
        image = image.transpose(upright)
    if reading.size is not None and image.size != reading.size:
        image = resized(image, reading.size, reading.resize)
    # np.asarray asks an image for five protocols first: a third of the cost for a small one
    flat = np.frombuffer(image.tobytes(), np.uint8)
    return flat.reshape(image.height, image.width, reading.channels).transpose(2, 0, 1)


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise UnreadableError(f"{width} x {height} px, more than {MAX_PIXELS // 10**6} megapixels")


def _orientation(image: Image.Image) -> Image.Transpose | None:
    # most pictures hold no EXIF: asking Pillow costs more than decoding a small one.
    # A TIFF has been turned by its loader, which then forgets the orientation
    if not _EXIF_KEYS & image.info.keys():
        return None
    return _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1))


def _flattened(image: Image.Image, mode: str) -> Image.Image:
    """Bring any mode to "L" or "RGB" with nothing clipped and nothing hidden showing."""
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PPM"):
        image = _eight_bits(image)
    if image.mode in {"I", "F"}:  # 32 bits or real numbers: black and white are not defined
        raise UnreadableError(f"pixels of kind {image.mode!r} have no stated range")
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", seen.size, (*BACKGROUND, 255)), seen)
    return image if image.mode == mode else image.convert(mode)


def _eight_bits(image: Image.Image) -> Image.Image:
    deep = np.asarray(image).astype(np.int32)
    shallow = Image.fromarray(((deep + 128) // 257).astype(np.uint8))
    clear = image.info.get("transparency")
    if isinstance(clear, int):  # one level of grey is declared transparent
        shallow.putalpha(Image.fromarray(((deep != clear) * 255).astype(np.uint8)))
    return shallow
