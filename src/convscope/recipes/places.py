"""Where results may lie: anywhere but among the pictures."""

import os
from pathlib import Path

from convscope.errors import ConfigError, account


def refuse_among(folder: Path, place: Path) -> None:
    """Make sure that nothing is written into a folder of pictures.

    A run there would be one more class for the next training.

    Args:
        folder: of pictures, or what stands for one.
        place: where results are to go.

    Raises:
        ConfigError: `place` is `folder`, or lies in it.
    """
    top = folder.resolve()
    if not top.is_dir() or not place.resolve().is_relative_to(top):
        return
    beside = os.path.relpath(top.parent / (place.name or "runs"))
    raise ConfigError(
        account(
            "the results would lie in the folder of pictures",
            facts={"folder": folder, "results": place},
            because="nothing is ever written among your pictures",
            fix=f"--out {beside}, or any other folder outside",
        )
    )
