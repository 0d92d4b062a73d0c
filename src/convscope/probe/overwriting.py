"""What a tensor holds after a part of its memory was written through another view of it."""

import torch
from torch import Tensor

Place = tuple[tuple[int, ...], tuple[int, ...], int]
"""Size, stride and offset of a tensor in its storage."""


def patched(old: Tensor, new: Tensor, old_place: Place, new_place: Place) -> Tensor:
    """Lay the numbers of one view over those of another of the same memory.

    Args:
        old: numbers of the tensor that is read.
        new: numbers of the tensor that was written.
        old_place: where the first lies in the memory.
        new_place: where the second lies.

    Returns:
        The first, as it is after the write.

    Example:
        >>> both, third = torch.tensor([1.0, 2.0, 3.0, 4.0]), torch.tensor([9.0])
        >>> patched(both, third, ((4,), (1,), 0), ((1,), (1,), 2))
        tensor([1., 2., 9., 4.])
    """
    size, stride, offset = old_place
    # a view may show the same memory many times (expand): once is enough
    single = tuple(1 if step == 0 else side for side, step in zip(size, stride, strict=True))
    old = old[tuple(slice(side) for side in single)]
    memory = torch.zeros(max(_end(old_place), _end(new_place)), dtype=old.dtype, device=old.device)
    view = memory.as_strided(single, stride, offset)
    view.copy_(old)
    memory.as_strided(*new_place).copy_(new)
    return view.expand(size).clone()


def _end(place: Place) -> int:
    size, stride, offset = place
    return offset + 1 + sum((side - 1) * step for side, step in zip(size, stride, strict=True))
