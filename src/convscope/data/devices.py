"""Where batches and models live."""

from typing import NoReturn

import torch

from convscope.errors import ConfigError, account


def chosen_device(device: torch.device | str | None = None) -> torch.device:
    """Choose where to compute.

    Args:
        device: such as "cpu", "cuda", "cuda:1", "mps"; None or "auto" for the fastest there is.

    Returns:
        A device that this machine has.

    Raises:
        ConfigError: the machine does not have it, or nothing is called so.

    Example:
        >>> chosen_device("cpu")
        device(type='cpu')
    """
    if device is None or device == "auto":
        return torch.device(_available()[0])
    try:
        wanted = torch.device(device)
    except RuntimeError as error:
        _refuse(device, "no device is called so", error)
    if wanted.type not in _available():
        _refuse(device, "this machine, or this build of PyTorch, has none")
    return wanted


def _available() -> list[str]:
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return [*(name for name, found in there.items() if found), "cpu"]


def _refuse(device: torch.device | str, because: str, cause: Exception | None = None) -> NoReturn:
    there = _available()
    raise ConfigError(
        account(
            f"cannot compute on {str(device)!r}",
            facts={"there are": ", ".join(there)},
            because=because,
            fix=f"{there[0]!r} as device, or none for the fastest there is",
        )
    ) from cause
