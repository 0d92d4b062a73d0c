"""A model as an ONNX file that takes pictures as bytes, compared with PyTorch before it stands."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, UInt8
from numpy.typing import NDArray
from torch import Tensor, nn

import convscope
from convscope.data import Preparation, Scaling
from convscope.errors import ConfigError, RunError, account
from convscope.export.optional import graph_outputs, refuse_without_onnx, write_graph
from convscope.files import written
from convscope.pictures import RESIZES
from convscope.train import logits_of

MOST = 1e-4
"""Largest difference from PyTorch's logits, as a share of the largest of them (or of 1)."""
OUTPUTS = ["logits", "probabilities"]


@dataclass(frozen=True, slots=True)
class Compared:
    """How near a file's answers are to PyTorch's.

    Attributes:
        pictures: how many were compared.
        difference: the largest of the logits, as a share of the largest logit (or of 1).
    """

    pictures: int
    difference: float

    def check(self, file: Path) -> None:
        """Refuse a file whose answers are not PyTorch's.

        Raises:
            RunError: the difference is more than rounding.
        """
        if not self.difference <= MOST:
            raise RunError(_differs(file, self))

    @classmethod
    def of(cls, ours: NDArray[np.float32], others: NDArray[np.float32]) -> "Compared":
        """Compare logits; other shapes, or NaN on one side, are infinitely far apart."""
        if ours.shape != others.shape or not np.array_equal(np.isnan(ours), np.isnan(others)):
            return cls(len(ours), math.inf)
        scale = max(1.0, float(np.nanmax(np.abs(ours), initial=0.0)))
        difference = float(np.nanmax(np.abs(ours - others), initial=0.0))
        return cls(len(ours), difference / scale)


class Whole(nn.Module):
    """A network with its scaling before it and softmax behind it.

    Example:
        >>> Whole(nn.Flatten(), Scaling.plain(1))(torch.zeros(1, 1, 1, 2, dtype=torch.uint8))
        (tensor([[0., 0.]]), tensor([[0.5000, 0.5000]]))
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, net: nn.Module, scaling: Scaling) -> None:
        super().__init__()
        self.net = net
        for name, values in (("mean", scaling.mean), ("deviation", scaling.deviation)):
            levels = 255 * torch.tensor(values, dtype=torch.float64)  # rounded once, as in training
            self.register_buffer(name, levels.float().view(1, -1, 1, 1))

    def forward(
        self, pixels: UInt8[Tensor, "batch channels height width"]
    ) -> tuple[Float[Tensor, "batch classes"], Float[Tensor, "batch classes"]]:
        """Classify pictures.

        Returns:
            Logits and probabilities.
        """
        logits = logits_of(self.net((pixels.float() - self.mean) / self.deviation))
        return logits, logits.softmax(dim=1)


def write_onnx(
    path: Path, model: nn.Module, prepare: Preparation, pixels: NDArray[np.uint8], arch: str = ""
) -> Compared:
    """Write a model as ONNX; the file appears once its answers are PyTorch's.

    Args:
        path: the file, replaced atomically.
        model: in eval mode, on the CPU.
        prepare: its scaling becomes part of the graph; size, channels and classes its metadata.
        pixels: real pictures to compare with, (pictures, channels, height, width).
        arch: what the network is called.

    Returns:
        The comparison.

    Raises:
        ConfigError: the extra is not installed, or there is no picture to compare with.
        RunError: the network cannot be exported, or the file's answers are not PyTorch's.
    """
    refuse_without_onnx()
    if not len(pixels):
        raise ConfigError("no picture to compare with")
    batch = torch.from_numpy(pixels)
    with written(path) as draft:
        try:
            with torch.no_grad():
                expected = logits_of(model(prepare.scaling(batch))).numpy()
                example = batch[:2] if len(batch) > 1 else batch.repeat(2, 1, 1, 1)
                whole = Whole(model, prepare.scaling).eval()
                write_graph(draft, whole, example, OUTPUTS, about(prepare, arch))
            together = graph_outputs(draft, pixels)[0]
            alone = graph_outputs(draft, pixels[:1])[0]  # batches of any number
        except Exception as error:
            raise RunError(_cannot(path, arch, error)) from error
        seen = Compared.of(
            np.concatenate([expected, expected[:1]]), np.concatenate([together, alone])
        )
        seen.check(path)
    return Compared(len(pixels), seen.difference)


def about(prepare: Preparation, arch: str = "") -> dict[str, str]:
    """Say in the file's metadata what its input and its outputs are.

    Returns:
        Text by name, for metadata_props; lists and numbers as JSON.
    """
    height, width = prepare.size
    mode = "RGB" if prepare.reading.channels == 3 else "L"
    return {
        "convscope_version": convscope.__version__,
        "arch": arch,
        "classes": _text(prepare.classes),
        "mode": mode,
        "height": str(height),
        "width": str(width),
        "input": f"pixels: uint8 (batch, {prepare.reading.channels}, {height}, {width}), 0 to 255, "
        f"channels first, {mode}; scaling and normalisation are part of the graph",
        "before": "turn upright (EXIF), put on white where transparent, "
        f"convert to {mode}, {RESIZES[prepare.reading.resize]} (bilinear, antialiased)",
        "resize": prepare.reading.resize,
        "outputs": "logits; probabilities (softmax), one for each class",
        "mean": json.dumps(prepare.scaling.mean),
        "deviation": json.dumps(prepare.scaling.deviation),
    }


def _text(names: Sequence[str]) -> str:
    """Write names as JSON; half a surrogate, which UTF-8 does not hold, as JSON's own escape.

    Returns:
        JSON, which gives the same names back.
    """
    return json.dumps(list(names), ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def _cannot(path: Path, arch: str, error: Exception) -> str:
    return account(
        "this network cannot be exported as ONNX",
        facts={"file": path, "network": arch or "unnamed"},
        because=" ".join(str(error).split())[:300] or type(error).__name__,
        fix="--to safetensors; the operation that is named has no ONNX form",
    )


def _differs(path: Path, seen: Compared) -> str:
    return account(
        "the file does not answer as the model does; it was not kept",
        facts={"file": path, "pictures": seen.pictures, "largest difference": seen.difference},
        because=f"a difference of at most {MOST:g} of the largest logit is rounding, more is not",
        fix="the other of --to onnx and --to safetensors, and a report with the network's name",
    )
