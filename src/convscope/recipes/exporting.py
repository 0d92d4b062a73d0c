"""`convscope export`: a run's model as a file for others, compared with PyTorch first."""

import math
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn, TypeAlias, cast, get_args

import numpy as np
import torch
from numpy.typing import NDArray

from convscope.data import Preparation
from convscope.errors import ConfigError, ConvscopeError, DataError, RunError, account
from convscope.export import NO_LICENCE, Card, Compared, load_learner, write_onnx
from convscope.files import written
from convscope.pictures import pictures_of
from convscope.recipes.loading import Trained, architecture, metadata, read_model
from convscope.recipes.places import refuse_among
from convscope.runs import RunFolder, read_predictions
from convscope.train import load_weights, save_weights

To: TypeAlias = Literal["onnx", "safetensors"]
COMPARED = 32  # pictures, spread evenly over those that there are
FOLDER, CARD = "export", "README.md"
_OURS = '---\nlibrary_name: "convscope"'
"""How a card of ours begins: no other README.md is replaced."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        file: the model.
        card: its model card.
        pictures: how many real pictures the file's answers were compared on.
        source: where these come from.
        difference: the largest from PyTorch's logits, as a share of the largest logit (or of 1).
        bytes: size of the file.
    """

    file: Path
    card: Path
    pictures: int
    source: Path
    difference: float
    bytes: int


def export(
    run: RunFolder, to: To, out: Path | None = None, pictures: Path | None = None
) -> Exported:
    """Write a run's best model for others, with a model card beside.

    Args:
        run: a run with weights.
        to: "onnx" takes pictures as bytes and needs no PyTorch; "safetensors" is for
            `convscope.export.load_learner`.
        out: the file; None for model.onnx or model.safetensors in the run's folder `export`.
        pictures: real pictures to compare with; None for those of the run.

    Returns:
        What was written, once its answers were found to be PyTorch's.

    Raises:
        RunError: the run has no model, or the file does not answer as the model does.
        DataError: there is no picture to compare with.
        ConfigError: the file cannot be written there, or the extra `onnx` is not installed.
    """
    target, card = _places(run, to, out)
    model = read_model(run.weights)
    net = architecture(model.arch, model.prepare)
    load_weights(net, model.weights)
    trained = Trained(net.eval(), model.prepare)
    own = Path(run.about.data)
    source = pictures or own
    for folder in (own, source):
        refuse_among(folder, target.parent)
    pixels = _real(source, trained.prepare, given=pictures is not None)
    target.parent.mkdir(exist_ok=True)
    if to == "onnx":
        seen = write_onnx(target, trained.model, trained.prepare, pixels, model.arch)
    else:
        seen = _write_safetensors(target, trained, pixels, model.arch)
    compared = (
        f"Compared with PyTorch on real pictures, {seen.pictures:,} of them: the largest "
        f"difference is {seen.difference:.1e} of the largest logit."
    )
    parameters = sum(values.numel() for values in net.parameters())
    told = Card(run.about, trained.prepare, parameters, _validated(run), compared, _chosen(card))
    files = [target.with_suffix(f".{kind}") for kind in get_args(To)]
    names = [file.name for file in files if file.exists()]
    with written(card) as draft:
        draft.write_text(told.text(*names), encoding="utf-8", errors="replace")
    return Exported(target, card, seen.pictures, source, seen.difference, target.stat().st_size)


def _chosen(card: Path) -> list[str]:
    """Keep what somebody wrote into the header of a card: nobody chooses a licence twice."""
    lines = card.read_text(encoding="utf-8").splitlines() if card.exists() else []
    header = lines[1 : lines.index("---", 1)] if "---" in lines[1:] else []
    kept = [line for line in header if line.startswith(("license", "base_model"))]
    return kept if any(line.startswith("license:") for line in kept) else [NO_LICENCE, *kept]


def _places(run: RunFolder, to: To, out: Path | None) -> tuple[Path, Path]:
    target = run.path / FOLDER / f"model.{to}" if out is None else out
    folder = target.parent
    if target.suffix != f".{to}":
        _refuse_place(target, f"--to {to} writes a file .{to}", target.with_suffix(f".{to}"))
    if out is not None and not folder.is_dir():
        _refuse_place(target, f"there is no folder {folder}", Path(target.name))
    card = folder / CARD
    if card.exists() and not card.read_text(encoding="utf-8", errors="replace").startswith(_OURS):
        card = folder / f"{target.stem}_{CARD}"  # somebody wrote that README
    return target, card


def _refuse_place(target: Path, because: str, instead: Path) -> NoReturn:
    raise ConfigError(
        account(
            "the model cannot be written there",
            facts={"file": target},
            because=because,
            fix=f"--out {instead}",
        )
    )


def _real(source: Path, prepare: Preparation, *, given: bool) -> NDArray[np.uint8]:
    """Decode some real pictures, evenly spread; those that cannot be read are passed over."""
    because = "they are not there any more"
    found: list[Path] = []
    if source.exists():
        found = pictures_of(source)
        because = "not one of them can be read" if found else "there are none"
    step = max(1, len(found) // COMPARED)
    pixels: list[NDArray[np.uint8]] = []
    for file in dict.fromkeys([*found[::step], *found]):
        if len(pixels) == COMPARED:
            break
        try:
            pixels.append(prepare.pixels(file))
        except ConvscopeError:
            continue
    if not pixels:
        raise DataError(
            account(
                "there are no pictures to compare the file with",
                facts={"pictures": source},
                because=because,
                fix="--pictures FOLDER, " + ("another" if given else "with pictures of this kind"),
            )
        )
    return np.stack(pixels)


def _write_safetensors(
    target: Path, trained: Trained, pixels: NDArray[np.uint8], arch: str
) -> Compared:
    images = trained.prepare.scaling(torch.from_numpy(pixels))
    with written(target) as draft, torch.no_grad():
        save_weights(draft, trained.model.state_dict(), metadata(arch, trained.prepare))
        again = load_learner(draft)
        seen = Compared.of(trained.model(images).numpy(), again.model(images).numpy())
        seen.check(target)
    return seen


def _validated(run: RunFolder) -> int | None:
    """Count the validation pictures: those of predictions.csv, else as far as run.json tells it."""
    with suppress(RunError):
        return len(read_predictions(run.predictions, run.about.classes).files)
    survey = run.about.settings.get("survey")
    if not isinstance(survey, dict):
        return None
    sides = cast(dict[str, dict[str, int] | None], survey)
    valid, train = sides.get("valid"), sides.get("train") or {}
    if valid is not None:
        return sum(valid.values())
    share = run.about.settings.get("valid_share")
    return math.floor(sum(train.values()) * share) if isinstance(share, float) else None
