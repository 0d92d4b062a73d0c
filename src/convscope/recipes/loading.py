"""From a run's folder back to a model that classifies."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from torch import Tensor, nn

import convscope
from convscope.data import Preparation
from convscope.errors import RunError, account
from convscope.export import opened
from convscope.models import build
from convscope.runs import RunFolder
from convscope.train import DIGEST, ENTRY

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model, and the way a picture takes to it."""

    model: nn.Module
    prepare: Preparation


def metadata(arch: str, prepare: Preparation) -> dict[str, str]:
    """Describe a model so that its weights alone are enough to use it.

    Args:
        arch: a name of `convscope.models.BUILDERS`.
        prepare: how pictures are decoded, sized and scaled, and the classes.

    Returns:
        Text by name, for a safetensors file.
    """
    described = {
        "format": FORMAT,
        "version": convscope.__version__,
        "arch": arch,
        "prepare": prepare.to_dict(),
        "digest": DIGEST,
    }
    return {ENTRY: json.dumps(described)}


def architecture(arch: str, prepare: Preparation) -> nn.Module:
    """Build the network for pictures of this preparation.

    Returns:
        The network, with new weights.
    """
    channels, classes = prepare.reading.channels, len(prepare.classes)
    return build(arch, size=prepare.size, channels=channels, classes=classes)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """What a run's model.safetensors holds: everything but code."""

    arch: str
    prepare: Preparation
    weights: dict[str, Tensor]


def read_model(path: Path) -> ModelFile:
    """Read a model.safetensors of ours. Nothing in the file is executed.

    Returns:
        Architecture, preparation and weights.

    Raises:
        RunError: there is no file, or it is damaged or from a newer version.
    """
    if not path.exists():
        _refuse(path, "the run has no weights: no epoch was finished")
    file = opened(path)
    if file.prepare is None or not isinstance(file.about.get("arch"), str):
        _refuse(path, "it is not the model of a run: load_learner reads it")
    return ModelFile(file.about["arch"], file.prepare, file.weights)


def load_trained(run: RunFolder) -> Trained:
    """Load the best weights of a run.

    Args:
        run: a run that has finished at least one epoch.

    Returns:
        The model in eval mode, on the CPU.

    Raises:
        RunError: there are no weights, or they do not fit the network that they name.
    """
    file = read_model(run.weights)
    try:
        model = architecture(file.arch, file.prepare)
        model.load_state_dict(file.weights)
    except Exception as error:  # noqa: BLE001 - whatever the file names
        _refuse(run.weights, " ".join(str(error).split())[:160] or type(error).__name__)
    return Trained(model.eval(), file.prepare)


def _refuse(path: Path, because: str) -> NoReturn:
    raise RunError(
        account(
            "the model of this run cannot be loaded",
            facts={"file": path},
            because=because,
            fix="convscope train --resume RUN, or another run",
        )
    )
