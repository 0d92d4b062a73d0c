"""The one place of this room that wakes the libraries of the extra `onnx`, for an export alone."""

import logging
import warnings
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from convscope.errors import ConfigError, account

NEEDED = ("onnx", "onnxscript", "onnxruntime")


def refuse_without_onnx() -> None:
    """Make sure that everything for an ONNX export is there, before anything is computed.

    Raises:
        ConfigError: something is missing; the message says what to install.
    """
    for name in NEEDED:
        _imported(name)


def write_graph(
    path: Path, net: nn.Module, example: Tensor, outputs: list[str], about: Mapping[str, str]
) -> None:
    """Write a network as one ONNX file, for batches of any number.

    Args:
        path: the file.
        net: in eval mode; it takes one tensor.
        example: a batch of two or more.
        outputs: names of what it returns.
        about: text by name, kept in the file's metadata_props.
    """
    with warnings.catch_warnings(), _quiet("torch.onnx"):
        warnings.simplefilter("ignore")  # of the exporter's own parts
        program: Any = torch.onnx.export(
            net,
            (example,),
            dynamo=True,
            verbose=False,
            external_data=False,
            input_names=["pixels"],
            output_names=outputs,
            dynamic_shapes=({0: torch.export.Dim("batch")},),
        )
        program.model.metadata_props.update(about)
        program.save(path, external_data=False)


def graph_outputs(path: Path, pixels: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    """Run an ONNX file with onnxruntime, on the CPU.

    Returns:
        What it gives for this batch.
    """
    runtime = _imported("onnxruntime")
    session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {"pixels": pixels})


def _imported(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise ConfigError(
            account(
                "an ONNX file cannot be written here",
                facts={"not installed": name},
                because=str(error),
                fix='pip install "convscope[onnx]", or: --to safetensors',
            )
        ) from error


class _quiet:  # noqa: N801 - reads like a verb, as `contextlib.suppress`
    """Silence a logger: the exporter names every operation that it could not register."""

    def __init__(self, name: str) -> None:
        self.logger = logging.getLogger(name)

    def __enter__(self) -> None:
        self.before = self.logger.level
        self.logger.setLevel(logging.ERROR)

    def __exit__(self, *error: object) -> None:
        self.logger.setLevel(self.before)
