"""Networks put together as the chapter does it."""

from collections.abc import Callable

from torch import Tensor, nn


class Lambda(nn.Module):
    """A function as a layer.

    Example:
        >>> import torch
        >>> Lambda(torch.neg)(torch.ones(1))
        tensor([-1.])
    """

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, batch: Tensor) -> Tensor:
        """Apply the function.

        Returns:
            What it returns.
        """
        return self.function(batch)

    def extra_repr(self) -> str:
        """Name the function.

        Returns:
            Its name.
        """
        return getattr(self.function, "__name__", repr(self.function))


def sequential(*layers: nn.Module | Callable[[Tensor], Tensor]) -> nn.Sequential:
    """Put layers one behind the other; a bare function becomes a layer.

    Args:
        *layers: modules, or functions from tensor to tensor.

    Returns:
        The network.

    Example:
        >>> import torch
        >>> sequential(nn.Flatten(), torch.relu)
        Sequential(
          (0): Flatten(start_dim=1, end_dim=-1)
          (1): Lambda(relu)
        )

    Source:
        `sequential` of fastai 2.7.
    """
    return nn.Sequential(*(i if isinstance(i, nn.Module) else Lambda(i) for i in layers))
