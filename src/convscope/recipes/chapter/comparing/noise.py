"""How much of a batch's gradient is noise."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from math import inf

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.data import Loader
from convscope.train import Callback, Training, logits_of

PICTURES = 16_384  # looked at for one number, in at least so many batches:
LEAST, MOST = 16, 256


def gradient_noise(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_func: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
) -> float:
    """Measure the variance of a batch's gradient over the squared length of the true one.

        S / (|m|^2 - S / K),  S = sum |g_k - m|^2 / (K - 1)

    where g_k are the gradients of K batches and m is their mean: |m|^2 alone is too long by the
    noise that is left in it, S / K. Times the size of a batch this is the "simple noise scale" B:
    the size at which noise and signal are equal.

    Args:
        model: in the mode in which it is; its weights stay as they are, its gradients go.
        batches: images and labels, drawn independently; at least 2.
        loss_func: a mean over the batch.

    Returns:
        0 for no noise; infinite where the signal cannot be told from 0.

    Example:
        >>> layer = nn.Linear(1, 1, bias=False)  # the gradient of its output is the input
        >>> pairs = [(torch.tensor([[x]]), torch.zeros(1)) for x in (1.0, 3.0)]
        >>> round(gradient_noise(layer, pairs, lambda out, _: out.mean()), 4)  # 2 / (4 - 1)
        0.6667

    Source:
        McCandlish et al., "An empirical model of large-batch training" (2018), section 2.2 and
        appendix A.
    """
    weights = [one for one in model.parameters() if one.requires_grad]
    total = torch.zeros(sum(one.numel() for one in weights), dtype=torch.float64)
    squares, count = 0.0, 0
    for images, labels in batches:
        loss = loss_func(logits_of(model(images)), labels)
        parts = torch.autograd.grad(loss, weights)
        gradient = torch.cat([part.flatten() for part in parts]).double().cpu()
        total += gradient
        squares += float(gradient @ gradient)
        count += 1
    mean = total / count
    variance = max(0.0, (squares - count * float(mean @ mean)) / (count - 1))
    signal = float(mean @ mean) - variance / count
    return variance / signal if signal > 0 else inf


def drawn_batches(loader: Loader, size: int, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Draw batches from a loader's pictures, each picture independently of all others.

    Batches of one epoch share no picture: together they would vary less than chance.

    Args:
        loader: of the pictures.
        size: pictures a batch.
        seed: of the draw.

    Yields:
        As many batches as look at 16,384 pictures, but 16 to 256.
    """
    dice = np.random.default_rng(seed)
    for _ in range(min(MOST, max(LEAST, PICTURES // size))):
        yield loader.batch(dice.choice(loader.indices, size))


class Snapshots(Callback):
    """Keep copies of the net as it is at some moments of the fit.

    Args:
        shares: of the fit that lie behind, 0..1, rising.
    """

    def __init__(self, shares: tuple[float, ...]) -> None:
        self.shares = shares
        self.nets: list[nn.Module] = []

    def before_batch(self, training: Training) -> None:
        """Copy at the first step that is not before a moment."""
        self._copy(training)

    def after_fit(self, training: Training) -> None:
        """Copy what is left."""
        while len(self.nets) < len(self.shares):
            self.nets.append(deepcopy(training.model))

    def _copy(self, training: Training) -> None:
        while len(self.nets) < len(self.shares) and (
            training.fit_share >= self.shares[len(self.nets)]
        ):
            self.nets.append(deepcopy(training.model))
