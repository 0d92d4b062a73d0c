"""Write a file whole or not at all."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written(target: Path) -> Generator[Path]:
    """Lend a temporary path beside `target` that becomes `target` when the block ends well.

    Whoever reads `target` sees the old content or the new, never a part: the temporary file is
    flushed to the disk and then renamed, and so is the folder's entry. If the block raises, or the
    process dies, the old content stays.

    Args:
        target: the file to write or replace; its folder must exist.

    Yields:
        The path to write to, in the same folder.

    Raises:
        OSError: the disk is full, or the folder cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     note = Path(folder) / "note.txt"
        ...     with written(note) as draft:
        ...         _ = draft.write_text("whole")
        ...     note.read_text(), [path.name for path in note.parent.iterdir()]
        ('whole', ['note.txt'])
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        draft.touch()
        mode = draft.stat().st_mode
        yield draft
        draft.chmod(mode)  # a library may have made it anew, for its owner alone
        _flush(draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    if os.name == "posix":  # Windows cannot open a folder
        _flush(target.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
