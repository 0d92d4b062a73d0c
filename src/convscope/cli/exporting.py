"""`convscope export`: a run's model for other tools."""

from dataclasses import asdict
from pathlib import Path
from typing import Literal

from convscope.cli.options import Json, opened_run, print_json, print_text
from convscope.tables import facts, number
from convscope.words import counted, label

MOST = 1e-4


def export(
    run: Path,
    /,
    *,
    to: Literal["onnx", "safetensors"],
    out: Path | None = None,
    pictures: Path | None = None,
    json: Json = False,
) -> int:
    """Write a run's model for other tools, with a model card, once its answers are compared.

    Example: convscope export runs/NAME --to onnx

    Args:
        run: A run's folder.
        to: onnx needs no PyTorch to run; safetensors is for convscope.export.load_learner.
        out: The file to write; model.onnx or model.safetensors in the run's folder export.
        pictures: Folder of real pictures to compare with; those of the run where it is left out.
    """
    from convscope import recipes

    done = recipes.export(opened_run(run), to, out, pictures)
    if json:
        print_json({**asdict(done), **{k: str(getattr(done, k)) for k in PATHS}}, json=True)
        return 0
    rows = {
        label("exported"): f"{done.file} ({done.bytes:,} B)",
        label("compared"): label("compared_on").format(
            pictures=counted(done.pictures, "pictures"), source=done.source
        ),
        label("largest_difference"): label("difference_of").format(
            difference=number(done.difference), most=number(MOST)
        ),
        label("card"): str(done.card),
    }
    print_text(facts(rows))
    return 0


PATHS = ("file", "card", "source")
