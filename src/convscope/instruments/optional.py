"""The one place that wakes an extra."""

from types import ModuleType

from convscope.errors import ConfigError, account


def tensorboard() -> ModuleType:
    """Import tensorboardX.

    Returns:
        The module.

    Raises:
        ConfigError: it is not installed; the command that installs it is told.
    """
    try:
        import tensorboardX
    except ImportError as error:
        raise ConfigError(
            account(
                "records cannot be written for TensorBoard",
                facts={"missing": "tensorboardX"},
                because="it is an extra that few need",
                fix="pip install 'convscope[tensorboard]'",
            )
        ) from error
    return tensorboardX
