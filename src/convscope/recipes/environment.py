"""`convscope env`: what a bug report needs."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

import torch

import convscope
from convscope.data import chosen_device
from convscope.pictures import home

PACKAGES = ("torch", "numpy", "pillow", "matplotlib", "safetensors", "cyclopts", "rich")


def environment() -> dict[str, str]:
    """Describe this machine and what is installed on it.

    Returns:
        Facts by name, all as text.

    Example:
        >>> environment()["convscope"] == convscope.__version__
        True
    """
    return {
        "convscope": convscope.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processors": str(
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        ),
        "threads": str(torch.get_num_threads()),
        "device": str(chosen_device()),
        "home": str(home()),
        **{name: _version(name) for name in PACKAGES},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
