"""From a run's folder back to a model that classifies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from safetensors import safe_open
from torch import nn

import convscope
from convscope.data import Preparation
from convscope.errors import RunError, account
from convscope.models import build
from convscope.runs import RunFolder

FORMAT = 1
ENTRY = "convscope"


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
    }
    # one entry: several would be written in an order of chance, and equal runs have equal files
    return {ENTRY: json.dumps(described)}


def architecture(arch: str, prepare: Preparation) -> nn.Module:
    """Build the network for pictures of this preparation.

    Returns:
        The network, with new weights.
    """
    channels, classes = prepare.reading.channels, len(prepare.classes)
    return build(arch, size=prepare.size, channels=channels, classes=classes)


def load_trained(run: RunFolder) -> Trained:
    """Load the best weights of a run. Nothing in the file is executed.

    Args:
        run: a run that has finished at least one epoch.

    Returns:
        The model in eval mode, on the CPU.

    Raises:
        RunError: there are no weights, or the file is damaged or from a newer version.
    """
    try:
        with safe_open(run.weights, "pt") as file:
            described = _object((file.metadata() or {}).get(ENTRY, "{}"))
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        if described.get("format") != FORMAT:
            _refuse(run.weights, f"its format is {described.get('format')}, not {FORMAT}")
        prepare = Preparation.from_dict(described["prepare"])
        model = architecture(described["arch"], prepare)
        model.load_state_dict(weights)
    except FileNotFoundError:
        _refuse(run.weights, "the run has no weights: no epoch was finished")
    except RunError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged file can raise anything
        _refuse(run.weights, " ".join(str(error).split())[:160] or type(error).__name__)
    return Trained(model.eval(), prepare)


def _object(text: str) -> Mapping[str, Any]:
    content = json.loads(text)
    if not isinstance(content, dict):
        message = "its description is no JSON object"
        raise TypeError(message)
    return content


def _refuse(path: Path, because: str) -> NoReturn:
    raise RunError(
        account(
            "the model of this run cannot be loaded",
            facts={"file": path},
            because=because,
            fix="convscope train --resume RUN, or another run",
        )
    )
