"""A path that can list what lies in it."""

import os
import pathlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    ConcretePath = pathlib.Path
else:  # pathlib.Path itself cannot be subclassed before Python 3.12
    ConcretePath = pathlib.WindowsPath if os.name == "nt" else pathlib.PosixPath


class Path(ConcretePath):
    """A `pathlib.Path` with `ls`; what is made from it (`path / "train"`) has it too.

    Example:
        >>> Path(__file__).parent.ls()[0].name
        'DIGITS.md'
    """

    def ls(self) -> list["Path"]:
        """List the content of this folder, sorted."""
        return sorted(self.iterdir())
