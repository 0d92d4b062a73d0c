"""Make a folder of pictures with one of everything that goes wrong in real ones.

`python scripts/make_nasty_folder.py FOLDER` makes it; `convscope train FOLDER` shall end well, or
say what stops it. Nothing in it is large, and nothing reaches out of it but links.
"""

import argparse
import io
import json
import os
import socket
import struct
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image

SOUND = 60
"""Sound pictures of each class and side, so that the broken ones are few."""
HOSTILE_NAMES = (
    *(
        " spaced .png",
        "new\nline.png",
        "100%.png",
        "<script>alert(1)<.png",
        "-rf.png",
        "q'u\"o.png",
    ),
    *("émoji 😀.png", "n" * 200 + ".png", "=cmd|' 'A1.png", "a\tb.png", "\u202egnp.exe.png"),
)
dice = np.random.default_rng(0)


def sound(label: str, side: int = 40) -> Image.Image:
    """Draw one picture of a class: its upper or its lower half is bright."""
    pixels = dice.integers(0, 90, (side, side, 3), np.uint8)
    half = slice(0, side // 2) if label == "daisy" else slice(side // 2, side)
    pixels[half] += 150
    return Image.fromarray(pixels)


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    """Encode a picture.

    Returns:
        The file's content.
    """
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def kinds(label: str) -> dict[str, bytes]:
    """Make one file of every kind that is read.

    Returns:
        Content by name.
    """
    one = sound(label)
    deep = np.asarray(one.convert("L")).astype(np.uint16) * 257
    turned = Image.Exif()
    turned[0x0112] = 6
    return {
        "grey.png": saved(one.convert("L"), "PNG"),
        "palette.png": saved(one.convert("P"), "PNG", transparency=0),
        "deep.png": saved(Image.fromarray(deep), "PNG"),
        "alpha.png": saved(one.convert("RGBA"), "PNG"),
        "onebit.png": saved(one.convert("1"), "PNG"),
        "inks.jpg": saved(one.convert("CMYK"), "JPEG"),
        "turned.jpg": saved(one.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=turned),
        "progressive.jpg": saved(one, "JPEG", progressive=True),
        "new.webp": saved(one, "WEBP"),
        "newer.avif": saved(one, "AVIF"),
        "moving.gif": saved(one, "GIF", save_all=True, append_images=[sound(label)]),
        "called wrongly.jpg": saved(one, "PNG"),
        "tiny.png": saved(Image.new("L", (1, 1)), "PNG"),
        "thin.png": saved(Image.new("L", (1, 3000)), "PNG"),
        "CAPITALS.PNG": saved(one, "PNG"),
    }


def broken() -> dict[str, bytes]:
    """Make one file of every kind that cannot be read.

    Returns:
        Content by name.
    """
    png, jpeg = saved(sound("rose"), "PNG"), saved(sound("rose", 300), "JPEG")
    flipped = bytearray(png)
    flipped[len(png) // 2] ^= 1
    return {
        "empty.png": b"",
        "page.jpg": b"<!doctype html><title>404</title>",
        "cut.jpg": jpeg[: len(jpeg) // 2],
        "without end.jpg": jpeg[:-2],
        "cut.png": png[: len(png) // 2],
        "flipped.png": bytes(flipped),
        "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "phone.heic": struct.pack(">I", 24) + b"ftypheic" + bytes(12) + bytes(90),
        "layers.psd": b"8BPS\0\1" + bytes(90),
        "print.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n",
        "document.jpg": b"%PDF-1.7\n",
        "hidden phone.jpg": struct.pack(">I", 24) + b"ftypheic" + bytes(12) + bytes(90),
        "real numbers.tif": saved(Image.new("F", (9, 9), 0.5), "TIFF"),
        "bomb.png": bomb(30_000, 30_000),
        "wide bomb.png": bomb(10_000, 10_000),
    }


def bomb(width: int, height: int) -> bytes:
    """Make a PNG whose header promises more than fits into memory.

    Returns:
        The file's content, which is short.
    """

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(bytes(4000))), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write files; names that this system cannot have are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        with suppress(OSError):
            (folder / name).write_bytes(data)


def scatter(root: Path) -> None:
    """Add what systems and people leave lying around."""
    rose = root / "train" / "rose"
    write(rose, {".DS_Store": b"", "Thumbs.db": b"", "desktop.ini": b"", ".hidden.png": b"x"})
    write(rose / "__MACOSX", {"._1.png": b"junk"})
    write(root, {"readme.txt": b"hello", "loose.png": saved(sound("rose"), "PNG")})
    write(root / "train" / "nothing in it", {})
    write(root / "train" / "rose" / "deeper" / "still", {"1.png": saved(sound("rose"), "PNG")})
    copy = saved(sound("rose"), "PNG")
    write(rose, {"copy.png": copy})
    write(root / "valid" / "rose", {"the same again.png": copy})
    raw = os.path.join(os.fsencode(rose), b"not unicode \xff\xfe.png")  # noqa: PTH118 - bytes are no Path
    with suppress(OSError), open(raw, "wb") as file:  # noqa: PTH123
        file.write(saved(sound("rose"), "PNG"))


def trap(root: Path) -> None:
    """Add what must not be followed, opened or waited for."""
    rose = root / "train" / "rose"
    with suppress(OSError):
        (rose / "circle").symlink_to(root)
        (rose / "away.png").symlink_to("/etc/passwd")
        (rose / "nowhere.png").symlink_to("gone.png")
    with suppress(OSError, AttributeError):
        os.mkfifo(rose / "pipe.png")
    with suppress(OSError, AttributeError), socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(rose)
        try:
            server.bind("plug.png")
        finally:
            os.chdir(here)
    write(rose, {"locked.png": saved(sound("rose"), "PNG")})
    (rose / "locked.png").chmod(0)
    write(root / "train" / "rose" / "locked", {"1.png": b"x"})
    (rose / "locked").chmod(0)


def make(root: Path) -> dict[str, int]:
    """Make the folder.

    Args:
        root: where; it must not exist.

    Returns:
        How many files are broken, how many are of an odd kind but sound.
    """
    for label in ("daisy", "rose"):
        for place, count in (("train", 5 * SOUND), ("valid", SOUND)):
            ordinary = {f"{n}.png": saved(sound(label), "PNG") for n in range(count)}
            write(root / place / label, ordinary)
        write(root / "train" / label, kinds(label))
    write(root / "train" / "daisy", {name: saved(sound("daisy"), "PNG") for name in HOSTILE_NAMES})
    write(root / "train" / "rose", broken())
    scatter(root)
    trap(root)
    return {"broken": len(broken()), "odd": 2 * len(kinds("rose")) + len(HOSTILE_NAMES)}


def main(words: list[str]) -> None:
    """Make it where it is asked for, and say what was made."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(words).folder
    folder.mkdir(parents=True)
    print(json.dumps({"folder": str(folder), **make(folder)}))


if __name__ == "__main__":
    main(sys.argv[1:])
