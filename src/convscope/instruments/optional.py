"""The one place that wakes an extra."""

import os
from importlib import import_module
from types import ModuleType

from convscope.errors import ConfigError, account


def tensorboard() -> ModuleType:
    """Import tensorboardX, its parts for writing included.

    Returns:
        The module.

    Raises:
        ConfigError: it is not installed; the command that installs it is told.
    """
    return _woken("tensorboardX", "TensorBoard", "tensorboard")


def mlflow() -> ModuleType:
    """Import MLflow, which then sends nobody word of how it is used.

    Returns:
        The module.

    Raises:
        ConfigError: it is not installed; the command that installs it is told.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    return _woken("mlflow", "MLflow", "mlflow")


def wandb() -> ModuleType:
    """Import W&B, which then sends nobody word of its own errors.

    Returns:
        The module.

    Raises:
        ConfigError: it is not installed; the command that installs it is told.
    """
    os.environ.setdefault("WANDB_ERROR_REPORTING", "false")
    return _woken("wandb", "W&B", "wandb")


def _woken(module: str, tool: str, extra: str) -> ModuleType:
    missing: ImportError | None = None
    try:
        found = import_module(module)
        if found.__file__ is not None:  # else a folder of that name, such as W&B itself leaves
            return found
    except ImportError as error:
        missing = error
    raise ConfigError(
        account(
            f"records cannot be written for {tool}",
            facts={"missing": module},
            because="it is an extra that few need",
            fix=f"pip install 'convscope[{extra}]'",
        )
    ) from missing
