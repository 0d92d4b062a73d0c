"""What a run says when it cannot be read or written."""

from pathlib import Path

from convscope.errors import account


def cannot_write(path: Path, error: Exception) -> str:
    """Word that a file of a run cannot be written.

    Returns:
        The text of a RunError.
    """
    return account(
        "the run folder cannot be written",
        facts={"file": path},
        because=f"{error}",
        fix="free space or permission there, or name another place with --out",
    )


def cannot_read(path: Path, why: object, *, fix: str) -> str:
    """Word that a file of a run is damaged.

    Returns:
        The text of a RunError.
    """
    return account(f"{path.name} cannot be read", facts={"file": path}, because=f"{why}", fix=fix)


def too_new(path: Path, version: int, known: int) -> str:
    """Word the refusal of a file that a later convscope wrote.

    Returns:
        The text of a RunError.
    """
    return account(
        f"{path.name} was written by a newer convscope",
        facts={"file": path, "format": version},
        because=f"this convscope knows formats up to {known}",
        fix="update convscope (pip install --upgrade convscope)",
    )
