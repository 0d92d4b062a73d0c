"""A Learner as one file without code: its weights, its network's plan, its pictures' way."""

import json
import logging
from pathlib import Path
from typing import Any

import torch
from torch import nn

import convscope
from convscope.errors import ConfigError, account
from convscope.probe import UnplannedError, plan_of
from convscope.train.inference import meaning_of
from convscope.train.state import Training
from convscope.train.weights import DIGEST, ENTRY, save_weights

EXPORT_FORMAT = 2
"""1 is what a run keeps: the name of a network of ours instead of a plan."""
PICKLES = {".pkl", ".pickle", ".pth", ".pt", ".bin"}


def exported(training: Training, path: Path) -> Path:
    """Write what `convscope.export.load_learner` needs to predict as this Learner does.

    Args:
        training: whose model, vocabulary and preparation are kept; optimiser, metrics and callbacks
            are not.
        path: the file, safetensors whatever it is called.

    Returns:
        The file.

    Raises:
        ConfigError: the file is called as a pickle is.
    """
    if path.suffix.lower() in PICKLES:
        raise ConfigError(
            account(
                "no pickle is written",
                facts={"file": path},
                because="whoever opens a pickle runs the code in it",
                fix=f"learn.export({str(path.with_suffix('.safetensors'))!r})",
            )
        )
    model = training.model
    try:
        described: dict[str, Any] = {"plan": plan_of(model)}
    except UnplannedError as reason:
        described = {"plan": None, "unplanned": str(reason)}
        logging.getLogger("convscope").warning(
            "%s holds the weights alone, because %s: load_learner(path, model=...) needs the "
            "network, built as it was here",
            *(path, reason),
        )
    prepare: Any = getattr(training.dls, "prepare", None)
    vocab = getattr(training.dls, "vocab", None)
    described |= {
        "format": EXPORT_FORMAT,
        "version": convscope.__version__,
        "channels_last": _is_channels_last(model),
        "prepare": prepare.to_dict() if hasattr(prepare, "to_dict") else None,
        "classes": None if vocab is None else [*map(str, vocab)],
        "outputs": meaning_of(training.loss_func),
        "digest": DIGEST,
    }
    save_weights(path, model.state_dict(), {ENTRY: json.dumps(described)})
    return path


def _is_channels_last(model: nn.Module) -> bool:
    return any(
        not kernels.is_contiguous() and kernels.is_contiguous(memory_format=torch.channels_last)
        for kernels in model.parameters()
        if kernels.dim() == 4
    )
