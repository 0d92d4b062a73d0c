"""Classes of which there are many pictures and classes of which there are few."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from convscope.tensors import Labels, Logits


def balanced_weights(counts: Sequence[int]) -> Float[Tensor, " classes"]:
    """Weigh classes so that together the pictures of each count the same.

        weight of a class = pictures / (classes * pictures of the class)

    The mean over all pictures is 1, so that rates mean what they meant without.

    Args:
        counts: training pictures of each class; 0 counts as 1.

    Returns:
        A weight for each class, above 0.

    Example:
        >>> balanced_weights([30, 10])
        tensor([0.6667, 2.0000])

    Source:
        King & Zeng, "Logistic regression in rare events data" (2001); scikit-learn's "balanced".
    """
    total = sum(counts)
    return torch.tensor([total / (len(counts) * max(1, count)) for count in counts])


class BalancedAccuracy:
    """The mean of the accuracies of the classes: a score, as `accuracy` is.

    Answering with the largest class every time gives 1 / classes, however large that class is.
    Classes without a picture are left out.

    Example:
        >>> score = BalancedAccuracy()
        >>> score.add(torch.tensor([[1.0, 0.0]] * 4), torch.tensor([0, 0, 0, 1]))
        >>> score.name, score.value()
        ('balanced_accuracy', 0.5)
    """

    def __init__(self) -> None:
        self.name = "balanced_accuracy"
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._right: Tensor | int = 0
        self._seen: Tensor | int = 0

    def add(self, logits: Logits, labels: Labels) -> None:
        """Count one batch, class by class."""
        classes = logits.shape[1]
        right = labels[logits.argmax(dim=1) == labels]
        self._right = self._right + right.bincount(minlength=classes)
        self._seen = self._seen + labels.bincount(minlength=classes)

    def value(self) -> float:
        """The mean of the shares so far, NaN of nothing."""
        if isinstance(self._right, int) or isinstance(self._seen, int):
            return float("nan")
        there = self._seen > 0
        return (self._right[there] / self._seen[there]).mean().item()
