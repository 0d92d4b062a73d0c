"""How flat is the place where a training ended: what does the loss do when weights are shaken?"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.train import logits_of

DRAWS = 4  # pairs of directions


@torch.no_grad()
def loss_rise(
    model: nn.Module,
    batch: tuple[Tensor, Tensor],
    size: float,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    loss_func: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
) -> float:
    """Measure by how much noise on the weights raises the loss.

        mean over d of (L(w + a d) + L(w - a d)) / 2 - L(w)

    d is Gaussian, then every filter of d (all weights of one output channel) is given the length of
    the filter it is added to. So a is a share of the weights' own length, and nets that compute the
    same with larger weights, as before BatchNorm, are judged alike. Biases, gamma and beta are left
    alone. Each direction is taken both ways: what is left is curvature, not slope.

    Args:
        model: judged as in validation; it comes back as it was.
        batch: pictures, those that it was trained with, and labels.
        size: a, at least 0.
        seed: of the directions; the same for all that are compared.
        draws: pairs of directions, at least 1.
        loss_func: a mean over the batch.

    Returns:
        The rise, in units of the loss; below 0 where noise even helps.

    Example:
        >>> layer = nn.Linear(2, 1, bias=False)
        >>> _ = layer.weight.data.copy_(torch.tensor([[3.0, 4.0]]))
        >>> batch = (torch.eye(2), torch.zeros(2))  # so the loss is 9 + 16, and rises by a^2 of it
        >>> round(loss_rise(layer, batch, 0.1, loss_func=lambda out, _: (out**2).sum()), 4)
        0.25

    Source:
        Filter normalisation: Li et al., "Visualizing the loss landscape of neural nets" (2018).
    """
    images, labels = batch
    trained = model.training
    model.eval()
    weights = [one for one in model.parameters() if one.dim() > 1]
    own = [one.detach().clone() for one in weights]
    dice = torch.Generator().manual_seed(seed)

    def loss_at(directions: list[Tensor], step: float) -> float:
        for weight, middle, direction in zip(weights, own, directions, strict=True):
            weight.copy_(middle + step * direction)
        return float(loss_func(logits_of(model(images)), labels))

    losses: list[float] = []
    for _ in range(draws):
        directions = [_direction(one, dice) for one in own]
        losses += [loss_at(directions, size), loss_at(directions, -size)]
    calm = loss_at(own, 0.0)
    model.train(trained)
    return sum(losses) / len(losses) - calm


def _direction(weight: Tensor, dice: torch.Generator) -> Tensor:
    noise = torch.randn(weight.shape, generator=dice).to(weight.device)
    shape = (-1, *[1] * (weight.dim() - 1))
    lengths, drawn = (one.flatten(1).norm(dim=1).view(shape) for one in (weight, noise))
    return noise * lengths / drawn
