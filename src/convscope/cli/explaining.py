"""`convscope explain`: a page for one picture."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from convscope.cli.options import Json, opened_run, place_or_name, print_json, print_text, tell
from convscope.cli.places import place_beside_picture
from convscope.tables import number, one_line

Layer = Annotated[
    str, Parameter(help="Where Grad-CAM asks: number or path; a layer is chosen if left out.")
]
Out = Annotated[
    Path | None, Parameter(help="HTML to write; explain_PICTURE.html where you are if left out.")
]


def explain(
    run: Path,
    picture: Path,
    /,
    *,
    layer: Layer = "",
    out: Out = None,
    json: Json = False,
) -> int:
    """Write a page on one picture: the answer, where the model looked, what its layers saw.

    Example: convscope explain runs/NAME digit.png

    Args:
        run: A run's folder.
        picture: A picture file.
    """
    from convscope import recipes

    target = place_beside_picture(out, f"explain_{picture.stem}.html", picture)
    opened = opened_run(run)
    recipes.refuse_among(Path(opened.about.data), target)
    which = place_or_name(layer) if layer else None
    found = recipes.explain(opened, picture, layer=which)
    recipes.write_explanation(found, target)
    if json:
        answers = [{"class": name, "probability": share} for name, share in found.answers]
        about = {"picture": str(picture), "answers": answers}
        cam = dict(found.cam.facts) if found.cam else None
        print_json({**about, "grad_cam": cam, "file": target.resolve()}, json=True)
        tell(Console(stderr=True), str(target.resolve()))
        return 0
    print_text(", ".join(f"{one_line(name)} {number(share)}" for name, share in found.answers))
    print_text(target.resolve())
    return 0
