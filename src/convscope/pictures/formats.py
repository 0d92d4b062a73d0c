"""Formats that are read, and those that are known by name only, with what to do about each.

Formats are told by their content. A suffix decides only whether a file is meant as a picture.
"""

import re

READ = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM", "AVIF")
"""What may be decoded. Not what Pillow would sniff: some of its forty parsers run programs."""

READ_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif", ".tif", ".tiff"}
    | {".webp", ".pgm", ".ppm", ".pbm", ".pnm", ".avif", ".apng", ".mpo"}
)
REFUSED_SUFFIXES = frozenset(
    {".heic", ".heif", ".hif", ".svg", ".svgz", ".psd", ".psb", ".eps", ".jp2", ".j2k", ".jxl"}
    | {".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf", ".rw2", ".ico", ".exr", ".hdr"}
    | {".tga", ".pcx", ".xcf", ".qoi", ".dds"}
)
PICTURE_SUFFIXES = READ_SUFFIXES | REFUSED_SUFFIXES
"""Lower-case suffixes of files that are taken for pictures; those of formats that are not read
are among them, so that such a file is named and counted, and never passed over in silence."""

_EXPORT = "export it as JPEG or PNG"
_HEIC = "HEIC, as phones store photographs: export it as JPEG (on the phone: Most Compatible)"
_RAW = "a camera's RAW file: develop it to JPEG"
_BRANDS = {
    b"heic": _HEIC,
    b"heix": _HEIC,
    b"hevc": _HEIC,
    b"heim": _HEIC,
    b"heis": _HEIC,
    b"mif1": _HEIC,
    b"msf1": _HEIC,
    b"crx ": _RAW,
}
_BEGINNINGS = (
    (b"8BPS", f"a Photoshop file: {_EXPORT}"),
    (b"%PDF", "a PDF document: export its pages as PNG"),
    (b"%!PS", f"PostScript, which is a program: {_EXPORT}"),
    (b"\xc5\xd0\xd3\xc6", f"PostScript, which is a program: {_EXPORT}"),
    (b"\0\0\0\x0cjP  ", f"JPEG 2000: {_EXPORT}"),
    (b"\xff\x4f\xff\x51", f"JPEG 2000: {_EXPORT}"),
    (b"\0\0\0\x0cJXL ", f"JPEG XL: {_EXPORT}"),
    (b"\xff\x0a", f"JPEG XL: {_EXPORT}"),
    (b"FUJIFILMCCD-RAW", _RAW),
    (b"IIRO", _RAW),
    (b"IIU\0", _RAW),
    (b"\0\0\1\0", f"an icon: {_EXPORT}"),
    (b"gimp xcf", f"a GIMP file: {_EXPORT}"),
    (b"v/1\1", f"OpenEXR: {_EXPORT}"),
    (b"#?RADIANCE", f"a Radiance picture: {_EXPORT}"),
    (b"qoif", f"a QOI picture: {_EXPORT}"),
    (b"DDS ", f"a texture (DDS): {_EXPORT}"),
    (b"PK\3\4", "a zip archive: unpack it"),
    (b"\x1f\x8b", "compressed with gzip: unpack it"),
    (b"\x1a\x45\xdf\xa3", "a video: take pictures out of it"),
)
_PREVIEW, _DNG_VERSION = 254, 50706  # tags of TIFF


def foreign(data: bytes) -> str:
    """Name the format of a file that is not read, and what to do about it.

    Args:
        data: the file's content, or its beginning.

    Returns:
        Half a sentence; empty where the format is not known.

    Example:
        >>> foreign(b"8BPS...")
        'a Photoshop file: export it as JPEG or PNG'
    """
    if data[8:10] == b"CR" and data[:2] == b"II":
        return _RAW
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "" if data[8:12] in {b"avif", b"avis"} else "a video")
    named = next((name for beginning, name in _BEGINNINGS if data.startswith(beginning)), "")
    return named or _text(data[:2048])


def raw_preview(tags: object) -> str:
    """Tell a camera's RAW file, which is a TIFF whose first picture is a thumbnail.

    Args:
        tags: of the TIFF, by number.

    Returns:
        As `foreign`.
    """
    found = tags if isinstance(tags, dict) else {}
    return _RAW if _DNG_VERSION in found or found.get(_PREVIEW, 0) == 1 else ""


def _text(head: bytes) -> str:
    if re.search(rb"<svg[\s>]", head):
        return f"an SVG drawing, which has no pixels: {_EXPORT}"
    if re.match(rb"\s*(<!doctype html|<html|<head|<\?xml)", head, re.IGNORECASE):
        return "a web page, and no picture: fetch the picture itself"
    return ""
