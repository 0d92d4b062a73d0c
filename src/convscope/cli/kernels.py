"""The command that lets hand-made kernels loose on a picture: parse, compute, print."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from convscope.cli.options import Json, print_json, print_text
from convscope.cli.places import place_beside_picture
from convscope.conv import KERNELS, Kernel, kernel
from convscope.errors import ConfigError, account
from convscope.words import label

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 480  # px a side; on more a kernel of three pixels finds nothing that one could see

Names = Annotated[
    list[str] | None,
    Parameter(
        name="--kernel",
        negative="",
        consume_multiple=True,
        help=f"Kernels to apply; all where left out: {', '.join(KERNELS)}.",
    ),
]
Out = Annotated[
    Path | None, Parameter(help="PNG to write; kernels_PICTURE.png where you are if left out.")
]


def kernels(
    picture: Path | None = None, /, *, kernel: Names = None, out: Out = None, json: Json = False
) -> int:
    """Apply hand-made kernels to a picture and draw what they find.

    Example: convscope kernels photo.jpg --kernel sobel_x sobel_y

    Args:
        picture: A picture file.
    """
    from convscope import figures

    picture, names = _apart(picture, kernel or [])
    chosen = _chosen(names)
    target = place_beside_picture(out, f"kernels_{picture.stem}.png", picture)
    pixels, size = _read(picture)
    found = {one.name: _found(pixels, one) for one in chosen}
    figures.save(figures.kernel_sheet(pixels, chosen), target)
    shown = {"height": pixels.shape[0], "width": pixels.shape[1]}
    if json:
        about = [{**asdict(one), "answers_to": one.answers_to, **found[one.name]} for one in chosen]
        content = {"picture": picture, "size": size, "shown": shown, "file": target.resolve()}
        print_json({**content, "kernels": about}, json=True)
        return 0
    print_text(f"{picture}: {size['height']} x {size['width']} px (height x width), as grey")
    if shown != size:
        print_text(f"scaled to {shown['height']} x {shown['width']} px, so that edges can be seen")
    for one in chosen:
        print_text(_told(one, found[one.name]))
    print_text(f"\ndrawn: {target.resolve()}")
    return 0


def _apart(picture: Path | None, names: list[str]) -> tuple[Path, list[str]]:
    """Tell the picture from the names: `--kernel` takes all words after it, a picture's too."""
    if picture is not None:
        return picture, names
    if names and names[-1] not in KERNELS:
        return Path(names[-1]), names[:-1]
    raise ConfigError(
        account(
            "no picture was named",
            facts={"kernels": ", ".join(names) or "all"},
            because="kernels are applied to a picture",
            fix=f"convscope kernels PICTURE --kernel {names[0] if names else 'sobel_x'}",
        )
    )


def _chosen(names: list[str]) -> list[Kernel]:
    return [kernel(name) for name in dict.fromkeys(names)] if names else list(KERNELS.values())


def _read(picture: Path) -> "tuple[NDArray[Any], dict[str, int]]":
    """Read a picture as grey, smaller where it is large; and say how large it was."""
    from convscope.pictures import Reading, read_picture

    pixels = read_picture(picture, Reading(None, None, 1))[0]
    height, width = pixels.shape
    size = {"height": height, "width": width}
    if max(height, width) > LONGEST:
        scale = LONGEST / max(height, width)
        smaller = max(1, round(height * scale)), max(1, round(width * scale))
        pixels = read_picture(picture, Reading(*smaller, 1))[0]
    return pixels, size


def _found(pixels: "NDArray[Any]", one: Kernel) -> dict[str, Any]:
    """Say what a map holds: its size, its ends, and where the kernel answers most."""
    import numpy as np

    from convscope.conv import kernel_map

    answer = kernel_map(pixels, one.matrix)
    row, column = np.unravel_index(int(answer.argmax()), answer.shape)
    return {
        "map": answer.shape,
        "lowest": float(answer.min()),
        "highest": float(answer.max()),
        "strongest": (int(row), int(column)),
    }


def _told(one: Kernel, found: dict[str, Any]) -> str:
    rows, columns = found["map"]
    row, column = found["strongest"]
    answers = label("answers").format(
        rows=rows,
        columns=columns,
        lowest=f"{found['lowest']:.6g}",
        highest=f"{found['highest']:.6g}",
        row=row,
        column=column,
    )
    matrix = "\n".join(f"  {line}" for line in str(one).splitlines())
    return (
        f"\n{one.name}: {one.answers_to}\n{matrix}\n"
        f"  {label('map')} {answers}\n  {label('source')}: {one.source}"
    )
