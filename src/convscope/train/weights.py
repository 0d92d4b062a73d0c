"""Weights to a file that anybody may open, and back into a model: whole or not at all."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save
from torch import nn

from convscope.files import written


def save_weights(
    path: Path, weights: Mapping[str, torch.Tensor], metadata: Mapping[str, str]
) -> None:
    """Write weights as safetensors, whole or not at all."""
    # copies: safetensors refuses parameters that two layers share
    kept = {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, tensor in weights.items()
    }
    content = save(kept, metadata=dict(metadata))
    with written(path) as draft:
        draft.write_bytes(content)


def load_weights(model: nn.Module, weights: Mapping[str, torch.Tensor]) -> None:
    """Give a model all of these weights, or leave it as it was.

    Args:
        model: changed in place.
        weights: a state dict of the same model.

    Raises:
        RuntimeError: they are those of another model; PyTorch's text names every difference.

    Example:
        >>> load_weights(nn.Linear(2, 1), nn.Linear(2, 1).state_dict())
    """
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    try:
        model.load_state_dict(weights)
    except RuntimeError:  # what fits has been loaded by then
        model.load_state_dict(before)
        raise
