"""Weights to a file that anybody may open, and back into a model: whole or not at all."""

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

import torch
from safetensors.torch import save
from torch import nn

from convscope.files import written

ENTRY = "convscope"
"""The one entry of a file's text: several would be written in an order of chance."""
DIGEST = "{digest of the weights}"
"""Where this stands in a file's text, the hash of its weights is put."""


def save_weights(
    path: Path, weights: Mapping[str, torch.Tensor], metadata: Mapping[str, str]
) -> None:
    """Write weights as safetensors, whole or not at all.

    Args:
        path: the file.
        weights: a state dict.
        metadata: text that the file carries; `DIGEST` in it is filled in.
    """
    # copies: safetensors refuses parameters that two layers share
    kept = {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, tensor in weights.items()
    }
    digest = weights_digest(kept)
    filled = {name: text.replace(DIGEST, digest) for name, text in metadata.items()}
    content = save(kept, metadata=filled)
    with written(path) as draft:
        draft.write_bytes(content)


def weights_digest(weights: Mapping[str, torch.Tensor]) -> str:
    """Hash weights, names and shapes: safetensors itself does not notice a flipped bit.

    Args:
        weights: on the CPU.

    Returns:
        32 digits.

    Example:
        >>> weights_digest({}) == weights_digest({"bias": torch.zeros(1)})
        False
    """
    digest = blake2b(digest_size=16)
    for name in sorted(weights):
        values = weights[name].detach().contiguous()
        digest.update(f"{name} {values.dtype} {tuple(values.shape)}\n".encode())
        digest.update(values.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


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
