"""The numbers of the chapter's own instrument, bit for bit."""

import warnings

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

BINS, TOP = 40, 10


@torch.no_grad()
def book_numbers(outputs: Tensor) -> NDArray[np.float32]:
    """Compute what fastai's `ActivationStats` keeps of one output.

    Args:
        outputs: of a layer.

    Returns:
        Mean, unbiased deviation, share of x <= 0.05 (every negative value among them), then counts
        in 40 bins from 0 to 10 (what lies outside is not counted), of shape (43,).

    Source:
        fastai 2.7.18, `ActivationStats.hook`.
    """
    outputs = outputs.detach().float()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the deviation of one value is NaN
        numbers = [outputs.mean(), outputs.std(), (outputs <= 0.05).sum() / outputs.numel()]
    counts = outputs.histc(BINS, 0, TOP)
    return torch.cat([torch.stack(numbers), counts]).cpu().numpy()
