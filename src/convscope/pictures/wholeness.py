"""Is a file whole? What Pillow does not look at, or leaves to chance."""

import zlib

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_FRAME_BYTES = 12  # a chunk's length, name and checksum
_JPEG, _JPEG_SCAN, _JPEG_END = b"\xff\xd8\xff", b"\xff\xda", b"\xff\xd9"


def what_is_missing(data: bytes) -> str:
    """Tell what is damaged or missing in a PNG or a JPEG.

    Args:
        data: the file's content.

    Returns:
        The reason why it is not whole; empty where it is, and for all other formats.

    Example:
        >>> what_is_missing(b"GIF89a"), what_is_missing(bytes.fromhex("ffd8ffda"))
        ('', 'JPEG cut off (it has no end)')
    """
    if data.startswith(_PNG):
        return _of_png(data)
    if data.startswith(_JPEG) and not data.endswith(_JPEG_END):
        return _of_jpeg(data)
    return ""


def _of_png(data: bytes) -> str:
    """Compare every checksum: Pillow skips those of the pixels and decodes garbage.

    Returns:
        As `what_is_missing`.
    """
    view, start = memoryview(data), len(_PNG)
    while start + _PNG_FRAME_BYTES <= len(data):
        end = start + _PNG_FRAME_BYTES + int.from_bytes(view[start : start + 4])
        if zlib.crc32(view[start + 4 : end - 4]) != int.from_bytes(view[end - 4 : end]):
            break
        if data[start + 4 : start + 8] == b"IEND":
            return ""
        start = end
    return f"PNG damaged or cut off (checksum at byte {start:,} of {len(data):,})"


def _of_jpeg(data: bytes) -> str:
    """Look for the mark of the end behind the first scan.

    A preview before it has an end of its own, and cameras store more behind the end. Without the
    mark nobody knows if rows are missing: Pillow takes some of these files and not others.

    Returns:
        As `what_is_missing`.
    """
    place = 2
    while data[place : place + 1] == b"\xff" and data[place : place + 2] != _JPEG_SCAN:
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
    whole = data[place : place + 2] == _JPEG_SCAN and data.find(_JPEG_END, place) >= 0
    return "" if whole else "JPEG cut off (it has no end)"
