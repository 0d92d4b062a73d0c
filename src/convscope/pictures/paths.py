"""A path that can list what lies in it."""

import sys

# pathlib.Path itself cannot be subclassed before Python 3.12
if sys.platform == "win32":
    from pathlib import WindowsPath as ConcretePath
else:
    from pathlib import PosixPath as ConcretePath


class Path(ConcretePath):
    """A `pathlib.Path` with `ls`; what is made from it (`path / "train"`) has it too.

    Example:
        >>> Path(__file__).parent.ls()[0].name
        'DIGITS.md'
    """

    def ls(self) -> list["Path"]:
        """List the content of this folder, sorted."""
        return sorted(self.iterdir())
